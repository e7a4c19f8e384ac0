"""When a vendor is late whom nobody watches: by who should have come, and in the end by hours of the day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.services.live_codes.overflow.lateness import DAYTIME_SECONDS, HOUR, Arrivals, late_at

ZONE = "Asia/Shanghai"
WITHIN = 600.0


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZoneInfo(ZONE)).timestamp()


def late(arrivals: Arrivals, full: str) -> str:
    moment = late_at(arrivals, full_at=at(full), within=WITHIN, zone=ZONE)
    return datetime.fromtimestamp(moment, ZoneInfo(ZONE)).strftime("%d %H:%M")


def came(until: str, *, every: float) -> Arrivals:
    return Arrivals(latest=[at(until) - each * every for each in range(10)])


def daily(per_hour: dict[int, int], *, days: int = 7) -> dict[int, int]:
    """Return as many at these hours of each day before the 20th."""
    return {
        int(at(f"{20 - back:02} {hour:02}:00") // HOUR): count
        for back in range(1, days + 1)
        for hour, count in per_hour.items()
    }


@pytest.mark.parametrize("full", ["20 03:00", "20 12:00"])
def test_after_people_who_came_fast_he_has_no_longer_than_was_said(full: str) -> None:
    assert late(came(full, every=60), full) == f"{full[:-2]}10"


@pytest.mark.parametrize(
    ("full", "told"),
    [("20 23:30", "21 12:00"), ("20 03:00", "20 12:00"), ("20 09:00", "20 13:00"), ("20 20:00", "21 10:00")],
)
def test_where_next_to_nobody_comes_it_is_told_after_four_hours_of_the_day(full: str, told: str) -> None:
    assert late(came(full, every=3_000), full) == told
    assert late(Arrivals(), full) == told


def test_how_fast_they_came_long_ago_says_nothing() -> None:
    assert late(came("18 20:00", every=1), "20 03:00") == "20 12:00", "a burst two days before"
    assert late(came("20 02:55", every=60), "20 03:00") == "20 03:10", "the last seat was heard of late"


def test_it_is_told_when_three_should_have_come_by_what_is_usual_at_these_hours() -> None:
    usual = daily({22: 9, 23: 1, 7: 1, 8: 12, 9: 60})
    assert late(Arrivals(by_hour=usual), "20 10:00") == "20 14:00", "nobody is usual then"
    assert late(Arrivals(by_hour=usual), "20 22:00") == "20 22:20"
    assert late(Arrivals(by_hour=usual), "20 23:00") == "21 08:05"


def test_a_day_with_a_campaign_does_not_make_a_habit() -> None:
    hours = daily({3: 0, 20: 1}) | {int(at("18 03:00") // HOUR): 900}
    assert late(Arrivals(by_hour=hours), "20 03:00") == "20 12:00"


def test_hours_before_the_first_one_say_nothing() -> None:
    assert late(Arrivals(by_hour=daily({10: 18}, days=1)), "20 10:00") == "20 10:10"


@given(
    full=st.integers(0, 10 * 86_400),
    within=st.integers(1, 7_200),
    by_hour=st.dictionaries(st.integers(0, 400), st.integers(0, 500), max_size=30),
    latest=st.lists(st.integers(0, 86_400).map(float), max_size=10),
)
def test_it_is_never_sooner_than_was_said_nor_later_than_some_hours_of_the_next_day(
    full: int, within: int, by_hour: dict[int, int], latest: list[float]
) -> None:
    start = at("01 00:00")
    hours = {int(start // HOUR) + hour: count for hour, count in by_hour.items()}
    arrivals = Arrivals([start + full - each for each in latest], hours)
    moment = late_at(arrivals, full_at=start + full, within=float(within), zone=ZONE)
    assert start + full + within <= moment <= start + full + max(within, 10 * HOUR + DAYTIME_SECONDS)
