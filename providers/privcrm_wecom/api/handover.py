"""Inheritance, on job (在职继承) and after leaving (离职继承).

https://developer.work.weixin.qq.com/document/path/92125, 94088 and 95703 on job; 92124, 94081, 94082 and 92127 after.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import evolve

from privcrm.errors import InputError, NotFound, ProviderError
from privcrm.models import (
    HandoverKind,
    HandoverReceipt,
    HandoverState,
    MemberHandover,
    Page,
    Pages,
    Unassigned,
    staff_key,
)
from privcrm.provider import Done, Intent, NotDone, Settled
from privcrm.provider.ports import HandoverPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.settling import EARLIER
from privcrm_wecom.convert import handover as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.groups import GROUP_GET
from privcrm_wecom.endpoints.handover import (
    GROUPS_TRANSFER_ON_JOB,
    GROUPS_TRANSFER_RESIGNED,
    MEMBERS_TRANSFER_ON_JOB,
    MEMBERS_TRANSFER_RESIGNED,
    TRANSFER_RESULT_ON_JOB,
    TRANSFER_RESULT_RESIGNED,
    UNASSIGNED,
)

_MEMBERS = {
    HandoverKind.ON_JOB: MEMBERS_TRANSFER_ON_JOB,
    HandoverKind.DEPARTURE: MEMBERS_TRANSFER_RESIGNED,
}
_RESULTS = {HandoverKind.ON_JOB: TRANSFER_RESULT_ON_JOB, HandoverKind.DEPARTURE: TRANSFER_RESULT_RESIGNED}
_GROUPS = {HandoverKind.ON_JOB: GROUPS_TRANSFER_ON_JOB, HandoverKind.DEPARTURE: GROUPS_TRANSFER_RESIGNED}

_ON_THE_WAY = frozenset({40100, 40129})


class WeComHandover(Area, HandoverPort):
    """Needs the role ``customer_contact``; provider apps also 在职继承, 离职分配 and the two for groups.

    The vendor tells the two kinds apart by endpoint: leavers have endpoints of their own for members, results, groups.
    """

    def unassigned(self, cursor: str = "") -> Pages[Unassigned]:
        """List members of leavers, 1,000 a call; ``is_last`` is not believed, only an empty cursor."""
        return Pages(self._unassigned, cursor)

    def transfer_members(
        self,
        kind: HandoverKind,
        from_staff_id: str,
        to_staff_id: str,
        member_ids: Sequence[str],
        *,
        intent: Intent,
        message: str = "",
        extra: Mapping[str, Any] | None = None,
    ) -> list[HandoverReceipt]:
        """Begin to transfer up to 100 members.

        The vendor finishes by itself after 24 hours. It answers 0 for the call whatever becomes of the entries; each
        has its own code: 40128 is a member who was handed over twice in 90 days, 40099 a successor who is full. An
        entry that is on the way already (40100, 40129) is looked up: it is accepted if it goes to this successor. Both
        employees must have logged in within a year, a leaver in the year before leaving.
        """
        extra = Params(extra or {})
        said = Params({"transfer_success_msg": message} if message else {})
        del message
        self._check_transfer(from_staff_id, to_staff_id, member_ids)
        if said and kind is HandoverKind.DEPARTURE:
            raise InputError(f"message is only for on-job transfers ({_RESULTS[kind].doc})")
        checks.at_most("message", said.get("transfer_success_msg", ""), self._limit("handover_message"))
        body = {**_between(from_staff_id, to_staff_id), "external_userid": [*member_ids]}
        answer = self._client.call(_MEMBERS[kind], {**body, **said, **extra}, intent=intent)
        receipts = convert.member_receipts(member_ids, values.rows(answer.get("customer")))
        return self._accepted_before(receipts, kind, from_staff_id, to_staff_id)

    def settle_members(
        self,
        intent: Intent,
        kind: HandoverKind,
        from_staff_id: str,
        to_staff_id: str,
        member_ids: Sequence[str],
    ) -> Settled:
        """Read where the transfers between the two stand.

        An older transfer between them is told from this one by its ``takeover_time``. Those that were refused have
        none, so they may be this one or an older one: their receipts are ``unknown``.
        """
        self._check_transfer(from_staff_id, to_staff_id, member_ids)
        since = self._client.vendor_time(intent.created_at) - EARLIER
        found: dict[str, HandoverReceipt | None] = {
            one.member_id: _receipt_of(one, since) for one in self._states(kind, from_staff_id, to_staff_id, member_ids)
        }
        receipts = [receipt for member_id in member_ids if (receipt := found.get(member_id))]
        return Done(receipts) if receipts else NotDone()

    def results(
        self, kind: HandoverKind, from_staff_id: str, to_staff_id: str, cursor: str = ""
    ) -> Pages[MemberHandover]:
        """List where transfers stand, 1,000 a call; ``at`` of one that waits is when it will be done by itself."""
        page = _RESULTS[kind].doc
        checks.given("from_staff_id", from_staff_id, page)
        checks.given("to_staff_id", to_staff_id, page)

        def fetch(inner: str) -> Page[MemberHandover]:
            body = {**_between(from_staff_id, to_staff_id), **({"cursor": inner} if inner else {})}
            answer = self._client.call(_RESULTS[kind], body)
            found = tuple(map(convert.member_handover, values.rows(answer.get("customer"))))
            return Page(found, values.text(answer.get("next_cursor")))

        return Pages(fetch, cursor)

    def transfer_groups(
        self,
        kind: HandoverKind,
        group_ids: Sequence[str],
        to_staff_id: str,
        *,
        intent: Intent,
        extra: Mapping[str, Any] | None = None,
    ) -> list[HandoverReceipt]:
        """Give up to 100 groups to another owner.

        The vendor takes 300 groups a day from one owner to one other, and on job each group twice in 90 days. It names
        only those that failed: 90500 is an owner who has not left, 90502 one who has, 90507 and 90508 a transfer that
        runs or is done.
        """
        extra = Params(extra or {})
        self._check_groups(group_ids, to_staff_id)
        body = {"chat_id_list": [*group_ids], "new_owner": to_staff_id}
        answer = self._client.call(_GROUPS[kind], {**body, **extra}, intent=intent)
        return convert.group_receipts(group_ids, values.rows(answer.get("failed_chat_list")))

    def settle_groups(
        self,
        intent: Intent,  # noqa: ARG002 - a group has one owner, whoever made it so
        group_ids: Sequence[str],
        to_staff_id: str,
    ) -> Settled:
        """Read the owner of each group, by one call each; groups that are gone have none.

        The vendor tells of no wait for groups. Should there be one, such a group looks as if it had not moved, and
        sending it again does no harm: it is refused with 90507.
        """
        self._check_groups(group_ids, to_staff_id)
        wanted = staff_key(to_staff_id)
        moved = [HandoverReceipt(group_id) for group_id in group_ids if staff_key(self._owner(group_id)) == wanted]
        return Done(moved) if moved else NotDone()

    def _unassigned(self, cursor: str) -> Page[Unassigned]:
        body: dict[str, Any] = {"page_size": self._most("unassigned_page")}
        if cursor:
            body["cursor"] = cursor
        answer = self._client.call(UNASSIGNED, body)
        found = tuple(map(convert.unassigned, values.rows(answer.get("info"))))
        return Page(found, values.text(answer.get("next_cursor")))

    def _accepted_before(
        self, receipts: list[HandoverReceipt], kind: HandoverKind, from_staff_id: str, to_staff_id: str
    ) -> list[HandoverReceipt]:
        """Accept those who are on the way already if they go to this successor.

        If the look-up fails they stay as they are: an error now would hide what the transfer itself answered.
        """
        doubtful = {receipt.item_id for receipt in receipts if receipt.code in _ON_THE_WAY}
        if not doubtful:
            return receipts
        try:
            states = self._states(kind, from_staff_id, to_staff_id, doubtful)
        except ProviderError:
            return receipts
        ours = {one.member_id for one in states if one.state is HandoverState.WAITING}
        return [evolve(receipt, code=0) if receipt.item_id in ours & doubtful else receipt for receipt in receipts]

    def _states(
        self, kind: HandoverKind, from_staff_id: str, to_staff_id: str, member_ids: Collection[str]
    ) -> list[MemberHandover]:
        wanted = frozenset(member_ids)
        return [one for one in self.results(kind, from_staff_id, to_staff_id) if one.member_id in wanted]

    def _owner(self, group_id: str) -> str:
        try:
            answer = self._client.call(GROUP_GET, {"chat_id": group_id, "need_name": 0})
        except NotFound:
            return ""
        return values.text(values.mapping(answer.get("group_chat")).get("owner"))

    def _check_transfer(self, from_staff_id: str, to_staff_id: str, member_ids: Sequence[str]) -> None:
        limit = self._limit("handover_batch")
        checks.given("from_staff_id", from_staff_id, limit.source)
        checks.given("to_staff_id", to_staff_id, limit.source)
        if staff_key(from_staff_id) == staff_key(to_staff_id):
            raise InputError(f"to_staff_id is the same employee as from_staff_id ({limit.source})")
        checks.ids("member_ids", member_ids, limit.source, limit)
        _check_once("member_ids", member_ids, limit.source)

    def _check_groups(self, group_ids: Sequence[str], to_staff_id: str) -> None:
        limit = self._limit("handover_batch")
        checks.given("to_staff_id", to_staff_id, limit.source)
        checks.ids("group_ids", group_ids, limit.source, limit)
        _check_once("group_ids", group_ids, limit.source)


def _between(from_staff_id: str, to_staff_id: str) -> dict[str, str]:
    return {"handover_userid": from_staff_id, "takeover_userid": to_staff_id}


def _receipt_of(one: MemberHandover, since: float) -> HandoverReceipt | None:
    """Return the receipt of a transfer ordered at or after ``since``, None for an older one and for none at all."""
    if one.state is HandoverState.NONE:
        return None
    if one.state is HandoverState.WAITING:
        return HandoverReceipt(one.member_id)
    if one.at is None:
        return HandoverReceipt(one.member_id, message="the vendor does not tell when", unknown=True)
    if one.at < since:
        return None
    if one.state is HandoverState.UNKNOWN:
        return HandoverReceipt(one.member_id, message="the vendor tells a state that is not known", unknown=True)
    return HandoverReceipt(one.member_id)


def _check_once(field: str, ids: Sequence[str], page: str) -> None:
    if len(set(ids)) < len(ids):
        raise InputError(f"{field} holds an id twice ({page})")
