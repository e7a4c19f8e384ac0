"""The company's state as rows with the vendor's names, for read-back by tests and scripts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from privcrm.sandbox.control.paging import EMPTY, BadRequest, page
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Follow, Group, Staff, Tag

Query = Mapping[str, str]


def _staff_row(staff: Staff) -> dict[str, Any]:
    return {
        "userid": staff.staff_id,
        "name": staff.name,
        "department": staff.department,
        "state": staff.state.value,
        "left_at": staff.left_at,
    }


def staff(company: Company, query: Query) -> dict[str, Any]:
    """List employees, those who left included."""
    everybody = company.world.staff
    return page(
        query,
        lambda after: (s for s in everybody if s.number > after),
        place=lambda s: s.number,
        row=_staff_row,
        count=len(everybody),
    )


def _follow_row(company: Company, follow: Follow) -> dict[str, Any]:
    tags = company.world.live_tags(follow.staff, follow.member)
    return {
        "userid": company.world.staff[follow.staff].staff_id,
        "createtime": follow.added_at,
        "state": follow.channel,
        "remark": follow.remark,
        "description": follow.description,
        "remark_corp_name": follow.company,
        "remark_mobiles": list(follow.phones),
        "tag_id": [company.ids.tag.encode(tag) for tag in tags],
        "ended_at": follow.ended_at,
        "ended_by": follow.ended_by.value if follow.ended_by else None,
    }


def _member_row(company: Company, number: int) -> dict[str, Any]:
    member = company.world.members[number]
    return {
        "external_userid": company.ids.member(number),
        "name": member.name,
        "type": 1 if company.ids.unionid(number) else 2,
        "unionid": company.ids.unionid(number),
        "follows": [_follow_row(company, follow) for follow in company.world.follows.of_member(number)],
    }


def members(company: Company, query: Query) -> dict[str, Any]:
    """List all who are or were customers, with every relation and its tags; ?external_userid= asks for one."""
    if "external_userid" in query:
        number = company.ids.member_number(query["external_userid"])
        if number is None:
            return dict(EMPTY)
        return {"items": [_member_row(company, number)], "next_cursor": "", "count": 1}
    return page(
        query,
        company.world.customers,
        place=lambda number: number,
        row=lambda number: _member_row(company, number),
        count=company.world.customer_count(),
    )


def _tag_row(company: Company, tag: Tag) -> dict[str, Any]:
    group = company.world.tags.group(tag.group)
    app = next((app for app in company.apps if app.maker == tag.maker), None)
    return {
        "tag_id": company.ids.tag.encode(tag.number),
        "name": tag.name,
        "group_id": company.ids.tag.encode(tag.group),
        "group_name": group.name if group else "",
        "order": tag.order,
        "made_by": tag.maker,
        "agent_id": app.agent_id if app else None,
        "deleted": tag.deleted,
    }


def tags(company: Company, query: Query) -> dict[str, Any]:
    """List tags, deleted ones included, with who made them."""
    library = company.world.tags
    return page(
        query,
        lambda after: (tag for tag in library.tags(deleted=True) if tag.number > after),
        place=lambda tag: tag.number,
        row=lambda tag: _tag_row(company, tag),
        count=sum(1 for _ in library.tags(deleted=True)),
    )


def _group_row(company: Company, group: Group) -> dict[str, Any]:
    world, ids = company.world, company.ids
    return {
        "chat_id": ids.group.encode(group.number),
        "name": group.name,
        "owner": world.staff[group.owner].staff_id,
        "create_time": group.created_at,
        "dismissed_at": group.dismissed_at,
        "notice": group.notice,
        "userid": [world.staff[m.number].staff_id for m in group.people if m.is_staff],
        "external_userid": [ids.member(m.number) for m in group.people if not m.is_staff],
    }


def groups(company: Company, query: Query) -> dict[str, Any]:
    """List groups, dismissed ones included, with who is in them."""
    world = company.world
    return page(
        query,
        lambda after: (world.groups[number] for number in range(after + 1, len(world.groups))),
        place=lambda group: group.number,
        row=lambda group: _group_row(company, group),
        count=len(world.groups),
    )


_LISTS: Mapping[str, Callable[[Company, Query], dict[str, Any]]] = {
    "staff": staff,
    "members": members,
    "tags": tags,
    "groups": groups,
}
_NOT_YET: Iterable[str] = ("live_codes", "handovers", "moments", "messages")


def state(company: Company, name: str, query: Query) -> dict[str, Any]:
    """Return a page of one kind of state. Raises BadRequest for an unknown kind."""
    if name in _NOT_YET:
        return dict(EMPTY)
    if name not in _LISTS:
        raise BadRequest(f"there is no state {name!r}; there are {', '.join((*_LISTS, *_NOT_YET))}")
    with company.world.lock:
        return _LISTS[name](company, query)
