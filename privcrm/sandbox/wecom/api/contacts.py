"""Customers and who follows them (developer.work.weixin.qq.com/document/path/92571, 92113, 92114, 92994, 92115)."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.endpoint import (
    CURSOR,
    EXTERNAL_USERID_MISSING,
    RELATION,
    USERID_MISSING,
    contact,
)
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.world import Follow, Kind, Staff, StaffState, Way

_FOLLOWERS_PER_PAGE = 500
_BATCH_DEFAULT, _BATCH_MOST = 50, 100
_COMPANY_TAG, _STRATEGY_TAG = 1, 3
ADD_WAY = {
    Way.UNKNOWN: 0,
    Way.SCAN: 1,
    Way.PHONE_SEARCH: 2,
    Way.CARD: 3,
    Way.GROUP: 4,
    Way.ADDRESS_BOOK: 5,
    Way.HANDED_OVER: 202,
    Way.LINK: 16,
}
COLLEAGUES_COMPANY = "示例同行"
_REMARKS = {
    "remark": "remark",
    "description": "description",
    "remark_company": "company",
    "remark_mobiles": "phones",
}


def get_follow_user_list(call: Call) -> dict[str, Any]:
    """List the employees who may use customer contact."""
    return {"follow_user": [s.staff_id for s in call.company.employees_seen(call.app) if s.can_contact]}


def list_customers(call: Call) -> dict[str, Any]:
    """List all customers of one employee; nobody at all is an error of its own."""
    staff = call.staff(call.args["userid"])
    ids = [call.company.ids.member(number) for number in call.world.follows.of_staff(staff.number)]
    if not ids and call.company.rules.staff_without_customers == "84061":
        raise Refusal(84061)
    return {"external_userid": ids}


def avatar_of(number: int) -> str:
    """Return the address of a person's picture."""
    return f"https://wx.qlogo.cn/mmhead/{number:09d}/0"


def described(call: Call, number: int) -> dict[str, Any]:
    """Describe a person the way external_contact does; fields without a value are left out."""
    member = call.world.members[number]
    common = {
        "external_userid": call.company.ids.member(number),
        "name": member.name,
        "avatar": avatar_of(number),
        "gender": member.gender,
    }
    if member.kind is Kind.COLLEAGUE:
        company = {"corp_name": COLLEAGUES_COMPANY, "corp_full_name": "示例同行有限公司"}
        return {**common, "type": 2, "position": "采购", **company, "external_profile": {"external_attr": []}}
    return {**common, "type": 1, "unionid": call.company.ids.unionid(number)}


def _follow_info(call: Call, follow: Follow) -> dict[str, Any]:
    staff_id = call.world.staff[follow.staff].staff_id
    info: dict[str, Any] = {
        "userid": staff_id,
        "remark": follow.remark,
        "description": follow.description,
        "createtime": follow.added_at,
        "remark_mobiles": list(follow.phones),
        "add_way": ADD_WAY[follow.way],
        "oper_userid": _initiator(call, follow),
    }
    if follow.company:
        info["remark_corp_name"] = follow.company
    if follow.channel:
        info["state"] = follow.channel
    return info


def _initiator(call: Call, follow: Follow) -> str:
    if follow.by_member:
        return call.company.ids.member(follow.member)
    return call.world.staff[follow.staff if follow.assigned_by is None else follow.assigned_by].staff_id


def _with_tag_names(call: Call, follow: Follow) -> dict[str, Any]:
    return {**_follow_info(call, follow), "tags": list(_named_tags(call, follow))}


def _named_tags(call: Call, follow: Follow) -> Iterator[dict[str, Any]]:
    library = call.world.tags
    nameless = call.world.members.kind(follow.member) is Kind.COLLEAGUE
    for number in call.world.live_tags(follow.staff, follow.member):
        tag = library.tag(number)
        group = library.group(tag.group) if tag else None
        if tag and group:
            kind = _COMPANY_TAG if group.strategy is None else _STRATEGY_TAG
            named = {"group_name": group.name, "tag_name": tag.name, "type": kind}
            yield named if nameless else {**named, "tag_id": call.company.ids.tag.encode(number)}


def _with_tag_ids(call: Call, follow: Follow) -> dict[str, Any]:
    tags = [call.company.ids.tag.encode(n) for n in call.world.live_tags(follow.staff, follow.member)]
    return {**_follow_info(call, follow), "tag_id": tags}


def visible_followers(call: Call, member: int) -> list[Follow]:
    """Return the relations of a member with employees whom the caller sees."""

    def shows(follow: Follow) -> bool:
        staff = call.world.staff[follow.staff]
        return follow.holds and staff.state is not StaffState.LEFT and call.company.sees(call.app, staff)

    return [follow for follow in call.world.follows.of_member(member) if shows(follow)]


