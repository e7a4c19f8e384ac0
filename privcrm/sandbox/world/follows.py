"""Which employee follows which member, and with which tags.

At the start member *i* is followed by the holder in place `i % holders`, sometimes by the one or two holders after him
too. That can be read in both directions without a table; only what people or programs changed is kept.
"""

import heapq
from bisect import bisect_right, insort
from collections.abc import Iterator
from enum import Enum

import attrs

from privcrm.sandbox.world.chance import Stream
from privcrm.sandbox.world.first_tags import FewTags, FirstTags
from privcrm.sandbox.world.members import MemberBook

_DAY = 86_400
_CHANNELS = ("", "", "", "spring-fair", "shop-poster", "parcel-card")


class Way(Enum):
    """How a member was added."""

    UNKNOWN = "unknown"
    SCAN = "scan"
    PHONE_SEARCH = "phone_search"
    CARD = "card"
    GROUP = "group"
    ADDRESS_BOOK = "address_book"
    HANDED_OVER = "handed_over"
    LINK = "link"


_FIRST_WAYS = (Way.UNKNOWN, Way.SCAN, Way.PHONE_SEARCH, Way.CARD, Way.GROUP, Way.ADDRESS_BOOK)
"""How the seed's members were added."""


class EndedBy(Enum):
    """Who ended the relation. What the member ended, the company does not see; a transfer moved it to somebody else."""

    STAFF = "staff"
    MEMBER = "member"
    TRANSFER = "transfer"


@attrs.frozen
class Follow:
    """The relation of one employee and one member (both by their number in the world)."""

    staff: int
    member: int
    added_at: int
    way: Way
    channel: str = ""
    remark: str = ""
    description: str = ""
    company: str = ""
    phones: tuple[str, ...] = attrs.field(default=(), repr=False)
    by_member: bool = False
    assigned_by: int | None = None
    """Who handed the member over, if somebody did."""
    ended_at: int | None = None
    ended_by: EndedBy | None = None

    @property
    def holds(self) -> bool:
        """Whether the employee still has the member in his list."""
        return self.ended_by not in (EndedBy.STAFF, EndedBy.TRANSFER)


