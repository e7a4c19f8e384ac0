"""The nightly re-read: in short turns, so that whoever runs the timers gets to other things in between."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from privcrm.clock import VENDOR_TIME, Clock
from privcrm.errors import ConfigurationError, InputError, JobError
from privcrm.jobs.timers import Timers
from privcrm.services.sync.under_way import Stopped
from privcrm.store.mirror.runs import Runs
from privcrm.store.timers import Timer

__all__ = ["Schedule", "Turn"]

KIND: Final = "sync"
TURN_SECONDS: Final = 20.0
HELD_SECONDS: Final = 600.0
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Turn:
    """Ends by itself: what it stops goes on with the next turn."""

    def __init__(self, clock: Clock, seconds: float = TURN_SECONDS) -> None:
        self._clock = clock
        self._ends = clock.monotonic() + seconds

    def is_set(self) -> bool:
        """Tell whether the turn is over."""
        return self._clock.monotonic() >= self._ends


class Schedule:
    """Reads everything again at hours of the day. ``run`` reads until a turn is over, and raises ``Stopped`` then."""

    def __init__(self, run: Callable[[Turn], object], runs: Runs, timers: Timers | None, clock: Clock) -> None:
        self._run = run
        self._runs = runs
        self._timers = timers
        self._clock = clock

    def every(self, hours: float, at: str) -> None:
        """Let whoever runs the timers read this often, counted from a time of the Beijing day; now, if that is overdue.

        Raises ``InputError`` for hours that are not above 0 and for what is no time of the day.
        """
        if self._timers is None:
            raise ConfigurationError("a synchronisation at hours of the day needs the timers of a CRM")
        matched = _TIME.fullmatch(at)
        if matched is None or not hours > 0:
            raise InputError(f"every {hours!r} hours from {at!r} is no schedule: give hours above 0 and HH:MM")
        start = time(int(matched[1]), int(matched[2]))
        timers = self._timers

        def fire(timer: Timer) -> None:
            del timer
            timers.set(KIND, "", self._turn(hours, start), {})

        timers.register(KIND, fire)
        last = self._runs.last()
        overdue = last is None or self._clock.time() - last[0] > hours * 3600
        timers.set(KIND, "", self._clock.time() if overdue else self._next(hours, start), {})

    def _turn(self, hours: float, start: time) -> float:
        """Read for a turn; return when the next one is due."""
        try:
            self._run(Turn(self._clock))
        except Stopped:
            return self._clock.time()
        except JobError:  # somebody else is at it
            return self._clock.time() + HELD_SECONDS
        return self._next(hours, start)

    def _next(self, hours: float, start: time) -> float:
        now = datetime.fromtimestamp(self._clock.time(), VENDOR_TIME)
        first = datetime.combine(now.date(), start, VENDOR_TIME)
        step = timedelta(hours=hours)
        gone = (now - first) // step
        return (first + (gone + 1) * step).timestamp()
