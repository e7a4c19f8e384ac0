"""Whether the groups of a code are full: asked of the vendor at that moment, for what was counted may lag."""

from collections.abc import Mapping

from attrs import frozen

from privcrm.errors import NotFound
from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.live_codes.book import CodeBook
from privcrm.store.live_codes.allotting import Allotments, FrontGroup
from privcrm.store.live_codes.codes import CodeRow

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
    """Looks at the newest groups of a code, five calls at most, and stops at the first with room."""

    def __init__(self, book: CodeBook) -> None:
        self._book = book
        self._allotments = Allotments(book.database)

    def look(self, row: CodeRow, code: GroupLiveCode) -> Look:
        """Ask the vendor. Raises what ``GroupsPort.get`` raises; a group that was dismissed has no room."""
        at = self._book.clock.time()
        people: dict[str, int] = {}
        brimful = True
        for group in self._in_front(row.number, code, at):
            inside = people[group.group_id] = self._people(group)
            if inside < _soft_bound(group, code):
                return Look(people, full=False, brimful=False, at=at)
            brimful = brimful and inside >= group.scan_cap
        return Look(people, full=True, brimful=brimful, at=at)

    def _in_front(self, number: int, code: GroupLiveCode, at: float) -> "list[FrontGroup]":
        # A group whose picture has run out is shown to nobody, whatever room it has.
        pictured_at = at if code.overflow.strategy is OverflowStrategy.IMAGES else None
        with self._book.database.connect() as connection:
            return list(self._allotments.in_front(connection, number, pictured_at=pictured_at))

    def _people(self, group: FrontGroup) -> int:
        try:
            return len(self._book.provider.groups.get(group.group_id).members)
        except NotFound:
            return group.scan_cap


def _soft_bound(group: FrontGroup, code: GroupLiveCode) -> int:
    """Return from how many people on the next group is wanted, at the latest where the kept seats begin."""
    by_share = -(-group.scan_cap * code.overflow.soft_full // 100)
    return min(by_share, max(group.scan_cap - code.overflow.margin, group.staff_seats + 1))
