"""Whether the groups of a code are full: asked of the vendor at that moment, for what was counted may lag."""

from collections import Counter
from collections.abc import Mapping

from attrs import frozen

from privcrm.errors import NotFound
from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.gateway.arrivals import chance_of
from privcrm.services.live_codes.groups.bursts import BURST
from privcrm.services.live_codes.groups.listing import side_by_side
from privcrm.services.live_codes.groups.states import soft_bound
from privcrm.store.database import Connection
from privcrm.store.live_codes.allotting import Allotments, FrontGroup
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.reservations import Reservations, part_target

__all__ = ["Judge", "Look"]


@frozen
class Look:
    """What the vendor said: people by group, as far as it was asked, and when (unix seconds).

    ``full``: it is time for the next group. ``brimful``: nobody comes in by scanning any more.
    """

    people: Mapping[str, int]
    full: bool
    brimful: bool
    at: float


class Judge:
    """Looks at the newest groups of a code, five calls at most, and stops when enough of them have room.

    Who was shown a group by the gateway and is expected to come counts as inside, or groups would be opened only when
    the next visitors have been turned away.
    """

    def __init__(self, book: CodeBook) -> None:
        self._book = book
        self._allotments = Allotments(book.database)
        self._reservations = Reservations(book.database)

    def look(self, row: CodeRow, code: GroupLiveCode) -> Look:
        """Ask the vendor. Raises what ``GroupsPort.get`` raises; a group that was dismissed has no room."""
        at = self._book.clock.time()
        people: dict[str, int] = {}
        # A group whose picture has run out is shown to nobody, whatever room it has.
        pictured_at = at if code.overflow.strategy is OverflowStrategy.IMAGES else None
        brimful, wanted = True, self._wanted(row.number, code, pictured_at)
        for group, coming in self._in_front(row.number, at, pictured_at):
            inside = people[group.group_id] = self._people(group)
            if inside + coming < soft_bound(group.capacity, code.overflow):
                wanted -= 1
                if not wanted:
                    return Look(people, full=False, brimful=False, at=at)
            brimful = brimful and inside >= group.capacity.scan_cap
        return Look(people, full=True, brimful=brimful, at=at)

    def _wanted(self, number: int, code: GroupLiveCode, pictured_at: float | None) -> int:
        """Return how many groups with room there are to be: one, or more where there are spare ones for it."""
        with self._book.database.connect() as connection:
            in_burst = self._book.notes.stands(connection, number, BURST)
            has_spare = bool(self._allotments.spare(connection, number, 1, pictured_at=pictured_at))
        return side_by_side(code.overflow, in_burst=in_burst) if has_spare else 1

    def _in_front(self, number: int, at: float, pictured_at: float | None) -> list[tuple[FrontGroup, float]]:
        """Return the newest groups, each with how many are expected to come."""
        with self._book.database.connect() as connection:
            groups = self._allotments.in_front(connection, number, pictured_at=pictured_at)
            coming = self._coming(connection, number, at)
        # The vendor spreads those who scan one of the chained codes over its groups, as far as these have room.
        in_part = Counter(group.part for group in groups if not group.is_full)
        by_part = {part: coming.get(part_target(part), 0.0) / count for part, count in in_part.items()}
        return [
            (each, coming.get(each.group_id, 0.0) + (0.0 if each.is_full else by_part[each.part])) for each in groups
        ]

    def _coming(self, connection: Connection, number: int, at: float) -> dict[str, float]:
        """Return by target how many of those who were shown it are expected to come yet."""
        chance = chance_of(self._reservations.tally(connection, number))
        on_the_way = self._reservations.on_the_way(connection, number, at)
        return {target: chance * count for target, count in on_the_way.items()}

    def _people(self, group: FrontGroup) -> int:
        try:
            return len(self._book.provider.groups.get(group.group_id).members)
        except NotFound:
            return group.capacity.scan_cap
