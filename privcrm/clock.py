"""Time as a parameter: everything in privcrm that waits or looks at the time is handed one of these."""

import time
from datetime import timedelta, timezone
from typing import Protocol

__all__ = ["VENDOR_TIME", "Clock", "ManualClock", "SystemClock"]

VENDOR_TIME = timezone(timedelta(hours=8))
"""Vendor days, months and quotas are Beijing's, whatever zone a machine or a company has."""


class Clock(Protocol):
    """What a clock must offer; the standard ``time`` module has the same three names.

    ``time`` is unix seconds and may be virtual (a simulated company runs on its own time);
    ``monotonic`` only ever grows; ``sleep`` waits until ``monotonic`` has grown by that much.
    """

    def time(self) -> float:
        """Return unix seconds."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``; zero or less returns at once."""
        ...


class SystemClock:
    """The machine's own clock."""

    def time(self) -> float:
        """Return unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``; zero or less returns at once."""
        if seconds > 0:
            time.sleep(seconds)


class ManualClock:
    """A clock for tests: it moves only when told to, and a sleep tells it to.

    Not for several threads that wait on one another.
    """

    def __init__(self, start: float = 1_767_225_600.0) -> None:
        self._time = start
        self._elapsed = 0.0
        self.slept: list[float] = []

    def time(self) -> float:
        """Return the virtual unix seconds."""
        return self._time

    def monotonic(self) -> float:
        """Return the virtual seconds since this clock was made."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Move both readings forward by ``seconds``."""
        self._time += seconds
        self._elapsed += seconds

    def sleep(self, seconds: float) -> None:
        """Move forward by ``seconds`` at once and remember it in ``slept``."""
        if seconds > 0:
            self.slept.append(seconds)
            self.advance(seconds)
