"""Members and relations of the memory provider."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import asdict, evolve

from privcrm.errors import InputError, InvalidArgument, NotFound
from privcrm.models import Follow, Member, MemberId, MemberKind, MemberTag, Page, Pages, RemarkChange, StaffId, TagId
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import MembersPort
from privcrm.sandbox import world as simulated
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.staff import present

_KINDS = {simulated.Kind.CONSUMER: MemberKind.CONSUMER, simulated.Kind.COLLEAGUE: MemberKind.ENTERPRISE}


class MemoryMembers(MembersPort):
    """Reads members and edits remarks."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._page = limits["members.page"].value

    def get(self, member_id: str) -> Member:
        """Return a member with all relations."""
        with self._door.reading("members.get") as call:
            number = ids.number_of(ids.MEMBER, member_id)
            follows = _living(call, number) if call.world.is_person(number) else []
            if not follows:
                raise call.refuse(NotFound, "unknown_member", "no employee follows a member with this id")
            return _member(call, number, [_follow(call, follow, names=True) for follow in follows])

    def ids(self, staff_id: str) -> Iterator[MemberId]:
        """Yield the members whom an employee follows."""
        with self._door.reading("members.ids") as call:
            numbers = list(call.world.follows.of_staff(present(call, staff_id).number))
        return (MemberId(ids.id_of(ids.MEMBER, number)) for number in numbers)

    def list(self, staff_ids: Sequence[str], cursor: str = "") -> Pages[Member]:
        """List relations; the cursor holds the place of the employee and the last member given out."""
        wanted = tuple(staff_ids)
        return Pages(lambda place: self._page_at(wanted, place) if wanted else Page(()), cursor)

    def edit_remark(
        self,
        change: RemarkChange,
        *,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> None:
        """Overwrite the given fields of a relation."""
        fields = ("remark", "description", "company", "phones")
        changed = {name: getattr(change, name) for name in fields if getattr(change, name) is not None}
        if not changed:
            raise InputError("edit_remark was given nothing to change")
        with self._door.writing("members.edit_remark", staff_id=change.staff_id) as call:
            call.world.follows.put(evolve(relation(call, change.staff_id, change.member_id), **changed))

    def id_of_unionid(self, unionid: str, openid: str) -> MemberId | None:  # noqa: ARG002 - the unionid says it all
        """Return the member behind a unionid, or None."""
        with self._door.reading("members.id_of_unionid") as call:
            number = ids.number_of(ids.UNION, unionid)
            follows = _living(call, number) if call.world.is_person(number) else []
        return MemberId(ids.id_of(ids.MEMBER, number)) if follows else None

    def _page_at(self, staff_ids: Sequence[str], cursor: str) -> Page[Member]:
        with self._door.reading("members.list") as call:
            place, after = _place(call, cursor, len(staff_ids))
            staff = call.world.staff.find(staff_ids[place])
            rest = iter(()) if staff is None else call.world.follows.of_staff(staff.number, after)
            numbers = [number for number, _ in zip(rest, range(self._page), strict=False)]
            items = () if staff is None else tuple(_row(call, staff.number, number) for number in numbers)
        if len(numbers) == self._page:
            return Page(items, f"{place}:{numbers[-1]}")
        return Page(items, f"{place + 1}:-1" if place + 1 < len(staff_ids) else "")


def relation(call: Call, staff_id: str, member_id: str) -> simulated.Follow:
    """Return a living relation; raises ``NotFound``."""
    staff = call.world.staff.find(staff_id)
    member = ids.number_of(ids.MEMBER, member_id)
    follow = call.world.follows.get(staff.number, member) if staff is not None and member >= 0 else None
    if follow is None or not follow.holds:
        raise call.refuse(NotFound, "no_relation", "the employee does not follow this member")
    return follow


def _place(call: Call, cursor: str, staff: int) -> tuple[int, int]:
    place, _, after = (cursor or "0:-1").partition(":")
    if not (place.isdecimal() and int(place) < staff and after.removeprefix("-").isdecimal()):
        raise call.refuse(InvalidArgument, "bad_cursor", "the cursor belongs to another listing")
    return int(place), int(after)


def _living(call: Call, member: int) -> list[simulated.Follow]:
    return [follow for follow in call.world.follows.of_member(member) if follow.holds]


def _row(call: Call, staff: int, member: int) -> Member:
    follow = call.world.follows.get(staff, member)
    return _member(call, member, [] if follow is None else [_follow(call, follow, names=False)])


def _member(call: Call, number: int, follows: Sequence[Follow]) -> Member:
    person = call.world.members[number]
    return Member(
        MemberId(ids.id_of(ids.MEMBER, number)),
        name=person.name,
        kind=_KINDS[person.kind],
        gender=person.gender,
        unionid=ids.unionid_of(person),
        follows=tuple(follows),
        raw=asdict(person, recurse=False),
    )


def _follow(call: Call, follow: simulated.Follow, *, names: bool) -> Follow:
    world = call.world
    tags = world.live_tags(follow.staff, follow.member)
    return Follow(
        StaffId(world.staff[follow.staff].staff_id),
        tag_ids=tuple(TagId(ids.id_of(ids.TAG, tag)) for tag in tags),
        remark=follow.remark,
        description=follow.description,
        created_at=follow.added_at,
        state=follow.channel,
        phones=follow.phones,
        company=follow.company,
        tags=tuple(_named(world, tag) for tag in tags) if names else (),
        raw=asdict(follow, recurse=False),
    )


def _named(world: simulated.World, number: int) -> MemberTag:
    tag = world.tags.tag(number)
    group = world.tags.group(tag.group) if tag is not None else None
    tag_id = TagId(ids.id_of(ids.TAG, number))
    return MemberTag(tag.name if tag else "", group.name if group else "", tag_id)
