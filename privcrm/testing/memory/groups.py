"""Customer groups of the memory provider."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from attrs import asdict

from privcrm.errors import InputError, NotFound
from privcrm.models import Group, GroupId, GroupMember, GroupSummary, JoinScene, OwnerState, Page, Pages, StaffId
from privcrm.models.fields import ids_in
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import GroupsPort
from privcrm.sandbox import world as simulated
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import NAME, Call, Door

Owners = Callable[[simulated.Staff], bool]

MOST_KNOWN: Final = 100_000

_SCENES = {
    simulated.JoinedBy.INVITATION: JoinScene.INVITED,
    simulated.JoinedBy.LINK: JoinScene.INVITE_LINK,
    simulated.JoinedBy.SCAN: JoinScene.SCANNED,
}


class People:
    """People in groups as callers see them, kept: a crowd's groups are read again with everybody who comes."""

    def __init__(self) -> None:
        self._known: OrderedDict[simulated.GroupMember, GroupMember] = OrderedDict()

    def seen(self, call: Call, person: simulated.GroupMember, *, names: bool) -> GroupMember:
        """Return somebody in a group; employees and names are looked up each time, for they may change."""
        if names or person.is_staff or person.invited_by is not None:
            return _person(call, person, names=names)
        known = self._known.get(person)
        if known is None:
            known = self._known[person] = _person(call, person, names=False)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known


class MemoryGroups(GroupsPort):
    """Reads groups."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._page = limits["groups.page"].value
        self._people = People()

    def list(
        self, *, owner_ids: Sequence[str] | None = None, owner_state: OwnerState | None = None, cursor: str = ""
    ) -> Pages[GroupSummary]:
        """List groups; the cursor is the number at which to go on."""
        if owner_ids is None:
            return Pages(lambda place: self._page_at(_is_at_work, owner_state, place), cursor)
        owners = frozenset(owner.casefold() for owner in ids_in("owner_ids", owner_ids))
        return Pages(
            lambda place: self._page_at(lambda one: one.staff_id.casefold() in owners, owner_state, place), cursor
        )

    def list_all(self, cursor: str = "") -> Pages[GroupSummary]:
        """List the groups of everybody."""
        return Pages(lambda place: self._page_at(_is_anybody, None, place), cursor)

    def get(self, group_id: str, *, names: bool = False) -> Group:
        """Return a group with everybody in it."""
        with self._door.reading("groups.get") as call:
            group = call.world.groups.find(ids.number_of(ids.GROUP, group_id))
            if group is None or group.dismissed_at is not None:
                raise call.refuse(NotFound, "unknown_group", "no group has this id")
            return _group(call, group, self._people, names=names)

    def id_of_opengid(self, opengid: str) -> GroupId:
        """Return the group behind the id that a mini-program sees of it."""
        if not opengid:
            raise InputError("opengid is empty")
        with self._door.reading("groups.id_of_opengid") as call:
            number = ids.number_of(ids.OPEN_GROUP, opengid)
            group = call.world.groups.find(number)
            if group is None or group.dismissed_at is not None:
                raise call.refuse(NotFound, "unknown_group", "no group has this opengid")
            return GroupId(ids.id_of(ids.GROUP, number))

    def _page_at(self, owners: Owners, state: OwnerState | None, cursor: str) -> Page[GroupSummary]:
        with self._door.reading("groups.list") as call:
            matching = _matching(call, owners, state, int(cursor or 0))
            found = [row for row, _ in zip(matching, range(self._page), strict=False)]
        following = ids.number_of(ids.GROUP, found[-1].group_id) + 1 if len(found) == self._page else ""
        return Page(tuple(found), str(following))


def _is_anybody(owner: simulated.Staff) -> bool:
    del owner
    return True


def _is_at_work(owner: simulated.Staff) -> bool:
    return owner.state is not simulated.StaffState.LEFT


def _matching(call: Call, owners: Owners, state: OwnerState | None, start: int) -> Iterator[GroupSummary]:
    groups = call.world.groups
    for number in range(start, len(groups)):
        owner = call.world.staff[groups.owner(number)]
        owner_state = OwnerState.LEFT if owner.state is simulated.StaffState.LEFT else OwnerState.NORMAL
        if owners(owner) and state in (None, owner_state) and not groups.dismissed(number):
            raw = {"number": number, "owner": owner.staff_id}
            yield GroupSummary(GroupId(ids.id_of(ids.GROUP, number)), owner_state, raw=raw)


def _group(call: Call, group: simulated.Group, people: People, *, names: bool) -> Group:
    staff = call.world.staff
    return Group(
        GroupId(ids.id_of(ids.GROUP, group.number)),
        name=group.name,
        owner_id=StaffId(staff[group.owner].staff_id),
        created_at=group.created_at,
        notice=group.notice,
        members=tuple(people.seen(call, person, names=names) for person in group.people),
        admin_ids=tuple(StaffId(staff[number].staff_id) for number in group.admins),
        member_version=version_of(group),
        raw=asdict(group, recurse=False),
    )


def version_of(group: simulated.Group) -> str:
    """Return what changes whenever somebody comes or goes, and is the same in every process."""
    return f"{len(group.people)}-{group.people[-1].joined_at}-{sum(p.number for p in group.people)}"


def _person(call: Call, person: simulated.GroupMember, *, names: bool) -> GroupMember:
    staff, members = call.world.staff, call.world.members
    shown = (staff[person.number].name if person.is_staff else members[person.number].name) if names else ""
    return GroupMember(
        staff[person.number].staff_id if person.is_staff else ids.id_of(ids.MEMBER, person.number),
        is_staff=person.is_staff,
        joined_at=person.joined_at,
        scene=_SCENES[person.joined_by],
        invited_by="" if person.invited_by is None else staff[person.invited_by].staff_id,
        state=person.channel,
        unionid=None if person.is_staff else ids.unionid_of(members[person.number]),
        name=shown,
    )
