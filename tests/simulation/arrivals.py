"""When people come: at random, more by day than by night, and in bursts."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

from attrs import frozen

MINUTE = 60
HOUR = 3_600
DAY = 86_400

BY_HOUR = (4, 2, 1, 1, 1, 2, 6, 14, 26, 38, 46, 50, 58, 48, 40, 38, 42, 50, 62, 74, 80, 66, 38, 14)
"""How a day's visitors are spread over the hours of their own zone: shop hours, and most of all after work."""


@frozen
class Burst:
    """A campaign: from ``at`` (seconds since the start) on so many people come in each of ``minutes`` minutes."""

    at: float
    minutes: int
    per_minute: float


def steady(rng: Random, per_minute: float, *, start: float, seconds: float) -> Iterator[float]:
    """Yield Poisson arrivals (unix seconds) of a rate that stays."""
    at = start + rng.expovariate(per_minute / MINUTE)
    while at < start + seconds:
        yield at
        at += rng.expovariate(per_minute / MINUTE)


def crowd(
    rng: Random, total: int, *, start: float, days: int, bursts: Sequence[Burst] = (), first_hour: int = 0
) -> Sequence[float]:
    """Return exactly ``total`` arrivals (unix seconds) in order: Poisson arrivals of which that many came.

    Bursts take what they need; the rest is spread over days by ``BY_HOUR``, the first of which begins at
    ``first_hour``. Raises ``ValueError`` if the bursts alone are more than the total.
    """
    minutes = days * DAY // MINUTE
    in_bursts = [0.0] * minutes
    for burst in bursts:
        first = int(burst.at // MINUTE)
        for minute in range(first, min(first + burst.minutes, minutes)):
            in_bursts[minute] += burst.per_minute
    left = total - sum(in_bursts)
    if left < 0:
        raise ValueError("the bursts alone are more people than there are to be")
    shares = [BY_HOUR[(first_hour + minute // 60) % 24] for minute in range(minutes)]
    each = left / sum(shares)
    weights = list(accumulate(share * each + extra for share, extra in zip(shares, in_bursts, strict=True)))
    chosen = rng.choices(range(minutes), cum_weights=weights, k=total)
    return sorted(start + (minute + rng.random()) * MINUTE for minute in chosen)


def campaign_month(rng: Random, total: int, *, start: float, per_minute: float = 300.0) -> Sequence[float]:
    """Return the arrivals of a month of 30 days: two campaigns of five minutes a day, or half of all in fewer."""
    minutes = 5
    campaigns = min(60, max(1, int(total / 2 / (minutes * per_minute))))
    days = sorted(rng.choices(range(30), k=campaigns))
    bursts = [Burst(day * DAY + rng.randrange(9 * 60, 22 * 60) * MINUTE, minutes, per_minute) for day in days]
    return crowd(rng, total, start=start, days=30, bursts=bursts)


def busiest(arrivals: Sequence[float], seconds: float = MINUTE) -> int:
    """Return the most that came within so many seconds."""
    most, first = 0, 0
    for last, at in enumerate(arrivals):
        while at - arrivals[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
