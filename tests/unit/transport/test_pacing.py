"""Pace and allowances on a virtual clock: never above the limit in any window, and hardly below it."""

from bisect import bisect_left
from datetime import datetime
from itertools import pairwise

import pytest

from privcrm.clock import VENDOR_TIME, ManualClock
from privcrm.provider import MemoryQuotaLedger, Unit
from privcrm.transport.pacing import Allowance, Pace, window_of


def run(pace: Pace, clock: ManualClock, calls: int, *, work: float = 0.0) -> list[float]:
    times: list[float] = []
    for _ in range(calls):
        pace.wait()
        times.append(clock.monotonic())
        clock.advance(work)
    return times


def worst_window(times: list[float], seconds: float) -> int:
    return max(bisect_left(times, start + seconds) - index for index, start in enumerate(times))


@pytest.mark.parametrize("calls", [1, 10, 199, 1_000, 8_000, 10_000])
def test_no_window_holds_more_than_the_limit_and_the_limit_is_used(calls):
    clock = ManualClock()
    times = run(Pace(calls, 60, clock), clock, max(3 * calls, 20))
    assert worst_window(times, 60) <= calls
    used = (len(times) - 1) / (times[-1] - times[0]) * 60
    assert used >= 0.99 * calls


def test_after_idling_there_is_no_burst_above_the_limit():
    clock = ManualClock()
    pace = Pace(1_000, 60, clock)
    times = run(pace, clock, 500)
    clock.advance(45)
    times += run(pace, clock, 1_500)
    clock.advance(600)
    times += run(pace, clock, 1_500)
    assert worst_window(times, 60) <= 1_000


def test_calls_are_spread_over_the_minute():
    clock = ManualClock()
    times = run(Pace(600, 60, clock), clock, 600)
    assert max(later - earlier for earlier, later in pairwise(times)) < 1
    assert worst_window(times, 1) <= 14


def test_slow_callers_do_not_wait():
    clock = ManualClock()
    run(Pace(600, 60, clock), clock, 50, work=0.2)
    assert clock.slept == []


def test_the_time_waited_is_told():
    clock = ManualClock()
    pace = Pace(60, 60, clock)
    assert pace.wait() == 0.0
    assert pace.wait() == pytest.approx(1.0, abs=0.01)


def test_priority_skips_the_queue_of_bulk_callers():
    clock = ManualClock()
    pace = Pace(60, 60, clock)
    pace.wait()
    with pace._turn:  # somebody in the bulk lane waits
        assert pace.wait(priority=True) == pytest.approx(1.0, abs=0.01)


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=VENDOR_TIME).timestamp()


@pytest.mark.parametrize(
    ("unit", "start", "end"),
    [
        (Unit.CALLS_PER_HOUR, "2026-01-31T23:00", "2026-02-01T00:00"),
        (Unit.CALLS_PER_DAY, "2026-01-31T00:00", "2026-02-01T00:00"),
        (Unit.CALLS_PER_MONTH, "2026-01-01T00:00", "2026-02-01T00:00"),
    ],
)
def test_windows_are_those_of_beijing(unit, start, end):
    assert window_of(unit, moment("2026-01-31T23:59:59")) == (moment(start), moment(end))
    assert window_of(unit, moment(start)) == (moment(start), moment(end))
    assert window_of(unit, moment(end))[0] == moment(end)


@pytest.mark.parametrize("calls", [1, 7, 1_500, 2_999])
def test_an_allowance_gives_exactly_what_the_window_has(calls):
    ledger, now = MemoryQuotaLedger(), moment("2026-03-01T10:30")
    allowance = Allowance("k", Unit.CALLS_PER_HOUR, calls, ledger)
    assert [allowance.take(now) for _ in range(calls)] == [None] * calls
    assert allowance.take(now) == moment("2026-03-01T11:00")
    assert allowance.take(moment("2026-03-01T11:00")) is None


def test_two_processes_with_one_ledger_share_the_window():
    ledger, now = MemoryQuotaLedger(), moment("2026-03-01T10:30")
    one, two = (Allowance("k", Unit.CALLS_PER_DAY, 2_000, ledger) for _ in range(2))
    taken = sum(allowance.take(now) is None for _ in range(2_000) for allowance in (one, two))
    assert taken == 2_000


def test_the_ledger_is_not_asked_for_every_call():
    class Counting(MemoryQuotaLedger):
        asked = 0

        def spend(self, key: str, window_start: int, amount: int, limit: int) -> bool:
            self.asked += 1
            return super().spend(key, window_start, amount, limit)

    ledger = Counting()
    allowance = Allowance("k", Unit.CALLS_PER_HOUR, 120_000, ledger)
    for _ in range(1_200):
        allowance.take(1_000_000)
    assert ledger.asked == 10
