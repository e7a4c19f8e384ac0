"""Times as the vendor and the people counting on them read them: Beijing time, whatever zone this machine has."""

from collections.abc import Callable
from datetime import UTC, datetime, timezone

from privcrm.clock import VENDOR_TIME

# Absurd limits make absurd times: both ends of the calendar stand for whatever lies beyond them.
_FIRST = datetime(1, 1, 2, tzinfo=UTC).timestamp()
_LAST = datetime(9999, 12, 30, tzinfo=UTC).timestamp()
_LONGEST = 999_999 * 86_400.0


def beijing(seconds: float | None) -> str:
    """Return unix seconds as a Beijing date and time, nothing for None."""
    return "" if seconds is None else _at(seconds, VENDOR_TIME).strftime("%Y-%m-%d %H:%M")


def iso(seconds: float | None) -> str | None:
    """Return unix seconds in the form that programs read: UTC, ISO 8601."""
    return None if seconds is None else _at(seconds, UTC).isoformat(timespec="seconds")


def duration(seconds: float, translate: Callable[..., str] = str.format) -> str:
    """Return a length of time in its two largest units: ``2 h 05 min``, ``3 min 20 s``, ``0.4 s``."""
    seconds = min(seconds, _LONGEST)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return translate("{seconds} s", seconds=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")  # noqa: PLR2004 - tenths matter below ten
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return translate("{minutes} min {seconds} s", minutes=str(minutes), seconds=f"{rest:02d}")
    hours, minutes = divmod(minutes, 60)
    if hours < 24:  # noqa: PLR2004 - a day
        return translate("{hours} h {minutes} min", hours=str(hours), minutes=f"{minutes:02d}")
    days, hours = divmod(hours, 24)
    return translate("{days} d {hours} h", days=str(days), hours=f"{hours:02d}")


def _at(seconds: float, zone: timezone) -> datetime:
    return datetime.fromtimestamp(max(_FIRST, min(seconds, _LAST)), zone)
