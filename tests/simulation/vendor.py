"""The vendor in this process: the memory provider's rules, and people who scan what it made.

A draw from a pool is uniform by a seed, and every happening comes back as the event that a callback would become.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import count
from random import Random
from typing import Any

from attrs import define, field, frozen

from privcrm.models import GroupId, MemberId, StaffId
from privcrm.models.events import Event, GroupCreated, GroupMembersJoined, GroupMembersLeft, Leaving, MemberAdded
from privcrm.sandbox import world as simulated
from privcrm.sandbox.world.live_codes import ContactCode, GroupCode
from privcrm.sandbox.world.scanning import Entry, GroupScan, people_behind, scan_group_code
from privcrm.testing.memory import MemoryProvider, ids
from privcrm.testing.memory.groups import version_of


class Draw(StrEnum):
    """Whom of a pool the vendor gives the next visitor: nobody knows, so results must not depend on it."""

    UNIFORM = "uniform"
    FIRST = "first"
    EVEN = "even"


@define
class Habits:
    """What the vendor does of its own will. ``entry`` is how a group code fills groups and opens new ones."""

    draw: Draw = Draw.UNIFORM
    entry: Entry = field(factory=lambda: Entry(room=200))


@frozen
class Joined:
    """Somebody came into a group; ``events`` are what the vendor tells of it, in order."""

    group_id: GroupId
    member_id: MemberId
    events: tuple[Event, ...]


class Scans:
    """What people do with codes at the vendor; None where the vendor lets them in nowhere."""

    def __init__(self, provider: MemoryProvider, rng: Random, habits: Habits) -> None:
        self.provider = provider
        self.habits = habits
        self._world = provider.world
        self._rng = rng
        self._keys = count(1)

    # -- staff codes

    def contact_code(self, code_id: str) -> MemberAdded | None:
        """Let somebody never seen before add an employee by a contact code."""
        code = self._world.live_codes.find(ids.number_of(ids.CODE, code_id))
        assert isinstance(code, ContactCode)
        pool = [n for n in people_behind(self._world, code.staff, code.departments) if self._world.staff[n].can_contact]
        if not pool or code.deleted_at is not None:
            return None
        staff = self._drawn(code, pool)
        self._world.live_codes.count(code.number, staff)
        return self.adds(staff, state=code.channel)

    def adds(self, staff: int, *, state: str = "") -> MemberAdded:
        """Let somebody never seen before add an employee, by number."""
        member = self._world.newcomer()
        self._world.adds(member, staff, at=self._now, channel=state)
        return MemberAdded(
            **self._told("add"),
            staff_id=StaffId(self._world.staff[staff].staff_id),
            member_id=MemberId(ids.id_of(ids.MEMBER, member)),
            state=state,
        )

    def _drawn(self, code: ContactCode, pool: list[int]) -> int:
        match self.habits.draw:
            case Draw.UNIFORM:
                return self._rng.choice(pool)
            case Draw.FIRST:
                return pool[0]
            case Draw.EVEN:
                came = self._world.live_codes.came.get(code.number, {})
                return min(pool, key=lambda staff: came.get(staff, 0))

    # -- group codes

    def group_code(self, code_id: str) -> Joined | None:
        """Let somebody never seen before scan a group code."""
        code = self._world.live_codes.find(ids.number_of(ids.CODE, code_id))
        assert isinstance(code, GroupCode)
        member = self._world.newcomer()
        try:
            scan = scan_group_code(self._world, code, member, at=self._now, entry=self.habits.entry)
        except LookupError:
            return None
        return self._joined(scan, member)

    def picture(self, group_id: str) -> Joined | None:
        """Let somebody never seen before scan a group's own picture."""
        before = self._world.groups.find(ids.number_of(ids.GROUP, group_id))
        if before is None or before.dismissed_at is not None or len(before.people) >= self.habits.entry.room:
            return None
        member = self._world.newcomer()
        self._world.joins(before.number, member, at=self._now)
        return self._joined(GroupScan(before.number, before=before), member)

    def leaves(self, group_id: str, member_id: str) -> tuple[Event, ...]:
        """Let a member leave a group."""
        number, member = ids.number_of(ids.GROUP, group_id), ids.number_of(ids.MEMBER, member_id)
        before = self._world.groups[number]
        after = self._world.leaves(number, member, at=self._now)
        return (
            GroupMembersLeft(
                **self._told("leave"),
                group_id=GroupId(group_id),
                count=1,
                user_ids=(member_id,),
                last_version=version_of(before),
                version=version_of(after),
                how=Leaving.LEFT,
            ),
        )

    def makes_group(self, owner_id: str, name: str) -> tuple[GroupId, tuple[Event, ...]]:
        """Let an employee make an empty group."""
        owner = self._world.staff.find(owner_id)
        assert owner is not None
        group_id = GroupId(ids.id_of(ids.GROUP, self._world.groups.add(name, owner.number, self._now).number))
        return group_id, (GroupCreated(**self._told("group"), group_id=group_id),)

    # -- looking behind the ports

    def size(self, group_id: str) -> int:
        """Return how many people are in a group, employees included."""
        return len(self._world.groups[ids.number_of(ids.GROUP, group_id)].people)

    def members(self, group_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the members, not the employees, of each of these groups."""
        return {
            group_id: tuple(
                ids.id_of(ids.MEMBER, person.number)
                for person in self._world.groups[ids.number_of(ids.GROUP, group_id)].people
                if not person.is_staff
            )
            for group_id in group_ids
        }

    def name(self, group_id: str) -> str:
        """Return what a group is called."""
        return self._world.groups[ids.number_of(ids.GROUP, group_id)].name

    def groups(self) -> list[GroupId]:
        """Return every group there ever was, by age."""
        return [GroupId(ids.id_of(ids.GROUP, number)) for number in range(len(self._world.groups))]

    @property
    def _now(self) -> int:
        return int(self.provider.context.clock.time())

    def _told(self, what: str) -> dict[str, Any]:
        number = next(self._keys)
        return {"company": self.provider.company, "app": "main", "at": self._now, "key": f"{what}-{number}"}

    def _joined(self, scan: GroupScan, member: int) -> Joined:
        group_id, member_id = GroupId(ids.id_of(ids.GROUP, scan.group)), MemberId(ids.id_of(ids.MEMBER, member))
        before: simulated.Group | None = scan.before
        assert before is not None
        made = (GroupCreated(**self._told("group"), group_id=group_id),) if scan.opened else ()
        came = GroupMembersJoined(
            **self._told("join"),
            group_id=group_id,
            count=1,
            user_ids=(member_id,),
            last_version=version_of(before),
            version=version_of(self._world.groups[scan.group]),
            scanned=True,
        )
        return Joined(group_id, member_id, (*made, came))