def get_customer(call: Call) -> dict[str, Any]:
    """Describe one customer and everybody who follows him, 500 followers a page."""
    external_userid: str = call.args["external_userid"]
    member = call.member(external_userid)
    follows = visible_followers(call, member)
    if not follows:
        raise Refusal(84061)
    question = ["get", external_userid]
    (start,) = unseal(call.args.get("cursor", ""), question, (0,))
    page = follows[start : start + _FOLLOWERS_PER_PAGE]
    reply: dict[str, Any] = {
        "external_contact": described(call, member),
        "follow_user": [_with_tag_names(call, f) for f in page],
    }
    if start + len(page) < len(follows):
        reply["next_cursor"] = seal(question, [start + len(page)])
    return reply


def _staff_of_list(call: Call, userids: Sequence[str]) -> list[Staff]:
    """Return the named employees that exist and are visible; none at all is refused with 40031."""
    found: dict[int, Staff] = {}
    for userid in userids:
        staff = call.world.staff.find(userid)
        if staff and staff.state is not StaffState.LEFT and call.company.sees(call.app, staff):
            found[staff.number] = staff
    if not found:
        raise Refusal(40031)
    return list(found.values())


def batch_get_by_user(call: Call) -> dict[str, Any]:
    """Describe the customers of up to 100 employees, one entry per relation, page by page.

    Older clients name one employee in `userid`; userid_list replaced it.
    """
    userids: list[str] = call.args.get("userid_list") or [call.args.get("userid", "")]
    if userids == [""]:
        raise Refusal(40063)
    limit = min(call.args.get("limit") or _BATCH_DEFAULT, _BATCH_MOST)
    staff = _staff_of_list(call, userids)
    question = ["batch", *userids]
    place, after = unseal(call.args.get("cursor", ""), question, (0, -1))
    rows = list(islice(_relations(call, staff, place, after), limit + 1))
    if not rows and place == 0 and after < 0 and call.company.rules.staff_without_customers == "84061":
        raise Refusal(84061)
    page = rows[:limit]
    follows = ((member, call.world.follows.get(staff[place].number, member)) for place, member in page)
    return {
        "external_contact_list": [
            {"external_contact": described(call, member), "follow_info": _with_tag_ids(call, follow)}
            for member, follow in follows
            if follow
        ],
        "next_cursor": seal(question, page[-1]) if len(rows) > limit else "",
    }


def _relations(call: Call, staff: Sequence[Staff], place: int, after: int) -> Iterator[tuple[int, int]]:
    """Yield (place in the list of staff, member) behind the given position."""
    for number in range(place, len(staff)):
        start = after if number == place else -1
        for member in call.world.follows.of_staff(staff[number].number, start):
            yield number, member


def follow_of(call: Call) -> Follow:
    """Return the relation that userid and external_userid name. Refuses one that does not hold (84061)."""
    staff = call.staff(call.args["userid"])
    follow = call.world.follows.get(staff.number, call.member(call.args["external_userid"]))
    if follow is None or not follow.holds:
        raise Refusal(84061)
    return follow


def remark(call: Call) -> dict[str, Any]:
    """Overwrite the given remarks on one relation."""
    changes = {ours: call.args[theirs] for theirs, ours in _REMARKS.items() if theirs in call.args}
    if not changes and "remark_pic_mediaid" not in call.args:
        raise Refusal(40063)
    follow = follow_of(call)
    if call.world.members.kind(follow.member) is Kind.COLLEAGUE:
        changes.pop("company", None)
    if "phones" in changes:  # one empty text clears the list
        changes["phones"] = tuple(phone for phone in changes["phones"] if phone)
    call.world.follows.put(attrs.evolve(follow, **changes))
    return {}


ENDPOINTS = (
    contact("get_follow_user_list", get_follow_user_list, method="GET", empty="follow_user"),
    contact("list", list_customers, Field("userid", str, USERID_MISSING), method="GET", empty="external_userid"),
    contact("get", get_customer, Field("external_userid", str, EXTERNAL_USERID_MISSING), CURSOR, method="GET"),
    contact(
        "batch/get_by_user",
        batch_get_by_user,
        Field("userid_list", list, at_most=100),
        Field("userid", str),
        CURSOR,
        Field("limit", int, at_least=0),
        empty="external_contact_list",
    ),
    contact(
        "remark",
        remark,
        *RELATION,
        Field("remark", str, at_most=20),
        Field("description", str, at_most=150),
        Field("remark_company", str, at_most=20),
        Field("remark_mobiles", list),
        Field("remark_pic_mediaid", str),
        without_body=40003,
        counts_flights=True,
    ),
)
