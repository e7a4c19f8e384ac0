"""How often: a smooth pace within the minute, and an allowance for hour, day and month."""

import threading
from datetime import datetime, timedelta

from pyrate_limiter import Rate
from pyrate_limiter.abstracts.algorithm import GCRA

from privcrm.clock import VENDOR_TIME, Clock
from privcrm.provider import QuotaLedger, Unit


class Pace:
    """At most ``calls`` in any window of ``seconds``, spread over it: no burst at each turn of the minute.

    pyrate-limiter decides; the waiting is done here, on the injected clock. Bulk callers queue for the next slot, one
    of them at a time; callers with priority skip that queue. A small burst (half a percent) keeps threads that wake
    up late from losing slots, and the rate gives up as much, so that the limit holds in every window.
    """

    def __init__(self, calls: int, seconds: int, clock: Clock) -> None:
        self._seconds = seconds
        self.allow(calls)
        self._algorithm = GCRA()
        self._state = self._algorithm.initial(self._rates)
        self._guard = threading.Lock()
        self._clock = clock
        self._turn = threading.Lock()

    def allow(self, calls: int) -> None:
        """Keep to that many calls from now on."""
        burst = max(1, calls // 200)
        self._rates = [Rate(calls - burst + 1, self._seconds * 1000, burst=burst)]

    def wait(self, *, priority: bool = False) -> float:
        """Wait for a slot; return the seconds spent."""
        pause = self._ask()
        if not pause:
            return 0.0
        started = self._clock.monotonic()
        if priority:
            self._sleep_through(pause)
        else:
            with self._turn:
                self._sleep_through(self._ask())
        return self._clock.monotonic() - started

    def _sleep_through(self, pause: float) -> None:
        while pause:
            self._clock.sleep(pause)
            pause = self._ask()

    def _ask(self) -> float:
        now = int(self._clock.monotonic() * 1000)
        with self._guard:
            self._state, decision = self._algorithm.step(self._rates, self._state, now, 1)
        return 0.0 if decision.allowed else max(decision.retry_after_ms or 0, 1) / 1000


class Allowance:
    """At most ``calls`` in each hour, day or month.

    Taken from the ledger in small lots, so that a ledger in a database is not written for every call; what is left of
    a lot is lost when the process ends, which errs on the safe side.
    """

    def __init__(self, key: str, unit: Unit, calls: int, ledger: QuotaLedger) -> None:
        self._key = key
        self.unit = unit
        self._ledger = ledger
        self.allow(calls)
        self._left = 0
        self._window = (0, 0)
        self._guard = threading.Lock()

    def allow(self, calls: int) -> None:
        """Keep to that many calls from now on, those of the running window included."""
        self._calls = calls
        self._lot = max(1, calls // 1000)

    def take(self, now: float) -> int | None:
        """Take one call at unix seconds ``now``; None if it was there, else the end of the window in unix seconds."""
        with self._guard:
            start, end = self._window
            if not start <= now < end:
                start, end = self._window = window_of(self.unit, now)
                self._left = 0
            if not self._left:
                self._left = self._draw(start)
            if not self._left:
                return end
            self._left -= 1
            return None

    def _draw(self, start: int) -> int:
        for lot in (self._lot, 1):
            if self._ledger.spend(self._key, start, lot, self._calls):
                return lot
        return 0


def window_of(unit: Unit, now: float) -> tuple[int, int]:
    """Return start and end (unix seconds) of the vendor's hour, day or month in which ``now`` lies."""
    moment = datetime.fromtimestamp(now, VENDOR_TIME).replace(minute=0, second=0, microsecond=0)
    if unit is Unit.CALLS_PER_HOUR:
        start, end = moment, moment + timedelta(hours=1)
    elif unit is Unit.CALLS_PER_DAY:
        start = moment.replace(hour=0)
        end = start + timedelta(days=1)
    else:
        start = moment.replace(hour=0, day=1)
        end = (start + timedelta(days=31)).replace(day=1)
    return int(start.timestamp()), int(end.timestamp())
