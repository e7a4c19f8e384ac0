"""Figures about staff and groups."""

from collections.abc import Mapping
from typing import Any

from privcrm.models import GroupFigures, StaffFigures, StaffId
from privcrm_wecom.convert.values import fraction, mapping, number, text

_OF_STAFF = ("chat_cnt", "message_cnt", "new_apply_cnt", "new_contact_cnt", "negative_feedback_cnt")
_OF_GROUPS = (
    "chat_total",
    "new_chat_cnt",
    "chat_has_msg",
    "member_total",
    "new_member_cnt",
    "member_has_msg",
    "msg_total",
)


def staff_figures(row: dict[str, Any], yesterday: int) -> StaffFigures:
    """Return one day; ``yesterday`` is the midnight from which on zeros may mean "not counted yet"."""
    day = number(row.get("stat_time")) or 0
    counts = _counts(row, _OF_STAFF)
    return StaffFigures(
        day=day,
        chats=counts["chat_cnt"],
        messages=counts["message_cnt"],
        requests_sent=counts["new_apply_cnt"],
        members_added=counts["new_contact_cnt"],
        members_lost=counts["negative_feedback_cnt"],
        reply_share=fraction(row.get("reply_percentage")),
        reply_minutes=fraction(row.get("avg_reply_time")),
        ready=day < yesterday or any(counts.values()),
        raw=row,
    )


def owner_figures(row: dict[str, Any], *, may_be_early: bool) -> GroupFigures:
    """Return the groups of one owner; ``may_be_early`` says that the days asked for end yesterday."""
    owner = text(row.get("owner"))
    return _group_figures(row, StaffId(owner) if owner else None, None, may_be_early=may_be_early)


def day_figures(row: dict[str, Any], yesterday: int) -> GroupFigures:
    """Return all groups on one day; ``yesterday`` as for ``staff_figures``."""
    day = number(row.get("stat_time"))
    return _group_figures(row, None, day, may_be_early=day is None or day >= yesterday)


def _group_figures(
    row: dict[str, Any], owner_id: StaffId | None, day: int | None, *, may_be_early: bool
) -> GroupFigures:
    counts = _counts(mapping(row.get("data")), _OF_GROUPS)
    return GroupFigures(
        owner_id=owner_id,
        day=day,
        groups=counts["chat_total"],
        groups_created=counts["new_chat_cnt"],
        groups_active=counts["chat_has_msg"],
        members=counts["member_total"],
        members_joined=counts["new_member_cnt"],
        members_active=counts["member_has_msg"],
        messages=counts["msg_total"],
        ready=not may_be_early or any(counts.values()),
        raw=row,
    )


def _counts(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, int]:
    return {name: number(row.get(name)) or 0 for name in names}
