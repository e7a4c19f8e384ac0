"""When a seat is open: windows of a week in a zone of its own, which may cross midnight, and days that are special."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models.fields import checked

__all__ = ["EVERY_DAY", "Hours", "SpecialDay", "Window", "local_date", "zone_named"]

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
"""Monday to Sunday, by the numbers of ISO 8601."""

MINUTES_OF_DAY = 1440
_TIME = re.compile("[0-9]{2}:[0-5][0-9]")
LOOKS_AHEAD_DAYS = 400
A_WEEK = 9
"""Days after which windows of weekdays repeat, those before and after a change of the clock included."""


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, such as ``Asia/Shanghai``. Raises ``InputError``."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # not found, a folder, or no name at all
        raise InputError(f"there is no time zone {name!r}: name one as Asia/Shanghai") from error


def local_date(at: float, zone: str) -> date:
    """Return the day of a moment (unix seconds) in a zone."""
    return datetime.fromtimestamp(at, zone_named(zone)).date()


def _minute(text: str, where: str, *, last: int) -> int:
    if not _TIME.fullmatch(text):
        raise InputError(f"{where} takes a time as 09:30, {text!r} was given")
    found = int(text[:2]) * 60 + int(text[3:])
    if found > last:
        raise InputError(f"{where} is {text}, after the end of the day")
    return found


@frozen(slots=False, field_transformer=checked)
class Window:
    """Hours of a day, as ``09:00`` to ``18:00``; the end is not part of it.

    A window whose end is not after its start ends on the next day: ``22:00`` to ``06:00`` of Sunday ends on Monday
    morning. ``00:00`` to ``24:00`` is the whole day. ``days`` are those on which it begins, 1 for Monday to 7 for
    Sunday. Raises ``InputError``.
    """

    start: str
    end: str
    days: tuple[int, ...] = EVERY_DAY

    def __attrs_post_init__(self) -> None:
        start = _minute(self.start, "Window.start", last=MINUTES_OF_DAY - 1)
        end = _minute(self.end, "Window.end", last=MINUTES_OF_DAY)
        if start == end:
            raise InputError("Window.start and end are equal: 00:00 to 24:00 is the whole day")
        if not self.days or not set(self.days) <= set(EVERY_DAY):
            raise InputError("Window.days takes numbers from 1 for Monday to 7 for Sunday")

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end in minutes since the midnight at which its day begins; the end may lie beyond 1440."""
        start = _minute(self.start, "Window.start", last=MINUTES_OF_DAY - 1)
        end = _minute(self.end, "Window.end", last=MINUTES_OF_DAY)
        return start, end if end > start else end + MINUTES_OF_DAY


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except (TypeError, ValueError):
        raise InputError(f"SpecialDay.day takes a day as 2026-10-01, {text!r} was given") from None


@frozen(slots=False)
class SpecialDay:
    """A day whose windows count instead of those of its weekday, as a holiday; without any it is closed.

    ``day`` is written as ``2026-10-01``. A window of the day before that crosses midnight still ends in the morning.
    """

    day: str = field(converter=_day)
    windows: tuple[Window, ...] = field(default=(), converter=tuple)


@frozen(slots=False, field_transformer=checked)
class Hours:
    """Windows in a zone, and special days; no window at all means always, on days that are not special.

    Whether it is open is read off the clock, so nothing is lost when a process slept over a boundary.
    """

    windows: tuple[Window, ...] = ()
    zone: str = "Asia/Shanghai"
    special_days: tuple[SpecialDay, ...] = ()

    def __attrs_post_init__(self) -> None:
        zone_named(self.zone)

    def open_at(self, at: float) -> bool:
        """Tell whether a moment (unix seconds) is inside a window."""
        day = local_date(at, self.zone)
        return any(start <= at < end for each in (day - timedelta(days=1), day) for start, end in self._spans(each))

    def next_change(self, after: float) -> float | None:
        """Return the next moment (unix seconds) at which a window begins or ends; None where none does in a year."""
        was = self.open_at(after)
        return next((edge for edge in self._edges(after) if self.open_at(edge) is not was), None)

    def _edges(self, after: float) -> Iterator[float]:
        day = local_date(after, self.zone) - timedelta(days=1)
        special = [date.fromisoformat(each.day) for each in self.special_days]
        last_special = max((each for each in special if each >= day), default=None)
        if last_special is None and not self.windows:  # always open from here on: no day need be looked at
            return
        horizon = A_WEEK if last_special is None else min(LOOKS_AHEAD_DAYS, (last_special - day).days + A_WEEK)
        for _ in range(horizon):
            yield from sorted({edge for span in self._spans(day) for edge in span if edge > after})
            day += timedelta(days=1)

    def _spans(self, day: date) -> Iterator[tuple[float, float]]:
        """Yield the windows that begin on a day, in unix seconds."""
        for window in self._windows_of(day):
            start, end = window.minutes
            yield self._at(day, start), self._at(day, end)

    def _windows_of(self, day: date) -> Iterator[Window]:
        special = next((each for each in self.special_days if each.day == day.isoformat()), None)
        if special is not None:
            yield from special.windows
        elif not self.windows:
            yield Window("00:00", "24:00")
        else:
            yield from (each for each in self.windows if day.isoweekday() in each.days)

    def _at(self, day: date, minute: int) -> float:
        """Return when a clock on the wall shows so many minutes after midnight, days of 23 or 25 hours included."""
        days, rest = divmod(minute, MINUTES_OF_DAY)
        wall = datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=zone_named(self.zone))
        return (wall + timedelta(days=days)).astimezone(UTC).timestamp()
