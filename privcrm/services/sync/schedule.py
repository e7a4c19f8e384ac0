"""The nightly re-read: in short turns, so that whoever runs the timers gets to other things in between."""

from collections.abc import Callable
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import ConfigurationError, JobError
from privcrm.jobs.hours import Hours, Turn
from privcrm.jobs.timers import Timers
from privcrm.services.sync.under_way import Stopped
from privcrm.store.mirror.runs import Runs
from privcrm.store.timers import Timer

__all__ = ["Schedule"]

KIND: Final = "sync"
HELD_SECONDS: Final = 600.0


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
        when, timers = Hours(hours, at), self._timers

        def fire(timer: Timer) -> None:
            del timer
            timers.set(KIND, "", self._turn(when), {})

        timers.register(KIND, fire)
        last = self._runs.last()
        timers.set(KIND, "", when.from_now(self._clock.time(), None if last is None else last[0]), {})

    def _turn(self, when: Hours) -> float:
        """Read for a turn; return when the next one is due."""
        try:
            self._run(Turn(self._clock))
        except Stopped:
            return self._clock.time()
        except JobError:  # somebody else is at it
            return self._clock.time() + HELD_SECONDS
        return when.after(self._clock.time())
