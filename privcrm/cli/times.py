"""Times as the vendor and the people counting on them read them: Beijing time, whatever zone this machine has."""

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def beijing(seconds: float | None) -> str:
    """Return unix seconds as a Beijing date and time, nothing for None."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, BEIJING).strftime("%Y-%m-%d %H:%M")


def iso(seconds: float | None) -> str | None:
    """Return unix seconds in the form that programs read: UTC, ISO 8601."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units: ``2 h 05 min``, ``3 min 20 s``, ``0.4 s``."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004 - tenths matter below ten
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
