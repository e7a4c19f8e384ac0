"""The table of ages in the how-to is the rules."""

import re

from privcrm.store.retention import RULES
from tests.docs.pages import DOCS

ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_every_rule_stands_in_the_table_with_its_age():
    rows = ROW.findall((DOCS / "how-to" / "retention.md").read_text(encoding="utf-8"))
    assert rows == [(rule.name, rule.what, "for ever" if rule.days is None else f"{rule.days:,}") for rule in RULES]
