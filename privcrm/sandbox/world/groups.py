"""Customer groups, computed from the seed until somebody changes one."""

from collections.abc import Iterator
from enum import Enum

import attrs

from privcrm.sandbox.world.chance import Stream
from privcrm.sandbox.world.names import GROUP_THEMES
from privcrm.sandbox.world.scale import Scale
from privcrm.sandbox.world.staff import StaffBook

GROUP_ONLY_PER_GROUP = 5
"""How many people each first group has whom no employee follows."""
_MOST_CUSTOMERS = 180
_DAY = 86_400


class JoinedBy(Enum):
    """How somebody came into a group."""

    INVITATION = "invitation"
    LINK = "link"
    SCAN = "scan"


@attrs.frozen
class GroupMember:
    """Somebody in a group: an employee or a member, by number."""

    number: int
    is_staff: bool
    joined_at: int
    joined_by: JoinedBy
    invited_by: int | None = None
    channel: str = ""
    """What the code says by which somebody came."""


@attrs.frozen
class Group:
    """A customer group. `owner` and `admins` are numbers of employees."""

    number: int
    name: str
    owner: int
    created_at: int
    people: tuple[GroupMember, ...]
    notice: str = ""
    admins: tuple[int, ...] = ()
    dismissed_at: int | None = None
    revision: int = 0
    """How often somebody came or went."""

    def holds(self, member: int) -> bool:
        """Whether a member is in the group."""
        return any(person.number == member and not person.is_staff for person in self.people)


class GroupBook:
    """All groups. Those from the seed are derived, changed and new ones are kept."""

    def __init__(
        self, seed: int, count: int, members: int, staff: StaffBook, epoch: int, *, scale: Scale = Scale.SMALL
    ) -> None:
        self._facts = Stream(seed, "group")
        self._people = Stream(seed, "people of a group")
        self._members = members
        self._staff = staff
        self._epoch = epoch
        self._size = _large_size if scale is Scale.LARGE else _small_size
        self._first = count if staff.holders else 0
        self._count = self._first
        self._changed: dict[int, Group] = {}

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Group]:
        return (self[number] for number in range(self._count))

    def __getitem__(self, number: int) -> Group:
        return self._changed.get(number) or self._derive(number)

    def find(self, number: int) -> Group | None:
        """Return a group, also a dismissed one, or None."""
        return self[number] if 0 <= number < self._count else None

    def owner(self, number: int) -> int:
        """Return the number of a group's owner without deriving who is in it."""
        changed = self._changed.get(number)
        holders = self._staff.holders
        return holders[number % len(holders)] if changed is None else changed.owner

    def dismissed(self, number: int) -> bool:
        """Whether the owner has dismissed the group."""
        changed = self._changed.get(number)
        return changed is not None and changed.dismissed_at is not None

    def add(self, name: str, owner: int, at: int) -> Group:
        """Make a group with nobody in it but the owner."""
        group = Group(self._count, name, owner, at, (_host(owner, at),))
        self._changed[group.number] = group
        self._count += 1
        return group

    def change(self, group: Group) -> None:
        """Keep a changed group."""
        old = self[group.number]
        moved = group.people != old.people
        self._changed[group.number] = attrs.evolve(group, revision=old.revision + 1) if moved else group

    def _derive(self, number: int) -> Group:
        luck = self._facts(number)
        owner = self.owner(number)
        created = self._epoch - _DAY * (30 + luck % 300)
        shop = next(d.name for d in self._staff.departments if d.number == self._staff[owner].department)
        theme = GROUP_THEMES[(luck >> 16) % len(GROUP_THEMES)]
        people = (_host(owner, created), *self._outsiders(number, owner, created, self._size(luck >> 24)))
        return Group(number, f"{shop}{theme}{number + 1}", owner, created, people, admins=(owner,) if luck & 1 else ())

    def _outsiders(self, number: int, owner: int, created: int, size: int) -> Iterator[GroupMember]:
        first_stranger = self._members + number * GROUP_ONLY_PER_GROUP
        strangers = range(first_stranger, first_stranger + GROUP_ONLY_PER_GROUP)
        known = {
            self._people.below(number * _MOST_CUSTOMERS + n, self._members) for n in range(min(size, self._members))
        }
        for place, member in enumerate((*sorted(known), *strangers)):
            way = tuple(JoinedBy)[self._people.below(member, 3)]
            inviter = owner if way is JoinedBy.INVITATION else None
            yield GroupMember(member, is_staff=False, joined_at=created + place * 60, joined_by=way, invited_by=inviter)


def _host(owner: int, at: int) -> GroupMember:
    return GroupMember(owner, is_staff=True, joined_at=at, joined_by=JoinedBy.INVITATION)


def _small_size(luck: int) -> int:
    return 20 + luck % (_MOST_CUSTOMERS - 20)


def _large_size(luck: int) -> int:
    """Return how many customers a group has: most groups are small, some nearly full; 67 on average."""
    share = luck % 1024 / 1024
    return 12 + int(share * share * (_MOST_CUSTOMERS - 15))
