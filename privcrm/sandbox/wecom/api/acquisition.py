"""Acquisition links (97297), who came through them (97298), use (97375) and conversations (100130)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import attrs

from privcrm.sandbox.wecom.acquisition import balance, expiry
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import CURSOR, EMPTY_PARAMETER, Access, Endpoint, Handler, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Args, Field, read_object
from privcrm.sandbox.wecom.paging import page, page_size
from privcrm.sandbox.wecom.quotas import BEIJING, day_of
from privcrm.sandbox.wecom.ranges import Range, read_range
from privcrm.sandbox.world.acquisition import Link, Preference, Visit
from privcrm.sandbox.world.scanning import people_behind

MOST_PEOPLE, MOST_PREFERRED = 500, 1000
CHAT_LIFE = 30 * 60
DAYS_BACK, DAYS_LONG = 180, 30
BAD_CHAT_KEY = 41201
_PREFERENCES = {1: Preference.ANYBODY_KNOWN, 2: Preference.KNOWN_AND_NAMED}
_TYPES = {preference: number for number, preference in _PREFERENCES.items()}


def create_link(call: Call) -> dict[str, Any]:
    """Make a link."""
    args, book = call.args, call.world.acquisition
    people = _people(call)
    if people.is_empty:
        raise Refusal(EMPTY_PARAMETER)
    if sum(1 for link in book.after() if not link.deleted) >= call.company.rules.acquisition_links_per_company:
        raise Refusal(41095)
    link = Link(book.next_number, call.app.maker, args["link_name"], people.staff, people.departments, int(call.now))
    link = _with_options(call, link)
    book.put(link)
    return {"link": _head(call, link)}


def _people(call: Call) -> Range:
    people = read_range(call, call.args.get("range"), most=MOST_PEOPLE, too_many=INVALID)
    if len(people_behind(call.world, people.staff, people.departments)) > MOST_PEOPLE:
        raise Refusal(INVALID)
    return people


def _with_options(call: Call, link: Link) -> Link:
    """Return a link with the options that the call gives."""
    args = call.args
    link = attrs.evolve(
        link,
        skips_verifying=args.get("skip_verify", link.skips_verifying),
        marks_source=args.get("mark_source", link.marks_source),
    )
    return _with_preference(call, link, args["priority_option"]) if args.get("priority_option") else link


def _with_preference(call: Call, link: Link, given: Args) -> Link:
    if call.company.rules.acquisition_preference == "refused":
        raise Refusal(41200)
    option = read_object(
        (Field("priority_type", int, EMPTY_PARAMETER), Field("priority_userid_list", list, at_most=MOST_PREFERRED)),
        given,
    )
    preference = _PREFERENCES.get(option["priority_type"])
    if preference is None:
        raise Refusal(INVALID)
    named = tuple(call.staff(userid).number for userid in option.get("priority_userid_list") or ())
    if preference is Preference.KNOWN_AND_NAMED and not named:
        raise Refusal(EMPTY_PARAMETER)
    return attrs.evolve(link, preference=preference, preferred=named)


def _head(call: Call, link: Link) -> dict[str, Any]:
    link_id = call.company.ids.link.encode(link.number)
    return {
        "link_id": link_id,
        "link_name": link.name,
        "url": f"https://work.weixin.qq.com/ca/{link_id}",
        "create_time": link.made_at,
    }


def _link(call: Call) -> Link:
    """Return a living link of this app; the page names no code for others (40058)."""
    number = call.company.ids.link.decode(call.args["link_id"])
    link = None if number is None else call.world.acquisition.find(number)
    if link is None or link.deleted or link.maker != call.app.maker:
        raise Refusal(INVALID)
    return link


def update_link(call: Call) -> dict[str, Any]:
    """Change what is given of a link; range and preference are replaced as a whole."""
    link, people = _link(call), _people(call)
    link = attrs.evolve(link, name=call.args.get("link_name") or link.name)
    if not people.is_empty:
        link = attrs.evolve(link, staff=people.staff, departments=people.departments)
    call.world.acquisition.put(_with_options(call, link))
    return {}


def delete_link(call: Call) -> dict[str, Any]:
    """Delete a link; it leads to nobody any more."""
    call.world.acquisition.put(attrs.evolve(_link(call), deleted=True))
    return {}


def list_link(call: Call) -> dict[str, Any]:
    """List the ids of this app's links."""
    maker = call.app.maker
    links, cursor = page(
        call,
        ("links", maker),
        lambda position: (
            link for link in call.world.acquisition.after(position[0]) if not link.deleted and link.maker == maker
        ),
        lambda link: (link.number,),
        size=page_size(call, default=100, most=100),
    )
    return {"link_id_list": [call.company.ids.link.encode(link.number) for link in links], "next_cursor": cursor}


