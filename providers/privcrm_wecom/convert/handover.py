"""Transfers of members and groups."""

from collections.abc import Iterable, Sequence
from typing import Any

from privcrm.models import HandoverReceipt, HandoverState, MemberHandover, MemberId, StaffId, Unassigned
from privcrm_wecom.convert.values import number, text

_STATES = {
    1: HandoverState.DONE,
    2: HandoverState.WAITING,
    3: HandoverState.REFUSED,
    4: HandoverState.SUCCESSOR_FULL,
    # Older pages and other clients know this one; the present page does not.
    5: HandoverState.NONE,
}


def unassigned(row: dict[str, Any]) -> Unassigned:
    """Return a member whom an employee left behind."""
    return Unassigned(
        StaffId(text(row.get("handover_userid"))),
        MemberId(text(row.get("external_userid"))),
        number(row.get("dimission_time")),
        row,
    )


def member_handover(row: dict[str, Any]) -> MemberHandover:
    """Return where the transfer of one member stands; the vendor writes 0 for "never"."""
    return MemberHandover(
        MemberId(text(row.get("external_userid"))),
        _STATES.get(number(row.get("status")) or 0, HandoverState.UNKNOWN),
        number(row.get("takeover_time")) or None,
        row,
    )


def member_receipts(member_ids: Sequence[str], answered: Iterable[dict[str, Any]]) -> list[HandoverReceipt]:
    """Return a receipt for each member in the order given; of who is not in the answer nothing is known."""
    told = {text(row.get("external_userid")): row for row in answered}
    return [
        _receipt(member_id, told[member_id])
        if member_id in told
        else HandoverReceipt(member_id, message="the answer does not name this member", unknown=True)
        for member_id in member_ids
    ]


def group_receipts(group_ids: Sequence[str], failed: Iterable[dict[str, Any]]) -> list[HandoverReceipt]:
    """Return a receipt for each group in the order given; the answer names only those that failed."""
    told = {text(row.get("chat_id")): row for row in failed}
    return [
        _receipt(group_id, told[group_id]) if group_id in told else HandoverReceipt(group_id) for group_id in group_ids
    ]


def _receipt(item_id: str, row: dict[str, Any]) -> HandoverReceipt:
    code = number(row.get("errcode"))
    return HandoverReceipt(item_id, code or 0, text(row.get("errmsg")), unknown=code is None)
