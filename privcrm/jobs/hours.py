"""What comes again at hours of the day, and is done in short turns."""

import re
from datetime import datetime, time, timedelta
from typing import Final

from attrs import field, frozen

from privcrm.clock import VENDOR_TIME, Clock
from privcrm.errors import InputError

__all__ = ["TURN_SECONDS", "Hours", "Turn"]

TURN_SECONDS: Final = 20.0
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@frozen
class Hours:
    """Every so many hours, counted from a time of the Beijing day (HH:MM). Raises ``InputError`` for what is none."""

    hours: float
    at: str = field()

    def __attrs_post_init__(self) -> None:
        if _TIME.fullmatch(self.at) is None or not self.hours > 0:
            raise InputError(
                f"every {self.hours!r} hours from {self.at!r} is no schedule: give hours above 0 and HH:MM"
            )

    def after(self, now: float) -> float:
        """Return the first time that comes after now, both in unix seconds."""
        today = datetime.fromtimestamp(now, VENDOR_TIME)
        first = datetime.combine(today.date(), time.fromisoformat(self.at), VENDOR_TIME)
        step = timedelta(hours=self.hours)
        return (first + ((today - first) // step + 1) * step).timestamp()

    def from_now(self, now: float, last: float | None) -> float:
        """Return when it is due: now, if it began last (None for never) longer ago than it may."""
        overdue = last is None or now - last > self.hours * 3600
        return now if overdue else self.after(now)


class Turn:
    """Ends by itself: what it stops goes on with the next turn."""

    def __init__(self, clock: Clock, seconds: float = TURN_SECONDS) -> None:
        self._clock = clock
        self._ends = clock.monotonic() + seconds

    def is_set(self) -> bool:
        """Tell whether the turn is over."""
        return self._clock.monotonic() >= self._ends
