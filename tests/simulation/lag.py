"""How callbacks come: late, twice, out of order, or not at all."""

from collections.abc import Iterator
from random import Random

from attrs import frozen


@frozen
class Lag:
    """A callback comes ``seconds`` after what it tells, up to ``jitter`` seconds more, so that some overtake others.

    ``lost``, ``twice`` and ``late`` are shares of all; late ones take another ``late_by`` seconds at most, and a second
    delivery is as late as that at most.
    """

    seconds: float = 2.0
    jitter: float = 0.0
    lost: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    late_by: float = 600.0

    def deliveries(self, rng: Random) -> Iterator[float]:
        """Yield after how many seconds one callback is delivered: once, never, or twice."""
        if rng.random() < self.lost:
            return
        first = self.seconds + rng.random() * self.jitter
        if rng.random() < self.late:
            first += rng.random() * self.late_by
        yield first
        if rng.random() < self.twice:
            yield first + rng.random() * self.late_by


PROMPT = Lag()
"""Two seconds, always."""

POOR = Lag(seconds=2.0, jitter=6.0, lost=0.02, twice=0.03, late=0.02)
"""A bad month: two of a hundred are lost, two come up to ten minutes late, three come twice, many overtake others."""
