"""How fast people come and how late we hear of it, learned from the adds themselves."""

from math import ceil, exp, sqrt
from typing import Final, Self

from attrs import frozen

from privcrm.store.live_codes.pace import PaceRow

__all__ = ["Arrivals", "soft_cap"]

LONG_SECONDS: Final = 900.0
SHORT_SECONDS: Final = 60.0
"""Memory of the two rates: the short one sees a burst within seconds, the long one outlives a pause."""
LONGEST_LAG: Final = 120.0
"""An event that is later than that was lost and found; it says nothing about the next one."""
UP, DOWN = 0.3, 0.05
"""How quickly a longer lag is believed, and a shorter one."""
NOBODY: Final = 0.01
"""With fewer than that expected on the way, a cap is used to its last place."""
LOOK_AHEAD: Final = 86_400.0


@frozen
class Arrivals:
    """People a second over long and short, as of a moment (unix seconds), and the lag of their events in seconds."""

    rate: float = 0.0
    burst: float = 0.0
    lag: float = 0.0
    as_of: float = 0.0

    @classmethod
    def of(cls, row: PaceRow) -> Self:
        """Return them as the store holds them."""
        return cls(row.rate, row.burst, row.lag, row.as_of)

    def after(self, at: float, lag: float | None) -> "Arrivals":
        """Return what is known after an add at ``at``; ``lag`` is how late it was told, None if that says nothing."""
        as_of = max(at, self.as_of)
        long, short = (
            rate * exp(-(as_of - self.as_of) / memory) + exp(-(as_of - at) / memory) / memory
            for rate, memory in ((self.rate, LONG_SECONDS), (self.burst, SHORT_SECONDS))
        )
        return Arrivals(long, short, self._lag_after(lag), as_of)

    def _lag_after(self, lag: float | None) -> float:
        if lag is None or not 0 <= lag <= LONGEST_LAG:
            return self.lag
        return self.lag + (lag - self.lag) * (UP if lag > self.lag else DOWN)

    def at(self, now: float) -> float:
        """Return people a second to reckon with now."""
        gone = max(0.0, now - self.as_of)
        return max(self.rate * exp(-gone / LONG_SECONDS), self.burst * exp(-gone / SHORT_SECONDS))

    def margin(self, now: float, interval: float) -> int:
        """Return how many may be on the way who are not counted yet, with pushes ``interval`` seconds apart."""
        expected = self.at(now) * (self.lag + interval)
        return 0 if expected < NOBODY else ceil(expected + 3 * sqrt(expected))

    def calm_at(self, now: float, interval: float, margin: int) -> float:
        """Return when, if nobody comes, no more than ``margin`` may be on the way; a day ahead at most."""
        low, high = now, now + LOOK_AHEAD
        while high - low > 1.0:
            middle = (low + high) / 2
            low, high = (low, middle) if self.margin(middle, interval) <= margin else (middle, high)
        return high


def soft_cap(cap: int, margin: int) -> int:
    """Return at how many a seat is taken out so that those on the way still fit; a seat that may have one gets one."""
    return max(min(cap, 1), cap - margin)
