from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privcrm.errors import InputError
from privcrm.services.tagging.pace import Pace, finish_at


def beijing(text: str) -> float:
    return datetime.fromisoformat(f"{text}+08:00").timestamp()


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [(0, 0), (8_000, 60), (120_000, 900), (240_000, 3600 + 900), (1_000_000, 8 * 3600 + 300)],
)
def test_the_tighter_of_minute_and_hour_counts(calls: int, seconds: float):
    assert Pace(8_000, 120_000).seconds(calls) == pytest.approx(seconds)


def test_no_limits_take_no_time():
    assert Pace().seconds(10**6) == 0


def test_without_a_window_work_goes_on():
    assert finish_at(1000.0, 50.0) == 1050.0


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-01T23:00", 2, "2026-03-02T01:00"),
        ("2026-03-01T12:00", 2, "2026-03-02T00:00"),
        ("2026-03-01T07:00", 2, "2026-03-01T23:00"),
        ("2026-03-01T12:00", 25, "2026-03-04T03:00"),
    ],
)
def test_a_window_across_midnight_in_beijing(start: str, hours: float, end: str):
    assert finish_at(beijing(start), hours * 3600, "22:00-08:00") == beijing(end)


def test_a_wrong_window_is_refused():
    with pytest.raises(InputError):
        finish_at(0.0, 1.0, "night")


@given(st.floats(0, 2e9), st.floats(0, 1e6), st.integers(0, 23), st.integers(1, 23))
def test_a_window_never_makes_work_end_sooner(start: float, seconds: float, opens: int, hours: int):
    closes = (opens + hours) % 24
    assert finish_at(start, seconds, f"{opens:02}:00-{closes:02}:00") >= start + seconds - 1e-3


def test_work_for_a_million_nights_is_reckoned_at_once():
    night = 10 * 3600.0
    opens = finish_at(1_767_225_600.0, 1.0, "22:00-08:00") - 1.0
    assert finish_at(opens, 1_000_000 * night, "22:00-08:00") == opens + 999_999 * 86_400 + night
    assert finish_at(opens, 1_000_000 * night + 60, "22:00-08:00") == opens + 1_000_000 * 86_400 + 60
