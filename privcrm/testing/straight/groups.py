"""Customer groups with everybody in them."""

from collections.abc import Iterator
from typing import Final

from privcrm.errors import NotFound
from privcrm.models import (
    Group,
    GroupId,
    GroupMember,
    GroupSummary,
    JoinScene,
    OwnerState,
    Page,
    Pages,
    StaffId,
    staff_key,
)
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.ports import GroupsPort
from privcrm.sandbox import world as simulated
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.groups import member_version

__all__ = ["StraightGroups"]

OWNERS_A_PAGE: Final = 100
_SCENES: Final = {
    simulated.JoinedBy.INVITATION: JoinScene.INVITED,
    simulated.JoinedBy.LINK: JoinScene.INVITE_LINK,
    simulated.JoinedBy.SCAN: JoinScene.SCANNED,
}


class StraightGroups(GroupsPort):
    """Reads groups."""

    def __init__(self, provider: str, capabilities: Capabilities, company: Company) -> None:
        super().__init__(provider, capabilities)
        self._company = company
        self._world = company.world

    def list_all(self, cursor: str = "") -> Pages[GroupSummary]:
        """List the groups of everybody, a page for each 100 owners."""
        owners = sorted(self._world.staff, key=lambda staff: staff_key(staff.staff_id))

        def page(place: str) -> Page[GroupSummary]:
            start = int(place or 0)
            numbers = {staff.number for staff in owners[start : start + OWNERS_A_PAGE]}
            behind = start + OWNERS_A_PAGE
            return Page(tuple(self._owned_by(numbers)), str(behind) if behind < len(owners) else "")

        return Pages(page, cursor)

    def get(self, group_id: str, *, names: bool = False) -> Group:
        """Return a group; raises ``NotFound`` for an id of none, and for a dismissed one."""
        del names  # not wanted by whoever reads it all
        number = self._company.ids.group.decode(group_id)
        group = None if number is None else self._world.groups.find(number)
        if group is None or group.dismissed_at is not None:
            raise NotFound("there is no such group", provider="straight", operation="groups.get")
        return Group(
            GroupId(group_id),
            group.name,
            StaffId(self._world.staff[group.owner].staff_id),
            group.created_at,
            group.notice,
            tuple(map(self._person, group.people)),
            tuple(StaffId(self._world.staff[each].staff_id) for each in group.admins),
            member_version(group),
        )

    def _owned_by(self, owners: set[int]) -> Iterator[GroupSummary]:
        groups = self._world.groups
        for number in range(len(groups)):
            owner = groups.owner(number)
            if owner in owners and not groups.dismissed(number):
                left = self._world.staff[owner].state is simulated.StaffState.LEFT
                state = OwnerState.LEFT if left else OwnerState.NORMAL
                yield GroupSummary(GroupId(self._company.ids.group.encode(number)), state)

    def _person(self, person: simulated.GroupMember) -> GroupMember:
        staff, ids = self._world.staff, self._company.ids
        return GroupMember(
            staff[person.number].staff_id if person.is_staff else ids.member(person.number),
            person.is_staff,
            person.joined_at,
            _SCENES[person.joined_by],
            "" if person.invited_by is None else staff[person.invited_by].staff_id,
            person.channel,
            None if person.is_staff else ids.unionid(person.number),
        )
