"""Where the next visitor is sent: the reservation rule, as pure functions over what is known of each room.

A room is offered while the people inside and the expected part of those on the way leave its last seats free:
``seats + chance * reserved < scan_cap - margin``. A join closes the oldest reservation of its room, reservations that
nobody used vanish, and rooms that were full before are looked at again each time. A burst is spread: a room that took
its allowance of a window is passed over while another has some left; nobody is dropped for it.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from random import Random

from attrs import define, field, frozen

from privcrm.models.codes import BurstPolicy, Spread

__all__ = ["Choice", "Considered", "Entrance", "Rule", "Why"]


class Why(StrEnum):
    """Why a visitor was sent where he was sent, or nowhere."""

    FIRST_WITH_ROOM = "first_with_room"
    LEAST_FILLED = "least_filled"
    WEIGHTED = "weighted"
    STICKY = "sticky"
    BURST = "burst"
    ALLOWANCE_USED = "allowance_used"
    ALL_ALLOWANCES_USED = "all_allowances_used"
    NO_ROOM = "no_room"


@define
class Entrance:
    """A room as the rule sees it: people inside, bound, on the way, and how many were sent there within the window."""

    target: str
    seats: int
    scan_cap: int
    reserved: int = 0
    recent: int = 0

    def sent(self, *, holds: bool = True) -> None:
        """Reckon with one more on the way, if he ``holds`` a place; he is one of the crowd in any case."""
        self.reserved += int(holds)
        self.recent += 1


@frozen
class Considered:
    """What the rule made of one room: offered while ``expected`` is below ``bound``."""

    target: str
    seats: int
    reserved: int
    expected: float
    bound: int
    recent: int
    has_room: bool
    has_allowance: bool

    def __str__(self) -> str:
        verdict = "no room" if not self.has_room else "allowance used" if not self.has_allowance else "open"
        return (
            f"{self.target}: {self.seats} inside and {self.reserved} on the way make {self.expected:.1f} of"
            f" {self.bound}, {self.recent} of late: {verdict}"
        )


@frozen
class Choice:
    """Where a visitor is sent; ``entrance`` is None where there is no room. ``is_burst``: more come than is wanted."""

    entrance: Entrance | None
    why: Why
    is_burst: bool = False


@frozen
class Rule:
    """How a code chooses; ``chance`` is the part of those on the way that comes, ``margin`` the seats left free."""

    chance: float
    margin: int
    spread: Spread = Spread.FILL_FIRST
    burst: BurstPolicy = field(factory=BurstPolicy)

    def bound(self, entrance: Entrance) -> int:
        """Return how many a room is filled to; of a small one half at least, whatever the margin."""
        return entrance.scan_cap - min(self.margin, entrance.scan_cap // 2)

    def expected(self, entrance: Entrance) -> float:
        """Return how many will be inside."""
        return entrance.seats + self.chance * entrance.reserved

    def has_room(self, entrance: Entrance) -> bool:
        """Tell whether one more may be sent there."""
        return self.expected(entrance) < self.bound(entrance)

    def choose(self, entrances: Sequence[Entrance], rng: Random, bound_to: str = "") -> Choice:
        """Choose one of the rooms, given in the order of their opening; ``bound_to`` is the one he was shown before."""
        rooms = [entrance for entrance in entrances if self.has_room(entrance)]
        if not rooms:
            return Choice(None, Why.NO_ROOM)
        most = self.burst.most_joins
        is_burst = sum(entrance.recent for entrance in entrances) >= most
        if self.spread is Spread.STICKY:
            held = next((room for room in rooms if room.target == bound_to), None)
            if held is not None:
                return Choice(held, Why.STICKY, is_burst)
        allowed = [room for room in rooms if room.recent < most]
        if not allowed:
            return Choice(min(rooms, key=_recent), Why.ALL_ALLOWANCES_USED, is_burst=True)
        chosen, why = self._spread(allowed, rng, is_burst=is_burst)
        if why is Why.FIRST_WITH_ROOM and allowed[0] is not rooms[0]:
            why = Why.ALLOWANCE_USED
        return Choice(chosen, why, is_burst)

    def consider(self, entrances: Sequence[Entrance]) -> list[Considered]:
        """Return what the rule makes of each room."""
        return [
            Considered(
                target=each.target,
                seats=each.seats,
                reserved=each.reserved,
                expected=self.expected(each),
                bound=self.bound(each),
                recent=each.recent,
                has_room=self.has_room(each),
                has_allowance=each.recent < self.burst.most_joins,
            )
            for each in entrances
        ]

    def _spread(self, rooms: Sequence[Entrance], rng: Random, *, is_burst: bool) -> tuple[Entrance, Why]:
        if self.spread is Spread.WEIGHTED:
            free = [self.bound(room) - self.expected(room) for room in rooms]
            return rng.choices(rooms, free)[0], Why.WEIGHTED
        if self.spread is Spread.LEAST_FILLED or is_burst:
            why = Why.LEAST_FILLED if self.spread is Spread.LEAST_FILLED else Why.BURST
            return min(rooms, key=self._fullness), why
        return rooms[0], Why.FIRST_WITH_ROOM

    @property
    def _fullness(self) -> Callable[[Entrance], float]:
        return lambda entrance: self.expected(entrance) / self.bound(entrance)


def _recent(entrance: Entrance) -> int:
    return entrance.recent
