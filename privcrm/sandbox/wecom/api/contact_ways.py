"""Contact ways (联系我): codes that lead to employees (developer.work.weixin.qq.com/document/path/92228)."""

from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Any

import attrs

from privcrm.sandbox.wecom.attachments import CONCLUSION, check_objects, with_addresses
from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.endpoint import CURSOR, RELATION, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Args, Field
from privcrm.sandbox.wecom.live_codes import (
    BUTTON,
    CONFIG_ID,
    CONFIG_ID_MISSING,
    INVALID_CONFIG_ID,
    NOTE_CHARACTERS,
    PICTURE,
    STATE_CHARACTERS,
    TOO_MANY,
    check_room,
    own_code,
    picture_address,
)
from privcrm.sandbox.wecom.quotas import day_of
from privcrm.sandbox.world import StaffState
from privcrm.sandbox.world.live_codes import ContactCode, Temporary
from privcrm.sandbox.world.scanning import people_behind

_SINGLE, _SEVERAL = 1, 2
_TYPE_MISSING, _WRONG_TYPE = 41037, 41039
_SCENE_MISSING, _WRONG_SCENE = 41038, 41040
_TOO_MANY_PEOPLE, _WRONG_STYLE = 41041, 41042
_NOT_ACTIVATED, _NO_CUSTOMER_CONTACT = 41054, 84074
_STYLES_OF_SEVERAL = 2
_FIRST_LISTED = 1_625_846_400
"""2021-07-10 in Beijing: older ways are in no list."""
_WINDOW = 90 * 86_400
_WEEK, _DAY, _FORTNIGHT = 604_800, 86_400, 1_209_600
_PLAIN = {"remark": "note", "skip_verify": "skips_verification", "style": "style", "state": "channel"}
"""Parameters that are kept as they come."""
_TEMPORARY = {"expires_in": "lives_for", "chat_expires_in": "chat_lasts", "unionid": "only_for"}


def add_contact_way(call: Call) -> dict[str, Any]:
    """Make a contact way. Every call makes another one."""
    args, book = call.args, call.world.live_codes
    temporary = _new_temporary(call) if args.get("is_temp") else None
    if temporary is None:
        check_room(call)
    code = ContactCode(
        book.next_number(),
        call.app.maker,
        int(call.now),
        single=args["type"] == _SINGLE,
        on_button=args["scene"] == BUTTON,
        exclusive=args.get("is_exclusive", False),
        temporary=temporary,
    )
    code = _with_people(call, attrs.evolve(code, **_plain(args)))
    _check(call, code)
    if temporary is not None:
        limit = call.company.rules.temporary_codes_per_day
        call.company.quotas.spend("temporary codes", day_of(call.now), limit, TOO_MANY)
    book.keep(code)
    made = {"config_id": call.company.ids.live_code.encode(code.number)}
    return made if code.on_button else {**made, "qr_code": picture_address(call.company, code)}


def _new_temporary(call: Call) -> Temporary:
    """Return what makes the way a temporary one: single, without a style, and only where the company may (41040)."""
    if call.args["type"] != _SINGLE:
        raise Refusal(_WRONG_TYPE)
    if "style" in call.args or call.company.rules.temporary_codes == "refused":
        raise Refusal(_WRONG_SCENE)
    return _with_temporary(call, Temporary(_WEEK, _DAY))


def _with_temporary(call: Call, temporary: Temporary) -> Temporary:
    changes = {ours: call.args[theirs] for theirs, ours in _TEMPORARY.items() if theirs in call.args}
    if call.args.get("conclusions"):
        changes["farewell"] = check_objects(call, call.args["conclusions"], CONCLUSION)
    return attrs.evolve(temporary, **changes)


def _plain(args: Args) -> dict[str, Any]:
    return {ours: args[theirs] for theirs, ours in _PLAIN.items() if theirs in args}


def _with_people(call: Call, code: ContactCode) -> ContactCode:
    """Return the code with the employees and departments given; departments count for ways of several only."""
    if "user" in call.args:
        code = attrs.evolve(code, staff=tuple(_servant(call, userid) for userid in call.args["user"]))
    if "party" in call.args and not code.single:
        code = attrs.evolve(code, departments=tuple(_department(call, number) for number in call.args["party"]))
    return code


def _check(call: Call, code: ContactCode) -> None:
    """Refuse a style that several people have not (41042), too many people (41041), too few (40058)."""
    if code.style > _STYLES_OF_SEVERAL and not code.single:
        raise Refusal(_WRONG_STYLE)
    if len(people_behind(call.world, code.staff, code.departments)) > call.company.rules.contact_code_people:
        raise Refusal(_TOO_MANY_PEOPLE)
    nobody = not code.staff and not code.departments and call.company.rules.code_without_people == "refuse"
    if nobody or (code.single and len(code.staff) != 1):
        raise Refusal(INVALID)


def _servant(call: Call, userid: str) -> int:
    """Return the number of an employee who may serve customers and has shown his real name."""
    staff = call.staff(userid)
    if staff.state is StaffState.DISABLED or not staff.verified:
        raise Refusal(_NOT_ACTIVATED)
    if staff.state is StaffState.WITHOUT_CUSTOMER_CONTACT:
        raise Refusal(_NO_CUSTOMER_CONTACT)
    return staff.number


def _department(call: Call, number: int) -> int:
    if all(department.number != number for department in call.world.staff.departments):
        raise Refusal(60003)
    if number not in call.company.departments_seen(call.app):
        raise Refusal(60011)
    return number


