"""Moments: asking for one (95094), stopping it (97612), what became of it (93333)."""

from collections.abc import Sequence
from typing import Any

import attrs

from privcrm.sandbox.wecom.attachments import MOMENT, check_content
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import CURSOR, EMPTY_PARAMETER, USERID_MISSING, contact
from privcrm.sandbox.wecom.errors import TEXTS, Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field
from privcrm.sandbox.wecom.media import make_picture, renewed
from privcrm.sandbox.wecom.moments import Scope, chosen, executors, is_executor, scope_of, viewers
from privcrm.sandbox.wecom.paging import page, page_size
from privcrm.sandbox.wecom.quotas import month_of
from privcrm.sandbox.world import Staff
from privcrm.sandbox.world.moments import Moment, MomentOrder, Post, Reaction

JOB_LIFE = 86_400
WINDOW = 30 * 86_400
STARTING, RUNNING, FINISHED = 1, 2, 3
UNKNOWN_JOB, UNKNOWN_MOMENT = 40088, 41060
BY_COMPANY, BY_STAFF, BOTH = 0, 1, 2
_AGES = 2**40


def add_moment_task(call: Call) -> dict[str, Any]:
    """Ask for a moment; it is made some seconds later, and what of the wish was no good is said by the job."""
    if call.company.rules.customer_moments == "disabled":
        raise Refusal(41211)
    content = check_content(call, call.args.get("text"), call.args.get("attachments"), MOMENT)
    for video in (item["video"] for item in content.get("attachments", ()) if "video" in item):
        video["thumb_media_id"] = make_picture(call.company, int(call.now))
    scope = scope_of(call)
    _spend(call)
    order = _ordered(call, content, scope)
    return {"jobid": call.company.ids.moment_job.encode(order.number)}


def _spend(call: Call) -> None:
    rules, quotas, orders = call.company.rules, call.company.quotas, call.world.moments.orders
    running = sum(1 for o in orders[-rules.moment_jobs_running :] if call.now < o.asked_at + rules.moment_seconds)
    if running >= max(1, rules.moment_jobs_running):
        raise Refusal(41078)
    quotas.spend("moments", f"minute {int(call.now) // 60}", rules.moments_per_minute, int(rules.moments_too_fast))
    quotas.spend("moments", month_of(call.now), rules.moments_per_month, 41210)


def _ordered(call: Call, content: dict[str, Any], scope: Scope) -> MomentOrder:
    book, at = call.world.moments, int(call.now)
    made: int | None = None
    if not scope.errcode:
        made_at = at + call.company.rules.moment_seconds
        moment = Moment(len(book), call.app.maker, None, True, content, made_at, scope.any_tag)
        made = book.add(moment, scope.executors).number
    wrong = (scope.wrong_staff, scope.wrong_departments, scope.wrong_tags)
    return book.order(MomentOrder(len(book.orders), at, made, scope.errcode, *wrong))


def get_moment_task_result(call: Call) -> dict[str, Any]:
    """Say how the making of a moment stands; jobs are forgotten after a day (40088)."""
    number, orders = call.company.ids.moment_job.decode(call.args["jobid"]), call.world.moments.orders
    if number is None or not 0 <= number < len(orders) or call.now >= orders[number].asked_at + JOB_LIFE:
        raise Refusal(UNKNOWN_JOB)
    order, seconds = orders[number], call.company.rules.moment_seconds
    waited = int(call.now) - order.asked_at
    if waited < seconds:
        return {"status": STARTING if waited < seconds / 2 else RUNNING, "type": "add_moment_task"}
    return {"status": FINISHED, "type": "add_moment_task", "result": _result(call, order)}


def _result(call: Call, order: MomentOrder) -> dict[str, Any]:
    text = TEXTS[order.errcode] if order.errcode else "ok"
    made = {} if order.moment is None else {"moment_id": call.company.ids.moment.encode(order.moment)}
    return {
        "errcode": order.errcode,
        "errmsg": text,
        **made,
        "invalid_sender_list": {
            "user_list": list(order.wrong_staff),
            "department_list": list(order.wrong_departments),
        },
        "invalid_external_contact_list": {"tag_list": list(order.wrong_tags)},
    }


