"""The rooms of one group code during one transaction: chosen among for each visitor, and written at the end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from attrs import frozen

from privcrm.models.codes import GroupLiveCode, OverflowStrategy, Spread
from privcrm.services.live_codes.gateway.arrivals import Recent, chance_of
from privcrm.services.live_codes.gateway.newcomers import Newcomers
from privcrm.services.live_codes.gateway.rule import Considered, Entrance, Rule
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.visits import Visit, Visitor
from privcrm.store.database import Connection
from privcrm.store.live_codes.open_rooms import OpenRoom
from privcrm.store.live_codes.reservations import Figures, NewReservation, Reservations, part_target
from privcrm.store.live_codes.visitors import Visitors

__all__ = ["Hall", "Sent"]

RETURNED: Final = "returned"
"""The reason of a second look at the room that he was shown already."""


@frozen
class Sent:
    """Where a visitor was sent: "" for nowhere. ``holds`` a place there, or is not reckoned with."""

    target: str
    why: str
    repeats: bool = False
    holds: bool = True


class Hall:
    """The rooms of a code whose entries the gateway resolves itself: images of groups, and chained codes.

    With ``looks`` nothing is written and nobody waits. ``rooms`` are those with room, in their order.
    """

    def __init__(
        self,
        connection: Connection,
        code: GroupLiveCode,
        number: int,
        rooms: Sequence[OpenRoom],
        *,
        reservations: Reservations,
        visitors: Visitors,
        newcomers: Newcomers,
        settings: GatewaySettings,
        rng: Random,
        now: float,
        looks: bool = False,
    ) -> None:
        self._connection = connection
        self._code = code
        self._number = number
        self._reservations = reservations
        self._visitors = visitors
        self._newcomers = newcomers
        self._settings = settings
        self._rng = rng
        self._now = now
        self._looks = looks
        if not looks:
            reservations.take_turn(connection, number)
            reservations.expire(connection, number, now)
        entrances = _entrances(code, rooms)
        figures = reservations.figures_of(connection, number, [each.target for each in entrances])
        self._recent = {target: Recent.from_text(each.recent, code.burst.window) for target, each in figures.items()}
        self.chance = chance_of(reservations.tally(connection, number))
        self._rule = Rule(self.chance, code.overflow.margin, code.spread, code.burst)
        self.entrances = [self._entrance(each, figures) for each in entrances]
        self._open = {entrance.target: entrance for entrance in self.entrances}
        self._held: dict[str, str] = {}
        self._bound: dict[str, str] = {}
        self._new: list[NewReservation] = []
        self._unheld: Counter[str] = Counter()
        self._again: set[str] = set()
        self._moved: list[str] = []
        self.is_burst = False

    def expect(self, visitors: Sequence[Visitor]) -> None:
        """Look up what is known of those who come, all at once."""
        known = list({visitor.mark for visitor in visitors if not visitor.is_new})
        if not known:
            return
        held = self._reservations.of_visitors(self._connection, self._number, known)
        self._held = {mark: each.target for mark, each in held.items()}
        if self._code.spread is Spread.STICKY:
            self._bound = self._visitors.bound_of(self._connection, self._number, known, self._now)

    def send(self, visit: Visit) -> Sent:
        """Choose a room for a visitor; one who is on his way already is shown the same one."""
        visitor = visit.visitor
        held = self._held.get(visitor.mark, "")
        if held in self._open:
            self._again.add(visitor.mark)
            return Sent(held, RETURNED, repeats=True)
        choice = self._rule.choose(self.entrances, self._rng, self._bound.get(visitor.mark, ""))
        self.is_burst = self.is_burst or choice.is_burst
        if choice.entrance is None:
            return Sent("", choice.why)
        target = choice.entrance.target
        holds = self._looks or self._may_hold(visit)
        choice.entrance.sent(holds=holds)
        self._recent.setdefault(target, Recent(self._code.burst.window)).add(self._now)
        if not holds:
            self._unheld[target] += 1
            return Sent(target, choice.why, holds=False)
        if held:  # his room is no longer there: he keeps his one reservation, for another room
            self._moved.append(visitor.mark)
        self._held[visitor.mark] = target
        self._new.append(NewReservation(visitor.mark, target, self._now + self._settings.reserved_for))
        return Sent(target, choice.why)

    def _may_hold(self, visit: Visit) -> bool:
        until = self._now + self._settings.reserved_for
        return self._newcomers.may_hold(visit, self._number, self._now, until)

    def keep(self) -> None:
        """Write what was decided."""
        connection, number, until = self._connection, self._number, self._now + self._settings.reserved_for
        if self._moved:
            self._reservations.release(connection, number, self._moved)
        if self._new:
            self._reservations.reserve_all(connection, number, self._new, self._now)
        if self._unheld:
            self._reservations.hand_out(connection, number, self._unheld)
        if changed := {each.target for each in self._new} | set(self._unheld):
            recent = {target: self._recent[target].to_text() for target in sorted(changed)}
            self._reservations.note_recent(connection, number, recent)
        if self._again:
            self._reservations.prolong(connection, number, sorted(self._again), until)
        if self._code.spread is Spread.STICKY and self._new:
            ends = self._now + self._settings.sticky_for
            self._visitors.bind_all(connection, number, [(each.visitor, each.target, ends) for each in self._new])

    def consider(self) -> list[Considered]:
        """Return what the rule makes of each room."""
        return self._rule.consider(self.entrances)

    def left_in(self, target: str) -> int:
        """Return how many more may be sent to a room, whatever becomes of those on the way."""
        entrance = self._open[target]
        return max(0, self._rule.bound(entrance) - entrance.seats - entrance.reserved)

    @property
    def is_short(self) -> bool:
        """Whether it is time for the next room: those with room left are as good as full by who is on the way."""
        return not any(self._is_easy(entrance) for entrance in self.entrances)

    def _is_easy(self, entrance: Entrance) -> bool:
        return self._rule.expected(entrance) < entrance.scan_cap * self._code.overflow.soft_full / 100

    def _entrance(self, entrance: Entrance, figures: Mapping[str, Figures]) -> Entrance:
        """Add who is on the way."""
        entrance.reserved = figures[entrance.target].reserved if entrance.target in figures else 0
        recent = self._recent.get(entrance.target)
        entrance.recent = recent.total(self._now) if recent else 0
        return entrance


def _entrances(code: GroupLiveCode, rooms: Sequence[OpenRoom]) -> list[Entrance]:
    """Return the rooms that visitors may be sent to; a chain's are its parts, each the sum of its groups."""
    if code.overflow.strategy is not OverflowStrategy.CHAIN:
        return [Entrance(room.group_id, room.seats, room.scan_cap) for room in rooms]
    parts: dict[str, Entrance] = {}
    for room in rooms:
        entrance = parts.get(part_target(room.part))
        if entrance is None:
            parts[part_target(room.part)] = Entrance(part_target(room.part), room.seats, room.scan_cap)
        else:  # the vendor chooses among its groups, so that each keeps its last seats free
            entrance.seats += room.seats
            entrance.scan_cap += room.scan_cap - code.overflow.margin
    return list(parts.values())
