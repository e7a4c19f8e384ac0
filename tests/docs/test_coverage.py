"""What a user may look up is there: settings, roles, control plane, outcomes, vendor codes, columns."""

import inspect
import re

from privcrm import CRM
from privcrm.provider import ProviderContext, Settings, load_provider
from privcrm.sandbox.control import state
from privcrm.sandbox.control.plane import ROUTES
from privcrm.services.tagging import columns
from privcrm.services.tagging import plan as tagging_plan
from privcrm.store.retention import RULES
from privcrm_wecom import errcodes
from privcrm_wecom.endpoints import ENDPOINTS
from tests.docs.pages import DOCS, PAGES

CONFIGURATION = (DOCS / "reference" / "configuration.md").read_text(encoding="utf-8")
WECOM = (DOCS / "providers" / "wecom.md").read_text(encoding="utf-8")
SANDBOX = (DOCS / "reference" / "sandbox.md").read_text(encoding="utf-8")
BATCH_TAGGING = (DOCS / "how-to" / "batch-tagging.md").read_text(encoding="utf-8")


class Asked(Settings):
    """Settings that remember which of them were asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)


def variables_read():
    asked = Asked({"CORP_ID": "ww0", "SECRET": "s"})
    load_provider("wecom").from_settings(asked, ProviderContext()).close()
    ours = ("PROVIDER", "STORE", "STORE_KEYS", "STORE_FIELDS", "IDENTITY_SPACE")
    ours += ("READ_ONLY", "PROXY", "CA_BUNDLE", "PROFILE")
    return {f"PRIVCRM_WECOM_{name}" for name in asked.names} | {f"PRIVCRM_{name}" for name in ours}


def test_every_variable_is_documented():
    assert set(re.findall(r"^\| `(PRIVCRM_\w+)`", CONFIGURATION, re.MULTILINE)) == variables_read()


def test_no_page_names_a_variable_that_nobody_reads():
    known = variables_read() | {"PRIVCRM_TEST_POSTGRES", "PRIVCRM_ADDRESSBOOK_FILE"}
    named = {name for page in PAGES for name in re.findall(r"PRIVCRM_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))}
    assert {name.removesuffix("_FILE") for name in named} <= {name.removesuffix("_FILE") for name in known}


def test_every_argument_of_connect_is_documented():
    table = CONFIGURATION.partition("## Arguments of CRM.connect")[2]
    arguments = [
        name for name, each in inspect.signature(CRM.connect).parameters.items() if each.kind is each.KEYWORD_ONLY
    ]
    assert [name for name in arguments if f"`{name}`" not in table] == []


def test_every_request_of_the_control_plane_is_documented():
    assert [f"{method} /sandbox/{name}" for method, name in ROUTES if f"{method} /sandbox/{name}" not in SANDBOX] == []


def test_every_list_of_the_state_is_documented():
    table = SANDBOX.partition("## State")[2].partition("\n## ")[0]
    named = {
        name for cell in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)
    }
    assert named == set(state._LISTS)


def test_every_role_is_documented():
    table = WECOM.partition("## Roles and kinds of app")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == {row.role for row in ENDPOINTS} - {""}


def test_every_reason_of_tagging_is_documented():
    reasons = [value for name, value in vars(tagging_plan).items() if name.isupper() and isinstance(value, str)]
    assert reasons
    assert [reason for reason in reasons if f"`{reason}`" not in BATCH_TAGGING] == []


def test_every_age_is_documented():
    page = (DOCS / "how-to" / "retention.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (.+?) \| ([\d,]+|for ever) \|$", page, re.MULTILINE)
    assert told == [(rule.name, rule.what, f"{rule.days:,.0f}" if rule.days else "for ever") for rule in RULES]


def test_every_column_is_documented():
    assert [word for word in columns.WORDS if word not in BATCH_TAGGING] == []


def test_vendor_codes_become_the_errors_that_the_page_says():
    rows = re.findall(r"^\| (\d{5}) \| `(\w+)`", WECOM, re.MULTILINE)
    assert len(rows) > 10
    assert [(code, kind) for code, kind in rows if errcodes.kind_of("", int(code)).__name__ != kind] == []


def test_figures_of_the_page_are_those_of_the_table():
    limits = load_provider("wecom").default_limits
    assert (
        f"{limits['calls_per_minute'].value:,} calls a minute and {limits['calls_per_hour'].value:,} an hour" in WECOM
    )
    assert f"{ProviderContext().limits_share:.0%}".rstrip("%") + " percent" in WECOM