def _moment(call: Call) -> Moment:
    """Return the moment named, once it is made and unless it was deleted (41060)."""
    number = call.company.ids.moment.decode(call.args["moment_id"])
    moment = None if number is None else call.world.moments.find(number)
    if moment is None or moment.made_at > call.now or moment.deleted_at is not None:
        raise Refusal(UNKNOWN_MOMENT)
    return moment


def _company_moment(call: Call) -> Moment:
    """Return a moment that the company asked for (41067), once it reached the executors (41079)."""
    moment = _moment(call)
    if not moment.by_company:
        raise Refusal(41067)
    if call.now < moment.made_at + call.company.rules.moment_dispatch_seconds:
        raise Refusal(41079)
    return moment


def cancel_moment_task(call: Call) -> dict[str, Any]:
    """Stop those who have not published yet; what is on timelines stays."""
    moment = _company_moment(call)
    call.world.moments.change(attrs.evolve(moment, cancelled_at=moment.cancelled_at or int(call.now)))
    return {}


def get_moment_list(call: Call) -> dict[str, Any]:
    """List what was published strictly inside a window of 30 days at most, oldest first."""
    args = call.args
    start, end, kind = args["start_time"], args["end_time"], args.get("filter_type", BOTH)
    if not start <= end <= start + WINDOW:
        raise Refusal(INVALID)
    creator = call.staff(args["creator"]).number if args.get("creator") else None
    known_until = min(end, int(call.now) + 1 - call.company.rules.moment_list_lag)

    def listed(position: tuple[int, ...]) -> list[Moment]:
        behind = (position[0], position[1])
        found = call.world.moments.between(start, known_until, behind)
        return [m for m in found if m.deleted_at is None and kind in (BOTH, _kind(m)) and creator in (None, m.creator)]

    question = (start, end, args.get("creator"), kind)
    size = page_size(call, default=20, most=20)
    rows, cursor = page(call, question, listed, lambda m: (m.made_at, m.number), start=(-1, -1), size=size)
    return {"next_cursor": cursor, "moment_list": [_row(call, moment) for moment in rows]}


def _kind(moment: Moment) -> int:
    return BY_COMPANY if moment.by_company else BY_STAFF


def _row(call: Call, moment: Moment) -> dict[str, Any]:
    creator = {} if moment.creator is None else {"creator": call.world.staff[moment.creator].staff_id}
    return {
        "moment_id": call.company.ids.moment.encode(moment.number),
        **creator,
        "create_time": moment.made_at,
        "create_type": _kind(moment),
        "visible_type": 0 if _partly_visible(call, moment) else 1,
        **_content(call, moment),
    }


def _partly_visible(call: Call, moment: Moment) -> bool:
    posts = call.world.moments.posts(moment.number).values()
    return bool(moment.any_tag) or (not moment.by_company and any(post.chosen is not None for post in posts))


def _content(call: Call, moment: Moment) -> dict[str, Any]:
    """Return text and attachments as the list has them: by kind, pictures as a list, files by an id that lives."""
    shown: dict[str, Any] = {key: moment.content[key] for key in ("text", "location") if key in moment.content}
    for item in moment.content.get("attachments", ()):
        kind = item["msgtype"]
        media_id = renewed(call, item[kind]["media_id"])
        if kind == "image":
            shown.setdefault("image", []).append({"media_id": media_id})
        elif kind == "video":
            cover = renewed(call, item["video"]["thumb_media_id"])
            shown["video"] = {"media_id": media_id, "thumb_media_id": cover}
        else:
            shown["link"] = {"title": item["link"].get("title", ""), "url": item["link"]["url"]}
    return shown


def get_moment_task(call: Call) -> dict[str, Any]:
    """List who is to publish a company's moment, and who did."""
    moment = _company_moment(call)
    posts = call.world.moments.posts(moment.number)
    numbers, cursor = page(
        call,
        ("moment task", moment.number),
        lambda position: executors(call.company, moment, position[0]),
        lambda number: (number,),
        size=page_size(call, default=500, most=1000),
    )
    rows = [{"userid": call.world.staff[n].staff_id, "publish_status": int(n in posts)} for n in numbers]
    return {"next_cursor": cursor, "task_list": rows}


