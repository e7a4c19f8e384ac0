"""The table of conditions in the reference is the vocabulary."""

import re

from privcrm.models.segments.vocabulary import CHINESE, NAMES
from tests.docs.pages import DOCS

ROW = re.compile(r"^\| `(\w+)\(([^)]*)\)` \| `(\w+)` \| (\S+) \|", re.MULTILINE)


def test_every_condition_stands_in_the_table():
    rows = ROW.findall((DOCS / "reference" / "segments.md").read_text(encoding="utf-8"))
    assert {NAMES[name].kind for name, *_ in rows} == set(CHINESE.values())
    for name, taken, snake, chinese in rows:
        in_order, _, named = taken.partition("*")
        form = NAMES[name]
        assert NAMES[snake] is NAMES[chinese] is form
        assert tuple(re.findall(r"\w+", in_order)) == form.in_order
        assert tuple(re.findall(r"\w+", in_order + named)) == form.names
