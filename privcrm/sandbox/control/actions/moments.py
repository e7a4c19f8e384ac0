"""What employees and members do with moments."""

from collections.abc import Mapping
from typing import Any

import attrs

from privcrm.sandbox.control.actions.doing import Doing, action, deed
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.jsonio import is_object
from privcrm.sandbox.wecom.media import make_picture
from privcrm.sandbox.wecom.moments import executors, is_executor, publish, sees
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, Staff
from privcrm.sandbox.world.moments import Moment, Post, Reaction


def _moment(doing: Doing) -> Moment:
    """Return the moment named, once it is made and unless it was deleted."""
    number = doing.company.ids.moment.decode(doing.text("moment_id"))
    moment = None if number is None else doing.company.world.moments.find(number)
    if moment is None or moment.made_at > doing.at or moment.deleted_at is not None:
        raise BadRequest("moment_id names no moment")
    return moment


def _told(doing: Doing, moment: Moment) -> dict[str, Any]:
    return {"moment_id": doing.company.ids.moment.encode(moment.number)}


@action
def staff_confirms_moment(doing: Doing) -> dict[str, Any]:
    """Employees publish a company's moment: moment_id, userid (one or a list) or all=true; external_userids narrows."""
    company, moment = doing.company, _moment(doing)
    if not moment.by_company or moment.cancelled_at is not None:
        raise BadRequest("the moment is nobody's task, or was cancelled")
    posts, done = company.world.moments.posts(moment.number), list[str]()
    for staff in _confirming(doing, moment):
        if staff.number not in posts and staff.can_contact:
            publish(company, moment, staff, doing.at, _only(doing))
            done.append(staff.staff_id)
    return {"userid": done}


def _confirming(doing: Doing, moment: Moment) -> list[Staff]:
    company, everybody = doing.company, doing.company.world.staff
    if doing.params.get("all"):
        return [everybody[number] for number in executors(company, moment)]
    one = doing.params.get("userid")
    named = [everybody.find(text) for text in ([one] if isinstance(one, str) else doing.texts("userid"))]
    able = [staff for staff in named if staff is not None and is_executor(company, moment, staff.number)]
    if not named or len(able) < len(named):
        raise BadRequest("userid names somebody who has no part in the moment")
    return able


def _only(doing: Doing) -> list[int] | None:
    """Return the customers chosen by hand, None if all are."""
    texts = doing.texts("external_userids")
    return [doing.member_called(text) for text in texts] if texts else None


@action
def staff_publishes_moment(doing: Doing) -> dict[str, Any]:
    """An employee publishes on his own: userid, text, pictures (how many), link, location; external_userids chooses."""
    staff = doing.staff()
    if not staff.can_contact:
        raise BadRequest("the employee serves no customers")
    book = doing.company.world.moments
    only = _only(doing)
    moment = book.add(Moment(len(book), "", staff.number, by_company=False, content=_written(doing), made_at=doing.at))
    publish(doing.company, moment, staff, doing.at, only)
    return _told(doing, moment)


@action
def admin_asks_for_moment(doing: Doing) -> dict[str, Any]:
    """An administrator asks everybody for a moment in the console: userid (the administrator), content as above."""
    return _asked(doing, CONSOLE, doing.staff().number)


@deed("moment")
def other_system_asks_for_moment(doing: Doing) -> dict[str, Any]:
    """Ask everybody for a moment: text, pictures, link, location."""
    return _asked(doing, OTHER_PROGRAM, None)


def _asked(doing: Doing, maker: str, creator: int | None) -> dict[str, Any]:
    book = doing.company.world.moments
    able = [staff.number for staff in doing.company.world.staff if staff.can_contact]
    moment = Moment(len(book), maker, creator, by_company=True, content=_written(doing), made_at=doing.at)
    return _told(doing, book.add(moment, able))


def _written(doing: Doing) -> dict[str, Any]:
    """Return the content of a moment in the vendor's words."""
    content: dict[str, Any] = {"text": {"content": doing.text("text", "")}}
    pictures, link, location = (doing.params.get(name) for name in ("pictures", "link", "location"))
    attached: list[dict[str, Any]] = []
    if isinstance(pictures, int):
        ids = [make_picture(doing.company, doing.at) for _ in range(min(9, pictures))]
        attached = [{"msgtype": "image", "image": {"media_id": media_id}} for media_id in ids]
    elif link is not None:
        attached = [{"msgtype": "link", "link": {**_texts(link, "title", "url"), "media_id": ""}}]
    if location is not None:
        content["location"] = _texts(location, "latitude", "longitude", "name")
    return {**content, "attachments": attached}


def _texts(value: object, *names: str) -> Mapping[str, str]:
    if not is_object(value) or not all(isinstance(value.get(name), str) for name in names):
        raise BadRequest(f"an object with the texts {', '.join(names)} is needed")
    return {name: value[name] for name in names}


@action
def staff_deletes_moment(doing: Doing) -> dict[str, Any]:
    """Whoever made a moment deletes it, from timelines too: moment_id."""
    doing.company.world.moments.change(attrs.evolve(_moment(doing), deleted_at=doing.at))
    return {}


@action
def member_reacts_to_moment(doing: Doing) -> dict[str, Any]:
    """Somebody likes or comments: moment_id, userid (whose post), do=like|comment, external_userid or by (a userid)."""
    if doing.text("do", "like") not in {"like", "comment"}:
        raise BadRequest("do is like or comment")
    post = _post(doing)
    by_staff = "by" in doing.params
    person = doing.staff("by").number if by_staff else doing.member()
    if not by_staff and not sees(doing.company, post, person):
        raise BadRequest("the member does not see this moment")
    reaction = Reaction(person, by_staff, doing.text("do", "like") == "like", doing.at)
    doing.company.world.moments.react(post, reaction)
    return {}


def _post(doing: Doing) -> Post:
    post = doing.company.world.moments.posts(_moment(doing).number).get(doing.staff().number)
    if post is None:
        raise BadRequest("userid has not published this moment")
    return post