def get(call: Call) -> dict[str, Any]:
    """Answer one link; range and preference stand beside it."""
    link, staff = _link(call), call.world.staff
    answer: dict[str, Any] = {
        "link": {**_head(call, link), "skip_verify": link.skips_verifying, "mark_source": link.marks_source},
        "range": {
            "user_list": [staff[number].staff_id for number in link.staff],
            "department_list": list(link.departments),
        },
    }
    if link.preference is not Preference.NOBODY:
        named = [staff[number].staff_id for number in link.preferred]
        answer["priority_option"] = {"priority_type": _TYPES[link.preference], "priority_userid_list": named}
    return answer


def customer(call: Call) -> dict[str, Any]:
    """List who was added through a link, oldest first, and whether they wrote."""
    link = _link(call)
    visits = call.world.acquisition.visits(link.number)

    def came(position: tuple[int, ...]) -> Iterator[Visit]:
        return (visits[n] for n in range(position[0] + 1, len(visits)) if visits[n].staff is not None)

    size = page_size(call, default=1000, most=1000)
    rows, cursor = page(call, ("came", link.number), came, lambda visit: (visit.number,), size=size)
    return {"customer_list": [_customer_row(call, visit) for visit in rows], "next_cursor": cursor}


def _customer_row(call: Call, visit: Visit) -> dict[str, Any]:
    return {
        "external_userid": call.company.ids.member(visit.person),
        "userid": call.world.staff[visit.staff or 0].staff_id,
        "chat_status": int(call.world.acquisition.written(visit) > 0),
        "state": visit.channel,
    }


def quota(call: Call) -> dict[str, Any]:
    """Say how much was bought, and what is left until when."""
    left = balance(call.company)
    rows = [{"expire_date": expiry(call.now), "balance": left}] if left else []
    return {"total": call.company.rules.acquisition_quota, "balance": left, "quota_list": rows}


def statistic(call: Call) -> dict[str, Any]:
    """Count who opened a link and who came through it, on whole days of Beijing, the last one included."""
    link, today = _link(call), _day(call.now)
    first, last = _day(call.args["start_time"]), _day(call.args["end_time"])
    days = (last - first).days
    if not 0 <= days < DAYS_LONG or first > today or (today - first).days > DAYS_BACK:
        raise Refusal(INVALID)
    wanted = {f"{first + timedelta(days=n):%Y-%m-%d}" for n in range(days + 1)}
    visits = [visit for visit in call.world.acquisition.visits(link.number) if day_of(visit.at) in wanted]
    return {
        "click_link_customer_cnt": len({visit.person for visit in visits}),
        "new_customer_cnt": sum(visit.staff is not None for visit in visits),
    }


def _day(at: float) -> datetime:
    return datetime.fromtimestamp(at, BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)


def get_chat_info(call: Call) -> dict[str, Any]:
    """Say how many messages somebody had written when a key was handed out; keys live 30 minutes (41201)."""
    number = call.company.ids.chat_key.decode(call.args["chat_key"])
    talk = None if number is None else call.world.acquisition.conversation(number)
    if talk is None or call.now >= talk.at + CHAT_LIFE:
        raise Refusal(BAD_CHAT_KEY)
    visit, ids = talk.visit, call.company.ids
    return {
        "userid": call.world.staff[visit.staff or 0].staff_id,
        "external_userid": ids.member(visit.person),
        "chat_info": {
            "recv_msg_cnt": talk.messages,
            "link_id": ids.link.encode(visit.link),
            "state": visit.channel,
        },
    }


def get_permit(call: Call) -> dict[str, Any]:
    """Say with whom the links of a provider's app may connect: its visible range, as departments."""
    return {"user_list": [], "department_list": sorted(call.app.visible), "tag_list": []}


def _row(name: str, handler: Handler, *fields: Field, access: Access = Access.ACQUISITION, **how: Any) -> Endpoint:
    return contact(f"customer_acquisition{name}", handler, *fields, access=access, **how)


_ID = Field("link_id", str, EMPTY_PARAMETER)
_LIMIT = Field("limit", int)
_NAME = Field("link_name", str, EMPTY_PARAMETER, at_most=30)
_OPTIONS = (
    Field("range", dict),
    Field("skip_verify", bool),
    Field("priority_option", dict),
    Field("mark_source", bool),
)
_LATEST = 2**32
_TIMES = tuple(Field(name, int, EMPTY_PARAMETER, at_least=0, at_most=_LATEST) for name in ("start_time", "end_time"))

ENDPOINTS = (
    _row("/list_link", list_link, _LIMIT, CURSOR, empty="link_id_list"),
    _row("/get", get, _ID),
    _row("/create_link", create_link, _NAME, *_OPTIONS),
    _row("/update_link", update_link, _ID, attrs.evolve(_NAME, missing=None), *_OPTIONS),
    _row("/delete_link", delete_link, _ID),
    _row("/customer", customer, _ID, _LIMIT, CURSOR, empty="customer_list"),
    _row("_quota", quota, method="GET"),
    _row("/statistic", statistic, _ID, *_TIMES),
    _row("/get_chat_info", get_chat_info, Field("chat_key", str, EMPTY_PARAMETER)),
    _row("_app/get_permit", get_permit, access=Access.DELEGATED, method="GET"),
)
