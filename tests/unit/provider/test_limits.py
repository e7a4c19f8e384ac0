import pytest

from privcrm.errors import ConfigurationError
from privcrm.provider import NATIVE, Confidence, Level, Limit, LimitTable, Support, Unit

PAGE = Limit("page", 100, Unit.ITEMS, "request", "92994", "2026-02", Confidence.HIGH)
MINUTE = Limit("minute", 9000, Unit.CALLS_PER_MINUTE, "company and endpoint", "90312", "2026-02", Confidence.MEDIUM)


def test_an_override_changes_value_and_confidence_and_nothing_else():
    changed = LimitTable([PAGE, MINUTE]).override({"minute": 600})
    assert changed["minute"].value == 600
    assert changed["minute"].confidence is Confidence.CONFIGURED
    assert changed["minute"].source == MINUTE.source
    assert changed["page"] == PAGE


def test_the_table_itself_stays():
    table = LimitTable([PAGE])
    table.override({"page": 1})
    assert table["page"].value == 100


def test_an_unknown_limit_is_named_with_those_that_exist():
    with pytest.raises(ConfigurationError, match="'mintue'; known: minute, page"):
        LimitTable([PAGE, MINUTE]).override({"mintue": 1})


def test_support_is_true_for_all_levels_but_none():
    assert [level for level in Level if not Support(level)] == [Level.NONE]
    assert NATIVE
