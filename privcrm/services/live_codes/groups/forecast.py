"""How long the groups last: people by hour as a rate, and the spare groups that are needed until a time. Pure."""

from collections.abc import Mapping
from math import ceil, inf
from typing import Final

from attrs import frozen

from privcrm.models.codes import OverflowPolicy

__all__ = ["DAYS_LOOKED_BACK", "HOUR", "Forecast", "Supply", "forecast", "low_water", "peak_of", "rate_of"]

HOUR: Final = 3600
HOURS_AVERAGED: Final = 3
DAYS_LOOKED_BACK: Final = 7


@frozen
class Supply:
    """What a code has: free seats in the groups that are open, spare groups, and how many people a new one takes."""

    free_seats: int
    spares: int
    seats_each: int


@frozen
class Forecast:
    """What is to be expected until ``until`` (unix seconds) if people keep coming at ``rate`` an hour.

    ``joins`` are expected by then; ``groups_needed`` beside those that are open, of which ``spares`` are there and
    ``short_by`` are not. ``dry_at`` is when the last seat of what is there is taken, None for not within a year.
    ``low_water`` is how many spare groups there are to be.
    """

    rate: float
    until: float
    joins: int
    groups_needed: int
    spares: int
    short_by: int
    dry_at: float | None
    low_water: int


def rate_of(hours: Mapping[int, int], now: float) -> float:
    """Return how many come in an hour at present, by joins of each hour (unix time by 3600).

    It is the mean of the last hours, or what the running one has brought so far if that is more: a burst is seen while
    it lasts, and a lull is not taken for the end.
    """
    this = int(now // HOUR)
    past = sum(hours.get(this - back, 0) for back in range(1, HOURS_AVERAGED + 1))
    running = hours.get(this, 0)
    passed = now - this * HOUR
    return max((past + running) / (HOURS_AVERAGED + passed / HOUR), running)


def peak_of(hours: Mapping[int, int]) -> int:
    """Return how many came in the busiest of these hours."""
    return max(hours.values(), default=0)


def low_water(policy: OverflowPolicy, peak: float, seats_each: int) -> int:
    """Return how many spare groups there are to be: what the busiest hour takes while people make new ones, and one."""
    if policy.low_water is not None:
        return policy.low_water
    return ceil(peak * policy.lead_hours / seats_each) + 1


def forecast(hours: Mapping[int, int], supply: Supply, policy: OverflowPolicy, *, now: float, until: float) -> Forecast:
    """Return what is to be expected until a time, if people keep coming as they do."""
    rate = rate_of(hours, now)
    joins = ceil(rate * max(0.0, until - now) / HOUR)
    needed = ceil(max(0, joins - supply.free_seats) / supply.seats_each)
    seats = supply.free_seats + supply.spares * supply.seats_each
    lasts = seats / rate * HOUR if rate else inf
    return Forecast(
        rate=rate,
        until=until,
        joins=joins,
        groups_needed=needed,
        spares=supply.spares,
        short_by=max(0, needed - supply.spares),
        dry_at=now + lasts if lasts <= 366 * 24 * HOUR else None,
        low_water=low_water(policy, max(peak_of(hours), rate), supply.seats_each),
    )