def _post(call: Call) -> Post:
    """Return what an employee published of a moment. Refuses who has nothing to do with it, and who has yet to."""
    moment, staff = _moment(call), _publisher(call)
    post = call.world.moments.posts(moment.number).get(staff.number)
    if post is None:
        raise Refusal(41062 if is_executor(call.company, moment, staff.number) else 41061)
    return post


def _publisher(call: Call) -> Staff:
    """Return the employee named, also one who left: what he published is still there."""
    staff = call.world.staff.find(call.args["userid"])
    if staff is None:
        raise Refusal(int(call.company.rules.unknown_staff))
    if not call.company.sees(call.app, staff):
        raise Refusal(60011)
    return staff


def get_moment_customer_list(call: Call) -> dict[str, Any]:
    """List for which customers an employee published."""
    post = _post(call)
    numbers, cursor = page(
        call,
        ("chosen", post.moment, post.staff),
        lambda position: chosen(call.company, post, position[0]),
        lambda number: (number,),
        size=page_size(call, default=500, most=1000),
    )
    userid, ids = call.world.staff[post.staff].staff_id, call.company.ids
    rows = [{"userid": userid, "external_userid": ids.member(number)} for number in numbers]
    return {"next_cursor": cursor, "customer_list": rows}


def get_moment_send_result(call: Call) -> dict[str, Any]:
    """List which customers see what an employee published."""
    post = _post(call)
    numbers, cursor = page(
        call,
        ("viewers", post.moment, post.staff),
        lambda position: viewers(call.company, post, position[0]),
        lambda number: (number,),
        size=page_size(call, default=3000, most=5000),
    )
    rows = [{"external_userid": call.company.ids.member(number)} for number in numbers]
    return {"next_cursor": cursor, "customer_list": rows}


def get_moment_comments(call: Call) -> dict[str, Any]:
    """List who commented on and who liked what an employee published; what was said is not told."""
    reactions = call.world.moments.reactions(_post(call))
    return {
        "comment_list": _reaction_rows(call, [r for r in reactions if not r.is_like]),
        "like_list": _reaction_rows(call, [r for r in reactions if r.is_like]),
    }


def _reaction_rows(call: Call, reactions: Sequence[Reaction]) -> list[dict[str, Any]]:
    def who(reaction: Reaction) -> dict[str, str]:
        if reaction.is_staff:
            return {"userid": call.world.staff[reaction.person].staff_id}
        return {"external_userid": call.company.ids.member(reaction.person)}

    return [{**who(reaction), "create_time": reaction.at} for reaction in reactions]


_MOMENT_ID = Field("moment_id", str, 41059)
_LIMIT = Field("limit", int)
_USERID = Field("userid", str, USERID_MISSING)
_POST = (_MOMENT_ID, _USERID)

ENDPOINTS = (
    contact(
        "add_moment_task",
        add_moment_task,
        Field("text", dict),
        Field("attachments", list, items=dict),
        Field("visible_range", dict),
    ),
    contact("get_moment_task_result", get_moment_task_result, Field("jobid", str, EMPTY_PARAMETER), method="GET"),
    contact("cancel_moment_task", cancel_moment_task, _MOMENT_ID),
    contact(
        "get_moment_list",
        get_moment_list,
        Field("start_time", int, INVALID, at_least=0, at_most=_AGES),
        Field("end_time", int, INVALID, at_least=0, at_most=_AGES),
        Field("creator", str),
        Field("filter_type", int, at_least=BY_COMPANY, at_most=BOTH),
        CURSOR,
        _LIMIT,
        empty="moment_list",
    ),
    contact("get_moment_task", get_moment_task, _MOMENT_ID, CURSOR, _LIMIT, empty="task_list"),
    contact("get_moment_customer_list", get_moment_customer_list, *_POST, CURSOR, _LIMIT, empty="customer_list"),
    contact("get_moment_send_result", get_moment_send_result, *_POST, CURSOR, _LIMIT, empty="customer_list"),
    contact("get_moment_comments", get_moment_comments, *_POST),
)
