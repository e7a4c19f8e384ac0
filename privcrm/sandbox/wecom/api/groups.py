"""Customer groups (developer.work.weixin.qq.com/document/path/92120, 92122)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from privcrm.sandbox.jsonio import is_list
from privcrm.sandbox.wecom.api.group_handovers import inherited, last_handover
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.endpoint import CURSOR, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.groups import member_version
from privcrm.sandbox.world import Group, GroupMember, HandoverState, JoinedBy, Staff, StaffState

_OWNERS_MOST = 100
_UNKNOWN_OPENGID = 90511
_NORMAL, _OWNER_LEFT, _ON_THE_WAY, _INHERITED = 0, 1, 2, 3
_JOIN_SCENE = {JoinedBy.INVITATION: 1, JoinedBy.LINK: 2, JoinedBy.SCAN: 3}


def groupchat_list(call: Call) -> dict[str, Any]:
    """List groups page by page. Large companies must name owners; groups of leavers appear only for named owners."""
    limit: int = call.args["limit"]
    owners = _named_owners(call)
    status: int = call.args.get("status_filter", 0)
    question = ["groups", status, *owners]
    (after,) = unseal(call.args.get("cursor", ""), question, (-1,))
    rows = list(islice(_matching(call, owners, status, after), limit + 1))
    page = rows[:limit]
    return {
        "group_chat_list": [
            {"chat_id": call.company.ids.group.encode(number), "status": status} for number, status in page
        ],
        "next_cursor": seal(question, [page[-1][0]]) if len(rows) > limit else "",
    }


def _named_owners(call: Call) -> list[str]:
    """Return the userids in owner_filter; without any a large visible range is refused (81017)."""
    given = call.args.get("owner_filter", {}).get("userid_list")
    owners = [str(userid) for userid in given] if is_list(given) else []
    if len(owners) > _OWNERS_MOST:
        raise Refusal(40058)
    if not owners and sum(1 for _ in call.company.employees_seen(call.app)) > call.company.rules.visible_people_limit:
        raise Refusal(81017)
    return owners


def _matching(call: Call, owners: list[str], status: int, after: int) -> Iterator[tuple[int, int]]:
    """Yield (group, status) for living groups of the owners asked for."""
    named = {
        staff.number for staff in map(call.world.staff.find, owners) if staff and call.company.sees(call.app, staff)
    }
    if owners and not named:
        raise Refusal(40031)
    for number in range(after + 1, len(call.world.groups)):
        owner = call.world.staff[call.world.groups.owner(number)]
        state = _status(call, number, owner)
        if _is_asked_for(call, owner, named) and status in (0, state) and not call.world.groups.dismissed(number):
            yield number, state


def _status(call: Call, group: int, owner: Staff) -> int:
    last = last_handover(call, group)
    if owner.state is not StaffState.LEFT:
        return _INHERITED if inherited(last) else _NORMAL
    return _ON_THE_WAY if last and last.state is HandoverState.WAITING else _OWNER_LEFT


def _is_asked_for(call: Call, owner: Staff, named: set[int]) -> bool:
    if named:
        return owner.number in named
    hidden = owner.state is StaffState.LEFT and call.company.rules.leavers_groups == "filtered"
    return not hidden and call.company.sees(call.app, owner)


def groupchat_get(call: Call) -> dict[str, Any]:
    """Describe one group and everybody in it."""
    number = call.company.ids.group.decode(call.args["chat_id"])
    group = None if number is None else call.world.groups.find(number)
    if group is None:
        raise Refusal(40050)
    if group.dismissed_at is not None:
        raise Refusal(49008)
    owner = call.world.staff[group.owner]
    if not call.company.sees(call.app, owner):
        raise Refusal(60011)
    seen = call.company.group_views.seen(group, call.now)
    return {"group_chat": _detail(call, seen, with_names=bool(call.args.get("need_name")))}


def _detail(call: Call, group: Group, *, with_names: bool) -> dict[str, Any]:
    staff = call.world.staff
    detail = {
        "chat_id": call.company.ids.group.encode(group.number),
        "name": group.name,
        "owner": staff[group.owner].staff_id,
        "create_time": group.created_at,
        "member_list": [_person(call, member, with_name=with_names) for member in group.people],
        "admin_list": [{"userid": staff[number].staff_id} for number in group.admins],
        "member_version": member_version(group),
    }
    return {**detail, "notice": group.notice} if group.notice else detail


def _person(call: Call, member: GroupMember, *, with_name: bool) -> dict[str, Any]:
    ids, world = call.company.ids, call.world
    row: dict[str, Any] = {
        "userid": world.staff[member.number].staff_id if member.is_staff else ids.member(member.number),
        "type": 1 if member.is_staff else 2,
        "join_time": member.joined_at,
        "join_scene": _JOIN_SCENE[member.joined_by],
        "group_nickname": "",
    }
    unionid = None if member.is_staff else ids.unionid(member.number)
    if unionid:
        row["unionid"] = unionid
    if member.invited_by is not None:
        row["invitor"] = {"userid": world.staff[member.invited_by].staff_id}
    if member.channel:
        row["state"] = member.channel
    if with_name:
        row["name"] = (world.staff if member.is_staff else world.members)[member.number].name
    return row


def opengid_to_chatid(call: Call) -> dict[str, Any]:
    """Find the group that a mini-program knows by another id (path/94822)."""
    number = call.company.ids.open_group.decode(call.args["opengid"])
    group = None if number is None else call.world.groups.find(number)
    if group is None or group.dismissed_at is not None:
        raise Refusal(_UNKNOWN_OPENGID)
    if not call.company.sees(call.app, call.world.staff[group.owner]):
        raise Refusal(60011)
    return {"chat_id": call.company.ids.group.encode(group.number)}


ENDPOINTS = (
    contact(
        "groupchat/list",
        groupchat_list,
        Field("status_filter", int, at_least=0, at_most=3),
        Field("owner_filter", dict),
        CURSOR,
        Field("limit", int, 40058, at_least=1, at_most=1000),
        empty="group_chat_list",
    ),
    contact("groupchat/get", groupchat_get, Field("chat_id", str, 40050), Field("need_name", int), without_body=40050),
    contact("opengid_to_chatid", opengid_to_chatid, Field("opengid", str, _UNKNOWN_OPENGID)),
)