def get_contact_way(call: Call) -> dict[str, Any]:
    """Describe a contact way that this app made."""
    code = own_code(call, ContactCode)
    row = described(call.company, code)
    if code.temporary is not None:
        row["conclusions"] = with_addresses(call, code.temporary.farewell)
    return {"contact_way": row}


def described(company: Company, code: ContactCode) -> dict[str, Any]:
    """Describe a contact way the way the vendor does, without the ending of its chats."""
    row: dict[str, Any] = {
        "config_id": company.ids.live_code.encode(code.number),
        "type": _SINGLE if code.single else _SEVERAL,
        "scene": BUTTON if code.on_button else PICTURE,
        "remark": code.note,
        "skip_verify": code.skips_verification,
        "state": code.channel,
        "user": [company.world.staff[number].staff_id for number in code.staff],
        "party": list(code.departments),
        "is_temp": code.temporary is not None,
        "is_exclusive": code.exclusive,
    }
    row |= {"style": code.style} if code.on_button else {"qr_code": picture_address(company, code)}
    if code.temporary is not None:
        row |= {theirs: getattr(code.temporary, ours) for theirs, ours in _TEMPORARY.items()}
    return row


def list_contact_way(call: Call) -> dict[str, Any]:
    """List this app's permanent ways page by page: those made in a window, by default the last 90 days."""
    args, company = call.args, call.company
    since = max(_FIRST_LISTED, args.get("start_time", call.now - _WINDOW))
    end = min(args.get("end_time", call.now + 1), call.now + 1 - company.rules.live_code_list_lag)
    question = ["contact ways", args.get("start_time"), args.get("end_time")]
    (after,) = unseal(args.get("cursor", ""), question, (-1,))
    rows = list(islice(_made_before(call, since, end, after), args.get("limit", 100) + 1))
    page = rows[: args.get("limit", 100)]
    return {
        "contact_way": [{"config_id": company.ids.live_code.encode(code.number)} for code in page],
        "next_cursor": seal(question, [page[-1].number]) if len(rows) > len(page) else "",
    }


def _made_before(call: Call, since: float, end: float, after: int) -> Iterator[ContactCode]:
    codes = call.world.live_codes.contact_codes(call.app.maker, since, after)
    return takewhile(lambda code: code.created_at < end, codes)


def update_contact_way(call: Call) -> dict[str, Any]:
    """Overwrite what is given; kind and scene stay. An expired temporary way is refused (41044)."""
    code = own_code(call, ContactCode)
    if code.expired(call.now):
        raise Refusal(INVALID_CONFIG_ID)
    code = _with_people(call, attrs.evolve(code, **_plain(call.args)))
    if call.args.keys() & {"user", "party", "style"}:  # what grew meanwhile keeps nobody from another change
        _check(call, code)
    if code.temporary is not None:
        code = attrs.evolve(code, temporary=_with_temporary(call, code.temporary))
    call.world.live_codes.keep(code)
    return {}


def del_contact_way(call: Call) -> dict[str, Any]:
    """Delete a contact way: its picture leads nowhere from now on."""
    try:
        code = own_code(call, ContactCode)
    except Refusal:
        raise Refusal(int(call.company.rules.unknown_code_on_delete)) from None
    call.world.live_codes.keep(attrs.evolve(code, deleted_at=int(call.now)))
    return {}


def close_temp_chat(call: Call) -> dict[str, Any]:
    """End a temporary chat before its time; one that is over, or never was, is refused (84061)."""
    staff, member = call.staff(call.args["userid"]), call.member(call.args["external_userid"])
    chat = call.world.live_codes.chat(staff.number, member)
    if chat is None or not chat.running(call.now):
        raise Refusal(84061)
    call.world.live_codes.keep_chat(attrs.evolve(chat, closed_at=int(call.now)))
    return {}


_CHANGEABLE = (
    Field("style", int, at_least=1, at_most=3, too_long=_WRONG_STYLE),
    Field("remark", str, at_most=NOTE_CHARACTERS),
    Field("skip_verify", bool, mistyped=INVALID),
    Field("state", str, at_most=STATE_CHARACTERS),
    Field("user", list),
    Field("party", list, items=int),
    Field("expires_in", int, at_least=1, at_most=_FORTNIGHT),
    Field("chat_expires_in", int, at_least=1, at_most=_FORTNIGHT),
    Field("unionid", str),
    Field("mark_source", bool, mistyped=INVALID),
    Field("conclusions", dict),
)

ENDPOINTS = (
    contact(
        "add_contact_way",
        add_contact_way,
        Field("type", int, _TYPE_MISSING, at_least=_SINGLE, at_most=_SEVERAL, too_long=_WRONG_TYPE),
        Field("scene", int, _SCENE_MISSING, at_least=BUTTON, at_most=PICTURE, too_long=_WRONG_SCENE),
        *_CHANGEABLE,
        Field("is_temp", bool, mistyped=INVALID),
        Field("is_exclusive", bool, mistyped=INVALID),
        without_body=_TYPE_MISSING,
    ),
    contact("get_contact_way", get_contact_way, CONFIG_ID, without_body=CONFIG_ID_MISSING),
    contact(
        "list_contact_way",
        list_contact_way,
        Field("start_time", int, at_least=0, at_most=2**40),
        Field("end_time", int, at_least=0, at_most=2**40),
        CURSOR,
        Field("limit", int, at_least=1, at_most=1000),
        empty="contact_way",
    ),
    contact("update_contact_way", update_contact_way, CONFIG_ID, *_CHANGEABLE, without_body=CONFIG_ID_MISSING),
    contact("del_contact_way", del_contact_way, CONFIG_ID, without_body=CONFIG_ID_MISSING),
    contact("close_temp_chat", close_temp_chat, *RELATION, without_body=40003),
)
