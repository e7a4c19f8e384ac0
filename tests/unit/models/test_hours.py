"""When seats are open: over midnight, on special days, in other zones, and when clocks are put forward and back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from privcrm.errors import InputError
from privcrm.models.codes import Hours, SpecialDay, Window

NIGHT = Window("22:00", "06:00", days=(7,))


def at(text: str, zone: str = "Asia/Shanghai") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-01 21:59", False),
        ("2026-03-01 22:00", True),
        ("2026-03-02 05:59", True),
        ("2026-03-02 06:00", False),
        ("2026-03-02 22:30", False),
        ("2026-02-28 23:00", False),
        ("2026-03-01 03:00", False),
    ],
)
def test_d3_a_window_of_sunday_night_ends_on_monday_morning(moment, is_open):
    assert Hours((NIGHT,)).open_at(at(moment)) is is_open


def test_the_next_change_is_the_next_edge_and_never_where_there_is_none():
    hours = Hours((NIGHT,))
    assert hours.next_change(at("2026-03-01 12:00")) == at("2026-03-01 22:00")
    assert hours.next_change(at("2026-03-01 22:00")) == at("2026-03-02 06:00")
    assert hours.next_change(at("2026-03-02 06:00")) == at("2026-03-08 22:00")
    assert Hours().next_change(at("2026-03-01 12:00")) is None
    assert Hours((Window("00:00", "24:00"),)).next_change(at("2026-03-01 12:00")) is None


def test_always_open_costs_no_look_at_the_days_of_a_year(monkeypatch):
    looked = []
    monkeypatch.setattr(Hours, "open_at", lambda self, moment: looked.append(moment))
    assert Hours(special_days=(SpecialDay("2026-02-01"),)).next_change(at("2026-03-01 12:00")) is None
    assert len(looked) <= 1


def test_a_holiday_counts_instead_of_its_weekday_and_ends_no_night_that_began_before():
    closed = Hours((NIGHT,), special_days=(SpecialDay("2026-03-02"), SpecialDay("2026-03-08")))
    assert closed.open_at(at("2026-03-02 05:00"))
    assert not closed.open_at(at("2026-03-08 23:00"))
    assert closed.next_change(at("2026-03-02 06:00")) == at("2026-03-15 22:00")
    only = Hours(special_days=(SpecialDay("2026-10-01"),))
    assert only.next_change(at("2026-03-01 12:00")) == at("2026-10-01 00:00")
    assert only.next_change(at("2026-10-01 12:00")) == at("2026-10-02 00:00")


def test_hours_are_those_of_their_zone_also_when_its_clocks_change():
    shop = Hours((Window("09:00", "17:00"),), zone="Europe/Berlin")
    for day in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"):  # clocks change on the second of each pair
        opens = at(f"{day} 09:00", "Europe/Berlin")
        assert not shop.open_at(opens - 1)
        assert shop.open_at(opens)
        assert shop.next_change(opens) == at(f"{day} 17:00", "Europe/Berlin")
    night = Hours((Window("22:00", "06:00"),), zone="Europe/Berlin")
    assert (
        night.next_change(at("2026-03-28 22:00", "Europe/Berlin")) - at("2026-03-28 22:00", "Europe/Berlin") == 7 * 3600
    )
    assert (
        night.next_change(at("2026-10-24 22:00", "Europe/Berlin")) - at("2026-10-24 22:00", "Europe/Berlin") == 9 * 3600
    )


@pytest.mark.parametrize("wrong", ["9:00", "24:00", "12:60", "", "ab:cd"])
def test_a_start_that_is_no_time_is_refused(wrong):
    with pytest.raises(InputError):
        Window(wrong, "18:00")
