"""Customer groups."""

from typing import Any

from privcrm.models import Group, GroupId, GroupMember, GroupSummary, JoinScene, OwnerState, StaffId
from privcrm_wecom.convert.values import mapping, number, rows, text

_OWNER_STATES = {
    0: OwnerState.NORMAL,
    1: OwnerState.LEFT,
    2: OwnerState.TRANSFERRING,
    3: OwnerState.TRANSFERRED,
}
_STATUS_FILTERS = {state: number for number, state in _OWNER_STATES.items()}
_JOIN_SCENES = {1: JoinScene.INVITED, 2: JoinScene.INVITE_LINK, 3: JoinScene.SCANNED}


def group_summary(row: dict[str, Any]) -> GroupSummary:
    """Return what a listing tells of a group."""
    status = number(row.get("status"))
    return GroupSummary(
        GroupId(text(row.get("chat_id"))),
        _OWNER_STATES.get(status if status is not None else -1, OwnerState.UNKNOWN),
        row,
    )


def status_filter(state: OwnerState | None) -> int:
    """Return the number under which a listing is filtered; 0 is all."""
    return _STATUS_FILTERS.get(state, 0) if state is not None else 0


def group(row: dict[str, Any]) -> Group:
    """Return a group with everybody in it."""
    owner = text(row.get("owner"))
    return Group(
        group_id=GroupId(text(row.get("chat_id"))),
        name=text(row.get("name")),
        owner_id=StaffId(owner) if owner else None,
        created_at=number(row.get("create_time")),
        notice=text(row.get("notice")),
        members=tuple(map(_group_member, rows(row.get("member_list")))),
        admin_ids=tuple(StaffId(text(admin.get("userid"))) for admin in rows(row.get("admin_list"))),
        member_version=text(row.get("member_version")),
        raw=row,
    )


def _group_member(row: dict[str, Any]) -> GroupMember:
    return GroupMember(
        user_id=text(row.get("userid")),
        is_staff=number(row.get("type")) == 1,
        joined_at=number(row.get("join_time")),
        scene=_JOIN_SCENES.get(number(row.get("join_scene")) or 0, JoinScene.UNKNOWN),
        invited_by=text(mapping(row.get("invitor")).get("userid")),
        state=text(row.get("state")),
        unionid=text(row.get("unionid")) or None,
        nickname=text(row.get("group_nickname")),
        name=text(row.get("name")),
    )
