"""People who come to codes: some are shown an entry and go in after a while, some never do."""

from collections.abc import Callable, Iterable, Iterator
from random import Random

from attrs import frozen

from tests.simulation.figures import Ledger
from tests.simulation.run import Simulation
from tests.simulation.vendor import Joined


@frozen
class Shown:
    """What a visitor sees: an entry that ``enter`` goes through, or the reason why there is none."""

    enter: Callable[[], Joined | None] | None
    why_not: str = ""


Entrance = Callable[[int], Shown]
"""Shows the visitor of a number something."""


@frozen
class Manners:
    """How people behave: this share of those who see an entry go in, after so many seconds on average."""

    go_in: float = 0.6
    after: float = 20.0

    def decide(self, rng: Random) -> float | None:
        """Return after how many seconds somebody goes in, None for never."""
        if rng.random() >= self.go_in:
            return None
        return rng.expovariate(1 / self.after) if self.after else 0.0


EAGER = Manners(go_in=1.0, after=0.0)
"""A scan of the vendor's own picture: who scans is inside."""
USUAL = Manners()


class Crowd:
    """Everybody who comes to one group code, and where they went."""

    def __init__(self, simulation: Simulation, entrance: Entrance, manners: Manners = EAGER) -> None:
        self.ledger = Ledger()
        self._simulation = simulation
        self._entrance = entrance
        self._manners = manners
        self._rng = Random(simulation.rng.random())

    def arrive(self, arrivals: Iterable[float]) -> None:
        """Let people come at these moments (unix seconds), which are in order."""
        self._expect(iter(arrivals))

    def _expect(self, arrivals: Iterator[float]) -> None:
        """Only the next one is kept in mind: there may be hundreds of thousands."""
        at = next(arrivals, None)
        if at is not None:
            self._simulation.loop.at(at, lambda: self._come(arrivals))

    def _come(self, others: Iterator[float]) -> None:
        self._expect(others)
        self.ledger.arrived += 1
        shown = self._entrance(self.ledger.arrived)
        if shown.enter is None:
            self.ledger.no_room[shown.why_not] += 1
            return
        enter, wait = shown.enter, self._manners.decide(self._rng)
        if wait is None:
            self.ledger.left += 1
        elif wait == 0:
            self._go_in(enter)
        else:
            self._simulation.loop.after(wait, lambda: self._go_in(enter))

    def _go_in(self, enter: Callable[[], Joined | None]) -> None:
        joined = enter()
        if joined is None:
            self.ledger.refused += 1
            return
        self.ledger.join(joined.group_id, joined.member_id)
        self._simulation.tell(joined.events)