class FollowBook:
    """All relations and the tags on them."""

    def __init__(self, seed: int, members: int, holders: tuple[int, ...], people: MemberBook, epoch: int) -> None:
        self._followers = Stream(seed, "followers")
        self._facts = Stream(seed, "follow")
        self._count = members if holders else 0
        self._holders = holders
        self._place = {staff: place for place, staff in enumerate(holders)}
        self._people = people
        self._epoch = epoch
        self._changed: dict[int, Follow] = {}
        self._added_to_staff: dict[int, list[int]] = {}
        self._added_to_member: dict[int, list[int]] = {}
        self._tags: dict[int, tuple[int, ...]] = {}
        self._tag_sets: dict[tuple[int, ...], tuple[int, ...]] = {}
        self.first_tags: FirstTags = FewTags(seed, ())
        """The tags that members carry from the start; set once by the world."""

    @staticmethod
    def _pair(staff: int, member: int) -> int:
        return (staff << 40) | member

    def _more_followers(self, member: int) -> int:
        """Return 0, 1 or 2: seven members in ten have one follower, two have two, one has three."""
        luck = self._followers.below(member, 10)
        return min(2 if luck == 0 else 1 if luck < 3 else 0, len(self._holders) - 1)  # noqa: PLR2004

    def _rank(self, staff: int, member: int) -> int | None:
        """Return 0 for the first follower of a member, 1 or 2 for the others, None for no relation at the start."""
        place = self._place.get(staff)
        if place is None or member >= self._count:
            return None
        rank = (place - member) % len(self._holders)
        return rank if rank == 0 or rank <= self._more_followers(member) else None

    def _derive(self, staff: int, member: int, rank: int) -> Follow:
        luck = self._facts(member * 3 + rank)
        person = self._people[member]
        way = Way.SCAN if luck % 3 else _FIRST_WAYS[(luck >> 4) % len(_FIRST_WAYS)]
        return Follow(
            staff,
            member,
            added_at=self._epoch - _DAY - (luck >> 8) % (600 * _DAY),
            way=way,
            channel=_CHANNELS[(luck >> 40) % len(_CHANNELS)] if way is Way.SCAN else "",
            remark=person.name if (luck >> 48) % 4 else "",
            phones=(person.phone,) if (luck >> 52) % 8 else (),
            by_member=bool((luck >> 60) % 2),
        )

    def get(self, staff: int, member: int) -> Follow | None:
        """Return the relation, also an ended one, or None if there never was one."""
        changed = self._changed.get(self._pair(staff, member))
        if changed is not None:
            return changed
        rank = self._rank(staff, member)
        return None if rank is None else self._derive(staff, member, rank)

    def holds(self, staff: int, member: int) -> bool:
        """Whether the employee has the member in his list now."""
        changed = self._changed.get(self._pair(staff, member))
        return self._rank(staff, member) is not None if changed is None else changed.holds

    def put(self, follow: Follow) -> None:
        """Keep a new or changed relation."""
        staff, member = follow.staff, follow.member
        new = self._rank(staff, member) is None and self._pair(staff, member) not in self._changed
        self._changed[self._pair(staff, member)] = follow
        if new:
            insort(self._added_to_staff.setdefault(staff, []), member)
            insort(self._added_to_member.setdefault(member, []), staff)

    def of_member(self, member: int) -> Iterator[Follow]:
        """Yield every relation of a member, ended ones included, first follower first."""
        staff: list[int] = []
        if member < self._count:
            places = range(1 + self._more_followers(member))
            staff = [self._holders[(member + rank) % len(self._holders)] for rank in places]
        for number in staff + self._added_to_member.get(member, []):
            follow = self.get(number, member)
            if follow is not None:
                yield follow

    def newcomers(self) -> list[int]:
        """Return the numbers of the members whom nobody followed at the start, ascending."""
        return sorted(member for member in self._added_to_member if member >= self._count)

    def of_staff(self, staff: int, after: int = -1) -> Iterator[int]:
        """Yield the numbers of the members in an employee's list, ascending, beginning behind *after*."""
        added = self._added_to_staff.get(staff, [])
        everyone = heapq.merge(self._first_of_staff(staff, after + 1), added[bisect_right(added, after) :])
        return (member for member in everyone if self.holds(staff, member))

    def _first_of_staff(self, staff: int, start: int) -> Iterator[int]:
        place, span = self._place.get(staff), len(self._holders)
        if place is None:
            return
        offsets = sorted((place - rank) % span for rank in range(min(3, span)))
        for base in range(start - start % span, self._count, span):
            for member in (base + offset for offset in offsets):
                if start <= member < self._count and self._rank(staff, member) is not None:
                    yield member

    def tags(self, staff: int, member: int) -> tuple[int, ...]:
        """Return the numbers of the tags on a relation, ascending; deleted tags may be among them."""
        kept = self._tags.get(self._pair(staff, member))
        if kept is not None:
            return kept
        rank = self._rank(staff, member)
        return () if rank is None else self.first_tags.on(member, rank, 1 + self._more_followers(member))

    def given(self, tags: frozenset[int]) -> Iterator[tuple[int, int]]:
        """Yield (staff, member) of the living relations that somebody gave one of these tags since the start."""
        pairs = (pair for pair, kept in self._tags.items() if not tags.isdisjoint(kept))
        both = ((pair >> 40, pair & ((1 << 40) - 1)) for pair in pairs)
        return ((staff, member) for staff, member in both if self.holds(staff, member))

    def set_tags(self, staff: int, member: int, tags: frozenset[int] | set[int]) -> None:
        """Replace the tags on a relation."""
        ordered = tuple(sorted(tags))
        # Most members share a few sets of tags: one tuple each keeps a million tagged members small.
        self._tags[self._pair(staff, member)] = self._tag_sets.setdefault(ordered, ordered)
