"""Moments."""

from collections.abc import Iterator
from typing import Any

from privcrm.sandbox.control.paging import EMPTY, Query, page
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.moments import executors, timeline
from privcrm.sandbox.world.moments import Moment


def _tasks(company: Company, moment: Moment) -> Iterator[dict[str, Any]]:
    posts = company.world.moments.posts(moment.number)
    for number in executors(company, moment) if moment.by_company else posts:
        post = posts.get(number)
        yield {
            "userid": company.world.staff[number].staff_id,
            "publish_status": int(post is not None),
            "published_at": post.at if post else None,
            "reactions": len(company.world.moments.reactions(post)) if post else 0,
        }


def _row(company: Company, moment: Moment) -> dict[str, Any]:
    creator = None if moment.creator is None else company.world.staff[moment.creator].staff_id
    return {
        "moment_id": company.ids.moment.encode(moment.number),
        "create_type": int(not moment.by_company),
        "create_time": moment.made_at,
        "creator": creator,
        "made_by": moment.maker,
        "text": moment.content.get("text", {}).get("content", ""),
        "attachments": moment.content.get("attachments", []),
        "tag_id": [company.ids.tag.encode(number) for number in sorted(moment.any_tag)],
        "cancelled_at": moment.cancelled_at,
        "deleted_at": moment.deleted_at,
        "tasks": list(_tasks(company, moment)),
    }


def moments(company: Company, query: Query) -> dict[str, Any]:
    """List moments, deleted ones included, with who published; ?external_userid= asks for a member's timeline."""
    if "external_userid" in query:
        member = company.ids.member_number(query["external_userid"])
        if member is None:
            return dict(EMPTY)
        shown = [moment for moment in timeline(company, member) if moment.deleted_at is None]
        return _page(company, query, shown)
    book = company.world.moments
    return _page(company, query, [book[number] for number in range(len(book))])


def _page(company: Company, query: Query, found: list[Moment]) -> dict[str, Any]:
    return page(
        query,
        lambda after: (moment for moment in found if moment.number > after),
        place=lambda moment: moment.number,
        row=lambda moment: _row(company, moment),
        count=len(found),
    )
