"""What the vendor's clock shows is learnt from its answers, and from nobody else's."""

import pytest

from privcrm.clock import ManualClock
from privcrm.transport.skew import Skew, seconds_of

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
SECONDS = 1_767_225_600.0


@pytest.mark.parametrize("date", [DATE, "Thu, 01 Jan 2026 08:00:00 +0800", "Thu, 01 Jan 2026 00:00:00 -0000"])
def test_dates_are_read(date: str) -> None:
    assert seconds_of(date) == SECONDS


@pytest.mark.parametrize("date", ["", "soon", "9" * 5_000, "Thu, 99 Jan 2026 00:00:00 GMT", "0 Jan 0 0:0 -0000"])
def test_what_is_no_date_tells_nothing(date: str) -> None:
    skew = Skew(ManualClock())
    skew.note(date)
    assert skew.seconds is None


@pytest.mark.parametrize("ahead", [-7_200.0, 0.0, 600.0])
def test_the_difference_is_known_to_the_second(ahead: float) -> None:
    skew = Skew(ManualClock(SECONDS + ahead))
    skew.note(DATE)
    assert skew.seconds == pytest.approx(-ahead, abs=1)


def test_the_last_answer_counts() -> None:
    clock = ManualClock(SECONDS)
    skew = Skew(clock)
    skew.note(DATE)
    clock.advance(3_600)  # set forward by an hour
    skew.note("Thu, 01 Jan 2026 00:00:01 GMT")
    skew.note("nonsense")
    assert skew.seconds == pytest.approx(-3_600, abs=2)
