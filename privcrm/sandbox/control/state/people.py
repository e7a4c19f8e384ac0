"""Staff, members and their relations."""

from typing import Any

from privcrm.sandbox.control.paging import EMPTY, Query, page
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Follow, Staff


def _staff_row(company: Company, staff: Staff) -> dict[str, Any]:
    return {
        "userid": staff.staff_id,
        "open_userid": company.scoped_ids.open_staff.encode(staff.number),
        "mobile": staff.phone,
        "email": staff.own_mail,
        "biz_mail": staff.work_mail,
        "name": staff.name,
        "department": staff.department,
        "state": staff.state.value,
        "left_at": staff.left_at,
        "verified": staff.verified,
        "blocked": staff.blocked,
        "dormant": staff.dormant,
    }


def staff(company: Company, query: Query) -> dict[str, Any]:
    """List employees, those who left included."""
    everybody = company.world.staff
    return page(
        query,
        lambda after: (s for s in everybody if s.number > after),
        place=lambda s: s.number,
        row=lambda s: _staff_row(company, s),
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
        "service_external_userid": company.scoped_ids.service(number),
        "tmp_external_userid": [codec.encode(number) for codec in company.scoped_ids.temporary],
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
