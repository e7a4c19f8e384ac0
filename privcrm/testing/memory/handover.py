"""Inheritance in the memory provider: members wait for a day, groups change hands at once."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from privcrm.errors import InputError, InvalidArgument, NotFound, PreconditionFailed
from privcrm.models import (
    HandoverKind,
    HandoverReceipt,
    HandoverState,
    MemberHandover,
    MemberId,
    Page,
    Pages,
    StaffId,
    Unassigned,
    staff_key,
)
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.intents import Done, Intent, NotDone, Settled
from privcrm.provider.limits import LimitTable
from privcrm.provider.ports import HandoverPort
from privcrm.sandbox import world as simulated
from privcrm.testing.memory import ids
from privcrm.testing.memory.door import NAME, Call, Door
from privcrm.testing.memory.staff import present

NO_RELATION, ELSEWHERE, UNKNOWN_GROUP, OTHER_KIND, SAME_OWNER = range(1, 6)
"""What a receipt says: no such relation, on the way to another, no such group, wrong kind, owner already."""

_MESSAGES = {
    NO_RELATION: "the employee does not follow this member",
    ELSEWHERE: "the member is on the way to another employee",
    UNKNOWN_GROUP: "no group has this id",
    OTHER_KIND: "the owner's state asks for the other kind",
    SAME_OWNER: "the group has this owner already",
}
_STATES = {
    simulated.HandoverState.WAITING: HandoverState.WAITING,
    simulated.HandoverState.DONE: HandoverState.DONE,
    simulated.HandoverState.REFUSED: HandoverState.REFUSED,
    simulated.HandoverState.TAKER_FULL: HandoverState.SUCCESSOR_FULL,
}


class MemoryHandover(HandoverPort):
    """Passes on members and groups; a taker gets the member without the giver's notes and tags."""

    def __init__(self, door: Door, capabilities: Capabilities, limits: LimitTable) -> None:
        super().__init__(NAME, capabilities)
        self._door = door
        self._limits = limits

    def unassigned(self, cursor: str = "") -> Pages[Unassigned]:
        """List who was left behind; the cursor names the last entry given out."""
        return Pages(self._left_behind, cursor)

    def transfer_members(
        self,
        kind: HandoverKind,
        from_staff_id: str,
        to_staff_id: str,
        member_ids: Sequence[str],
        *,
        intent: Intent,
        message: str = "",
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> list[HandoverReceipt]:
        """Begin to transfer members."""
        self._check_transfer(from_staff_id, to_staff_id, member_ids)
        if message and kind is HandoverKind.DEPARTURE:
            raise InputError("message is only for on-job transfers")
        if len(message) > self._limits["handover.message"].value:
            raise InputError(f"message has more than {self._limits['handover.message'].value} characters")
        both = [from_staff_id, to_staff_id]
        with self._door.writing("handover.transfer_members", intent=intent, staff_id=both) as call:
            giver, taker = _giver(call, kind, from_staff_id), _taker(call, to_staff_id)
            terms = _terms(call, giver, taker, self._limits["handover.wait"].value, message)
            return [_receipt(member_id, _order(call, terms, member_id)) for member_id in member_ids]

    def settle_members(
        self,
        intent: Intent,
        kind: HandoverKind,
        from_staff_id: str,
        to_staff_id: str,
        member_ids: Sequence[str],
    ) -> Settled:
        """Read which transfers between the two wait, or were ordered since."""
        self._check_transfer(from_staff_id, to_staff_id, member_ids)
        with self._door.reading("handover.settle_members") as call:
            taken = {
                ids.id_of(ids.MEMBER, handover.member or 0)
                for handover in _between(call, kind, from_staff_id, to_staff_id)
                if handover.state is simulated.HandoverState.WAITING or handover.terms.at >= int(intent.created_at)
            }
        receipts = [HandoverReceipt(member_id) for member_id in member_ids if member_id in taken]
        return Done(receipts) if receipts else NotDone()

    def results(
        self, kind: HandoverKind, from_staff_id: str, to_staff_id: str, cursor: str = ""
    ) -> Pages[MemberHandover]:
        """List where the transfers between two employees stand, oldest first; the cursor counts them."""

        def fetch(inner: str) -> Page[MemberHandover]:
            size = self._limits["handover.page"].value
            with self._door.reading("handover.results") as call:
                behind = _number(call, inner or "-1")
                rows = list(islice(_between(call, kind, from_staff_id, to_staff_id, behind), size + 1))
                found = tuple(map(_progress, rows[:size]))
            return Page(found, str(rows[size - 1].number) if len(rows) > size else "")

        return Pages(fetch, cursor)

    def transfer_groups(
        self,
        kind: HandoverKind,
        group_ids: Sequence[str],
        to_staff_id: str,
        *,
        intent: Intent,
        extra: Mapping[str, Any] | None = None,  # noqa: ARG002 - there is no vendor to pass it on to
    ) -> list[HandoverReceipt]:
        """Give groups another owner."""
        self._check_ids("group_ids", group_ids)
        with self._door.writing(
            "handover.transfer_groups", intent=intent, staff_id=to_staff_id, group_id=group_ids
        ) as call:
            taker = _taker(call, to_staff_id)
            receipts = [_receipt(one, _move(call, kind, one, taker)) for one in group_ids]
            call.world.handovers.catch_up(call.now, self._limits["members.staff"].value)
            return receipts

    def settle_groups(
        self,
        intent: Intent,  # noqa: ARG002 - a group has one owner, whoever made it so
        group_ids: Sequence[str],
        to_staff_id: str,
    ) -> Settled:
        """Read the owner of each group."""
        self._check_ids("group_ids", group_ids)
        with self._door.reading("handover.settle_groups") as call:
            moved = [HandoverReceipt(one) for one in group_ids if _owned_by(call, one, to_staff_id)]
        return Done(moved) if moved else NotDone()

    def _left_behind(self, cursor: str) -> Page[Unassigned]:
        size = self._limits["handover.page"].value
        with self._door.reading("handover.unassigned") as call:
            place, _, after = (cursor or "0:-1").partition(":")
            rows = list(islice(_unassigned(call, _number(call, place), _number(call, after)), size + 1))
            found = tuple(row for _, _, row in rows[:size])
        return Page(found, f"{rows[size - 1][0]}:{rows[size - 1][1]}" if len(rows) > size else "")

    def _check_transfer(self, from_staff_id: str, to_staff_id: str, member_ids: Sequence[str]) -> None:
        if staff_key(from_staff_id) == staff_key(to_staff_id):
            raise InputError("to_staff_id is the same employee as from_staff_id")
        self._check_ids("member_ids", member_ids)

    def _check_ids(self, field: str, given: Sequence[str]) -> None:
        most = self._limits["handover_batch"].value
        if not 0 < len(given) <= most:
            raise InputError(f"{field} holds {len(given):,} ids, allowed are 1 to {most:,}")
        if len(set(given)) < len(given):
            raise InputError(f"{field} holds an id twice")


def _number(call: Call, text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise call.refuse(InvalidArgument, "bad_cursor", "the cursor belongs to another listing")
    return int(text)


def _anybody(call: Call, staff_id: str) -> simulated.Staff:
    """Return an employee, also one who left; raises ``NotFound``."""
    staff = call.world.staff.find(staff_id)
    if staff is None:
        raise call.refuse(NotFound, "unknown_staff", "no employee has this id")
    return staff


def _giver(call: Call, kind: HandoverKind, staff_id: str) -> simulated.Staff:
    staff = _anybody(call, staff_id)
    if (staff.state is simulated.StaffState.LEFT) is not (kind is HandoverKind.DEPARTURE):
        raise call.refuse(PreconditionFailed, "other_kind", "the giver's state asks for the other kind of handover")
    return staff


def _taker(call: Call, staff_id: str) -> simulated.Staff:
    staff = present(call, staff_id)
    if not staff.can_contact:
        raise call.refuse(PreconditionFailed, "not_serving", "the taker has no customer contact")
    return staff


def _terms(call: Call, giver: simulated.Staff, taker: simulated.Staff, wait: int, message: str = "") -> simulated.Terms:
    left = giver.state is simulated.StaffState.LEFT
    return simulated.Terms(giver.number, taker.number, left, simulated.OUR_PROGRAM, call.now, wait, message=message)


def _order(call: Call, terms: simulated.Terms, member_id: str) -> int:
    """Order one member and return the code of its receipt; one who is on this way already is accepted."""
    number = ids.number_of(ids.MEMBER, member_id)
    if number < 0 or not call.world.follows.holds(terms.giver, number):
        return NO_RELATION
    waiting = call.world.handovers.waiting(terms.giver, number)
    if waiting is None:
        call.world.handovers.order_member(terms, number)
        return 0
    return 0 if waiting.terms.taker == terms.taker else ELSEWHERE


def _move(call: Call, kind: HandoverKind, group_id: str, taker: simulated.Staff) -> int:
    """Order one group and return the code of its receipt."""
    group = call.world.groups.find(ids.number_of(ids.GROUP, group_id))
    if group is None or group.dismissed_at is not None:
        return UNKNOWN_GROUP
    owner = call.world.staff[group.owner]
    if (owner.state is simulated.StaffState.LEFT) is not (kind is HandoverKind.DEPARTURE):
        return OTHER_KIND
    if owner.number == taker.number:
        return SAME_OWNER
    call.world.handovers.order_group(_terms(call, owner, taker, 0), group.number)
    return 0


def _receipt(item_id: str, code: int) -> HandoverReceipt:
    return HandoverReceipt(item_id, code, _MESSAGES.get(code, ""))


def _between(
    call: Call, kind: HandoverKind, from_staff_id: str, to_staff_id: str, behind: int = -1
) -> Iterator[simulated.Handover]:
    """Yield the last transfer of each member between two employees, without those that came to nothing."""
    giver, taker = _anybody(call, from_staff_id), _anybody(call, to_staff_id)
    left = kind is HandoverKind.DEPARTURE
    newest = call.world.handovers.newest(giver.number, taker.number, giver_left=left, after=behind)
    return (handover for handover in newest if handover.state in _STATES)


def _progress(handover: simulated.Handover) -> MemberHandover:
    waits = handover.state is simulated.HandoverState.WAITING
    return MemberHandover(
        MemberId(ids.id_of(ids.MEMBER, handover.member or 0)),
        _STATES[handover.state],
        handover.due_at if waits else handover.ended_at,
        {"number": handover.number, "ordered_at": handover.terms.at},
    )


def _unassigned(call: Call, place: int, after: int) -> Iterator[tuple[int, int, Unassigned]]:
    """Yield (number of the leaver, number of the member, entry) behind a place, in the order of the leavers' numbers.

    By number and not by time, so that a listing stays right when somebody leaves meanwhile.
    """
    for leaver in sorted(call.world.staff.leavers(), key=lambda staff: staff.number):
        if leaver.number < place:
            continue
        for member in call.world.follows.of_staff(leaver.number, after if leaver.number == place else -1):
            follow = call.world.follows.get(leaver.number, member)
            if follow and not follow.ended_by and not call.world.handovers.waiting(leaver.number, member):
                raw = {"staff": leaver.number, "member": member}
                member_id = MemberId(ids.id_of(ids.MEMBER, member))
                yield leaver.number, member, Unassigned(StaffId(leaver.staff_id), member_id, leaver.left_at, raw)


def _owned_by(call: Call, group_id: str, staff_id: str) -> bool:
    group = call.world.groups.find(ids.number_of(ids.GROUP, group_id))
    if group is None or group.dismissed_at is not None:
        return False
    return staff_key(call.world.staff[group.owner].staff_id) == staff_key(staff_id)
