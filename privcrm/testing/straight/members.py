"""Members and relations, by the million."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from privcrm.models import Follow, Member, MemberId, MemberKind, Page, Pages, StaffId
from privcrm.models.building import draft_of
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.ports import MembersPort
from privcrm.sandbox import world as simulated
from privcrm.sandbox.wecom.api.contacts import ADD_WAY, COLLEAGUES_COMPANY, avatar_of
from privcrm.sandbox.wecom.company import Company

__all__ = ["StraightMembers"]

A_PAGE: Final = 500
_KINDS: Final = {simulated.Kind.CONSUMER: MemberKind.CONSUMER, simulated.Kind.COLLEAGUE: MemberKind.ENTERPRISE}
_MemberDraft = draft_of(Member)
_FollowDraft = draft_of(Follow)


class StraightMembers(MembersPort):
    """Reads relations by employee."""

    def __init__(self, provider: str, capabilities: Capabilities, company: Company) -> None:
        super().__init__(provider, capabilities)
        self._company = company
        self._world = company.world

    def ids(self, staff_id: str) -> Iterator[MemberId]:
        """Yield the members of an employee."""
        staff = self._world.staff.find(staff_id)
        numbers = iter(()) if staff is None else self._world.follows.of_staff(staff.number)
        return (MemberId(self._company.ids.member(number)) for number in numbers)

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        """List relations, employee by employee; those of leavers are not shown."""
        found = [staff for staff in map(self._world.staff.find, staff_ids) if staff is not None]
        staff = [each for each in found if each.state is not simulated.StaffState.LEFT]

        def page(place: str) -> Page[Member]:
            at, _, after = (place or "0:-1").partition(":")
            rows = list(islice(self._relations(staff, int(at), int(after)), A_PAGE))
            items = tuple(self._member(follow) for _, follow in rows)
            return Page(items, f"{rows[-1][0]}:{rows[-1][1].member}" if len(rows) == A_PAGE else "")

        return Pages(page, cursor)

    def _relations(
        self, staff: Sequence[simulated.Staff], place: int, after: int
    ) -> Iterator[tuple[int, simulated.Follow]]:
        """Yield the place of the employee, and the relation."""
        follows = self._world.follows
        for at in range(place, len(staff)):
            for member in follows.of_staff(staff[at].number, after if at == place else -1):
                follow = follows.get(staff[at].number, member)
                if follow is not None:
                    yield at, follow

    def _member(self, follow: simulated.Follow) -> Member:
        person, ids = self._world.members[follow.member], self._company.ids
        is_consumer = person.kind is simulated.Kind.CONSUMER
        made = _MemberDraft()
        made.member_id = (ids.consumer if is_consumer else ids.colleague).encode(person.number)
        made.name = person.name
        made.kind = _KINDS[person.kind]
        made.gender = person.gender
        made.avatar = avatar_of(person.number)
        made.unionid = ids.union.encode(person.number) if is_consumer else None
        made.corp_name = "" if is_consumer else COLLEAGUES_COMPANY
        made.follows = (self._follow(follow, made.member_id),)
        made.is_customer = True
        made.raw = {}
        made.__class__ = Member
        done: Member = made
        return done

    def _follow(self, follow: simulated.Follow, member_id: str) -> Follow:
        staff, encode = self._world.staff, self._company.ids.tag.encode
        by = staff[follow.staff if follow.assigned_by is None else follow.assigned_by].staff_id
        made = _FollowDraft()
        made.staff_id = StaffId(staff[follow.staff].staff_id)
        made.tag_ids = tuple(map(encode, self._world.live_tags(follow.staff, follow.member)))
        made.remark = follow.remark
        made.description = follow.description
        made.created_at = follow.added_at
        made.add_way = ADD_WAY[follow.way]
        made.state = follow.channel
        made.operator_id = member_id if follow.by_member else by
        made.phones = follow.phones
        made.company = follow.company
        made.tags = ()
        made.raw = {}
        made.__class__ = Follow
        done: Follow = made
        return done
