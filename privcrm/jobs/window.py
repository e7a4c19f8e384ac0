"""Hours of the day in which a job may run, by Beijing time whatever zone the machine is in."""

import re
from typing import Self

from attrs import frozen

from privcrm.clock import VENDOR_TIME
from privcrm.errors import InputError

__all__ = ["Window"]

BEIJING_SECONDS = int(VENDOR_TIME.utcoffset(None).total_seconds())
DAY_SECONDS = 86_400

_TEXT = re.compile(r"([0-9]{1,2}):([0-5][0-9])-([0-9]{1,2}):([0-5][0-9])")


@frozen
class Window:
    """From ``start`` to ``end``, in seconds after Beijing's midnight; across midnight when it ends before it starts."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "22:00-08:00". Raises ``InputError``."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise InputError(f"{text!r} is no window of hours; write it like 22:00-08:00")
        hours = [int(found[1]) * 3600 + int(found[2]) * 60, int(found[3]) * 3600 + int(found[4]) * 60]
        if max(hours) > DAY_SECONDS or hours[0] == hours[1]:
            raise InputError(f"{text!r} is no window of hours: it must lie within a day and last some time")
        return cls(*hours)

    def opens_at(self, now: float) -> float:
        """Return the unix seconds from which the window is open: ``now`` if it is open already."""
        time_of_day = (now + BEIJING_SECONDS) % DAY_SECONDS
        length = (self.end - self.start) % DAY_SECONDS or DAY_SECONDS
        since_start = (time_of_day - self.start) % DAY_SECONDS
        return now if since_start < length else now + DAY_SECONDS - since_start
