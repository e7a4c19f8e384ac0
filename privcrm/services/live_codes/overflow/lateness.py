"""From when on a vendor who opens the next group by himself is late: nobody sees who scans his code. Pure.

He opens it when all groups are full and somebody wants to come in, so that nothing is wrong while nobody does. Silence
says something only where people should have come: as fast as the latest ones did, or as at this hour of other days.
Whatever was learned, somebody is told after some hours of a day.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median_low
from typing import Final
from zoneinfo import ZoneInfo

from attrs import field, frozen

__all__ = ["LATEST_ONES", "Arrivals", "late_at"]

HOUR: Final = 3600
DAY: Final = 24
DAYS_COMPARED: Final = 7
PEOPLE: Final = 3.0
"""So many should have come: that nobody did is improbable then (5 of 100)."""
LATEST_ONES: Final = 10
"""People by whom it is told how fast they came at last."""
HEARD_WITHIN: Final = HOUR / 2
"""So much later the last ones may have come than was heard, or the groups have been full before that was seen."""
MORNING: Final = 8
EVENING: Final = 22
DAYTIME_SECONDS: Final = 4 * HOUR
"""So long by day a code is full before somebody is told, however few come to it."""


@frozen
class Arrivals:
    """Who came by a code: when the latest ones did (unix seconds), and how many in each hour (unix time by 3600)."""

    latest: Sequence[float] = ()
    by_hour: Mapping[int, int] = field(factory=dict[int, int])


def late_at(arrivals: Arrivals, *, full_at: float, within: float, zone: str) -> float:
    """Return when the vendor is late (unix seconds), of whom all groups are full since a time.

    ``within`` are the seconds that he has in any case; days and nights are those of ``zone``.
    """
    at_least = full_at + within
    if _lately(arrivals.latest, full_at) * within >= PEOPLE:
        return at_least
    at, expected, by_day = full_at, 0.0, 0.0
    while True:
        until = (at // HOUR + 1) * HOUR
        rate = _usually(arrivals.by_hour, int(at // HOUR), int(full_at // HOUR)) / HOUR
        share = 1.0 if MORNING <= datetime.fromtimestamp(at, ZoneInfo(zone)).hour < EVENING else 0.0
        left = min(_seconds(PEOPLE - expected, rate), _seconds(DAYTIME_SECONDS - by_day, share))
        if at + left <= until:
            return max(at_least, at + left)
        expected += rate * (until - at)
        by_day += share * (until - at)
        at = until


def _lately(latest: Sequence[float], full_at: float) -> float:
    """Return how many came in a second at last: the longer nobody came before the groups were full, the fewer."""
    if not latest:
        return 0.0
    until = max(*latest, full_at - HEARD_WITHIN)
    return (len(latest) - 1) / max(1.0, until - min(latest))


def _usually(by_hour: Mapping[int, int], hour: int, this: int) -> int:
    """Return how many came at this hour of most of the days before; days before the first one do not count.

    One day with a campaign among them changes nothing.
    """
    first = min(by_hour, default=this)
    days = (hour - DAY * back for back in range(1, DAYS_COMPARED + 1))
    return median_low([by_hour.get(each, 0) for each in days if first <= each < this] or [0])


def _seconds(lacking: float, rate: float) -> float:
    return lacking / rate if rate else float("inf")
