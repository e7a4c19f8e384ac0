"""What happens when somebody scans a live code: who is added, which group is joined, when a new one is opened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum

import attrs

from privcrm.sandbox.world.chance import mix
from privcrm.sandbox.world.follows import Follow, Way
from privcrm.sandbox.world.groups import Group, JoinedBy
from privcrm.sandbox.world.live_codes import ContactCode, GroupCode, TemporaryChat
from privcrm.sandbox.world.staff import StaffState
from privcrm.sandbox.world.world import World


class Draw(Enum):
    """Who gets the next visitor of a contact code."""

    EVEN = "even"
    """Whoever got the fewest."""
    FIRST = "first"
    RANDOM = "random"


@attrs.frozen
class ContactScan:
    """Whom a scan led to; without a relation the employee still has to accept."""

    staff: int
    follow: Follow | None


@attrs.frozen
class Entry:
    """How a group code fills groups."""

    room: int
    """People at which a group takes no more scans."""
    spreads: bool = False
    """Whether people go to the emptiest group instead of the first with room."""
    last_owner: bool = True
    """Whether new groups belong to the owner of the last group instead of the first."""
    lists_new: bool = True
    """Whether a new group is added to the code's list."""
    most_listed: int = 5
    grows_full_list: bool = True
    """Whether a code whose list is full opens groups all the same."""


@attrs.frozen
class GroupScan:
    """Where a scan led: into which group, opened for it or not, and whether the person was there before."""

    group: int
    opened: bool = False
    already: bool = False


def people_behind(world: World, staff: Sequence[int], departments: Sequence[int]) -> list[int]:
    """Return the employees of a code, those of its departments included, without those who left."""
    below: set[int] = set()
    for department in departments:
        below |= world.staff.subtree(department)
    named = [world.staff[number] for number in staff]
    expanded = [person for person in world.staff if person.department in below] if below else []
    return list(dict.fromkeys(p.number for p in (*named, *expanded) if p.state is not StaffState.LEFT))


def scan_contact_code(
    world: World, code: ContactCode, member: int, *, at: int, known_as: str = "", draw: Draw = Draw.EVEN
) -> ContactScan:
    """Let a member, whom the messenger knows as *known_as*, scan a code. Raises LookupError if it leads to nobody."""
    book = world.live_codes
    if code.deleted_at is not None or code.expired(at) or (code.temporary and book.came.get(code.number)):
        raise LookupError("the code is not valid any more")
    if code.temporary and code.temporary.only_for not in ("", known_as):
        raise LookupError("the code is meant for somebody else")
    seats = [n for n in people_behind(world, code.staff, code.departments) if world.staff[n].can_contact]
    if not seats:
        raise LookupError("nobody behind the code can be added")
    staff = _seat(code, seats, list(_known(world, seats, member)), book.came.get(code.number, Counter()), draw)
    if not code.skips_verification and not world.follows.holds(staff, member):
        book.waiting[staff, member] = code.number
        return ContactScan(staff, None)
    return ContactScan(staff, _add(world, code, staff, member, at))


def _known(world: World, seats: Sequence[int], member: int) -> Iterator[int]:
    """Yield those of the seats who have the member already."""
    return (follow.staff for follow in world.follows.of_member(member) if follow.holds and follow.staff in seats)


def _seat(code: ContactCode, seats: Sequence[int], known: Sequence[int], came: Counter[int], draw: Draw) -> int:
    if code.exclusive and known:
        return known[0]
    if draw is Draw.RANDOM:
        return seats[mix((code.number << 32) + came.total()) % len(seats)]
    return seats[0] if draw is Draw.FIRST else min(seats, key=lambda seat: came[seat])


def accept(world: World, staff: int, member: int, *, at: int) -> Follow:
    """Let an employee accept who asked through a code. Raises LookupError if nobody did."""
    number = world.live_codes.waiting.pop((staff, member), None)
    code = None if number is None else world.live_codes.find(number)
    if code is None or isinstance(code, GroupCode):
        raise LookupError("the member did not ask through a code")
    return _add(world, code, staff, member, at)


def _add(world: World, code: ContactCode, staff: int, member: int, at: int) -> Follow:
    if not world.follows.holds(staff, member):
        world.live_codes.count(code.number, staff)
    if code.temporary:
        ends = at + code.temporary.chat_lasts
        world.live_codes.keep_chat(TemporaryChat(code.number, staff, member, at, ends))
    return world.adds(member, staff, at=at, way=Way.SCAN, channel=code.channel)


def scan_group_code(world: World, code: GroupCode, member: int, *, at: int, entry: Entry) -> GroupScan:
    """Let somebody scan a group code. Raises LookupError if there is no room and no new group is opened."""
    if code.deleted_at is not None:
        raise LookupError("the code is not valid any more")
    found = (world.groups.find(number) for number in (*code.groups, *code.unlisted))
    groups = [group for group in found if group is not None and group.dismissed_at is None]
    there = next((group for group in groups if group.holds(member)), None)
    if there is not None:
        return GroupScan(there.number, already=True)
    free = [group for group in groups if len(group.people) < entry.room]
    into = _choose(free, entry) if free else _open_group(world, code, groups, at, entry)
    world.joins(into.number, member, at=at, how=JoinedBy.SCAN, channel=code.channel)
    world.live_codes.count(code.number, into.number)
    return GroupScan(into.number, opened=not free)


def _choose(free: Sequence[Group], entry: Entry) -> Group:
    return min(free, key=lambda group: len(group.people)) if entry.spreads else free[0]


def _open_group(world: World, code: GroupCode, groups: Sequence[Group], at: int, entry: Entry) -> Group:
    room_in_list = len(code.groups) < entry.most_listed
    if not code.opens_groups or not (room_in_list or entry.grows_full_list):
        raise LookupError("all groups behind the code are full")
    owners = [group.owner for group in groups if world.staff[group.owner].can_contact]
    if not owners:
        raise LookupError("all groups behind the code are full, and nobody is left to own a new one")
    name = f"{code.base_name}{code.first_number + code.named}" if code.base_name else ""
    group = world.groups.add(name, owners[-1 if entry.last_owner else 0], at)
    named = attrs.evolve(code, named=code.named + 1)
    if entry.lists_new and room_in_list:
        world.live_codes.keep(attrs.evolve(named, groups=(*code.groups, group.number)))
    else:
        world.live_codes.keep(attrs.evolve(named, unlisted=(*code.unlisted, group.number)))
    return group
