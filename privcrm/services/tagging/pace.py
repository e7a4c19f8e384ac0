"""How long calls take at the vendor's limits, and when a job that may only work at night will be done."""

from math import ceil
from typing import Final

from attrs import frozen

from privcrm.jobs.window import BEIJING_SECONDS, Window
from privcrm.provider import Provider

_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
_DAY: Final = 86_400
_CAREFUL_IN_FLIGHT: Final = 5  # where a vendor publishes no figure


@frozen
class Pace:
    """The frequency that this process may use; None where the vendor sets no limit of that kind."""

    per_minute: float | None = None
    per_hour: float | None = None

    @classmethod
    def of(cls, provider: Provider) -> "Pace":
        """Return the pace that the provider's limits and this process's share of them allow."""
        share = provider.context.limits_share
        minute = _value(provider, "calls_per_minute")
        hour = _value(provider, "calls_per_hour")
        return cls(minute and minute * share, hour and hour * share)

    def seconds(self, calls: int) -> float:
        """Return how many seconds that many calls take: even over the minutes, as early as the hour allows."""
        if not self.per_minute:
            return calls / self.per_hour * _HOUR if self.per_hour else 0.0
        full_hours = max(0, ceil(calls / self.per_hour) - 1) if self.per_hour else 0
        rest = calls - full_hours * (self.per_hour or 0)
        return full_hours * _HOUR + rest / self.per_minute * _MINUTE


def in_flight(provider: Provider) -> int:
    """Return how many calls may be under way at a time."""
    return _value(provider, "calls_in_flight") or _CAREFUL_IN_FLIGHT


def finish_at(start: float, seconds: float, window: str = "") -> float:
    """Return when (unix seconds) that much work is done, if it may only go on inside ``window`` (Beijing time)."""
    if not window:
        return start + seconds
    hours = Window.parse(window)
    length = (hours.end - hours.start) % _DAY or _DAY
    moment = hours.opens_at(start)
    room = length - (moment + BEIJING_SECONDS - hours.start) % _DAY
    if seconds <= room:
        return moment + seconds
    whole_days = ceil((seconds - room) / length) - 1
    return hours.opens_at(moment + room) + whole_days * _DAY + (seconds - room - whole_days * length)


def _value(provider: Provider, name: str) -> int | None:
    """Return one of the limits that every adapter names alike and that hold for each endpoint."""
    limit = provider.limits.get(name)
    return limit.value if limit else None
