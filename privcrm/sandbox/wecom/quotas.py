"""What may be used up in a virtual day or month of Beijing time, or within some seconds."""

from collections import Counter
from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta, timezone

from privcrm.sandbox.wecom.errors import Refusal

BEIJING = timezone(timedelta(hours=8))


def day_of(now: float) -> str:
    """Return the day in Beijing, such as 2026-01-31."""
    return f"{datetime.fromtimestamp(now, BEIJING):%Y-%m-%d}"


def month_of(now: float) -> str:
    """Return the month in Beijing, such as 2026-01."""
    return day_of(now)[:7]


def hour_of(now: float) -> str:
    """Return the hour, counted from 1970."""
    return f"hour {now // 3600:.0f}"


def minute_of(now: float) -> str:
    """Return the minute, counted from 1970."""
    return f"minute {now // 60:.0f}"


class Quotas:
    """Counts by name and period; a period is any text, such as a day."""

    def __init__(self) -> None:
        self._used: Counter[Hashable] = Counter()

    def used(self, name: Hashable, period: str) -> int:
        """Return how much of a period is used."""
        return self._used[name, period]

    def spend(self, name: Hashable, period: str, limit: int, errcode: int, amount: int = 1) -> None:
        """Use some of a period, or refuse with *errcode* what would go over *limit*."""
        if not self.take(name, {period: limit}, amount):
            raise Refusal(errcode)

    def take(self, name: Hashable, limits: Mapping[str, int], amount: int = 1) -> bool:
        """Use some of several periods, or of none if one of them would go over its limit; tell whether it fits."""
        if any(self._used[name, period] + amount > limit for period, limit in limits.items()):
            return False
        for period in limits:
            self._used[name, period] += amount
        return True
