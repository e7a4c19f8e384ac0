"""What happens when somebody scans a live code: who is added, which group is joined, when a new one is opened."""

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from itertools import islice

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
    before: Group | None = None
    """The group without whoever came."""


def people_behind(world: World, staff: Sequence[int], departments: Sequence[int]) -> list[int]:
    """Return the employees of a code, those of its departments included, without those who left."""
    below: set[int] = set()
    for department in departments:
        below |= world.staff.subtree(department)
    named = [world.staff[number] for number in staff]
    expanded = [person for person in world.staff if person.department in below] if below else []
    return list(dict.fromkeys(p.number for p in (*named, *expanded) if p.state is not StaffState.LEFT))


def scan_contact_code(
    world: World,
    code: ContactCode,
    member: int,
    *,
    at: int,
    known_as: str = "",
    draw: Draw = Draw.EVEN,
    most: int | None = None,
) -> ContactScan:
    """Let a member, whom the messenger knows as *known_as*, scan a code.

    An employee with *most* members is passed over. Raises LookupError if the code leads to nobody.
    """
    _check_valid(world, code, at, known_as)
    seats = [n for n in people_behind(world, code.staff, code.departments) if world.staff[n].can_contact]
    if not seats:
        raise LookupError("nobody behind the code can be added")
    free = (n for n in _in_turn(world, code, seats, member, draw) if _has_room(world, n, member, most))
    staff = next(free, None)
    if staff is None:
        raise LookupError("nobody behind the code takes more members")
    if not code.skips_verification and not world.follows.holds(staff, member):
        world.live_codes.waiting[staff, member] = code.number
        return ContactScan(staff, None)
    return ContactScan(staff, _add(world, code, staff, member, at))


def _check_valid(world: World, code: ContactCode, at: int, known_as: str) -> None:
    used = code.temporary is not None and bool(world.live_codes.came.get(code.number))
    if code.deleted_at is not None or code.expired(at) or used:
        raise LookupError("the code is not valid any more")
    if code.temporary and code.temporary.only_for not in ("", known_as):
        raise LookupError("the code is meant for somebody else")


def _in_turn(world: World, code: ContactCode, seats: Sequence[int], member: int, draw: Draw) -> list[int]:
    """Return the seats in the order in which they would get the visitor."""
    came = world.live_codes.came.get(code.number, Counter[int]())
    if draw is Draw.RANDOM:
        start = mix((code.number << 32) + came.total()) % len(seats)
        turn = [*seats[start:], *seats[:start]]
    else:
        turn = list(seats) if draw is Draw.FIRST else sorted(seats, key=lambda seat: came[seat])
    # An exclusive code leads whoever knows one of the seats back to that one.
    return sorted(turn, key=lambda seat: not world.follows.holds(seat, member)) if code.exclusive else turn


def _has_room(world: World, staff: int, member: int, most: int | None) -> bool:
    held = world.follows.of_staff(staff)
    return most is None or world.follows.holds(staff, member) or sum(1 for _ in islice(held, most)) < most


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
    return GroupScan(into.number, opened=not free, before=into)


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
