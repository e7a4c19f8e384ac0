"""Live codes."""

from collections import Counter
from typing import Any

from privcrm.sandbox.control.paging import EMPTY, Query, page
from privcrm.sandbox.wecom.api import contact_ways, join_ways
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.wecom.live_codes import picture_address
from privcrm.sandbox.world.live_codes import ContactCode, GroupCode, LiveCode


def _row(company: Company, code: LiveCode) -> dict[str, Any]:
    app = next((app for app in company.apps if app.maker == code.maker), None)
    came = company.world.live_codes.came.get(code.number, Counter[int]())
    if isinstance(code, ContactCode):
        kind, wire = "contact_way", contact_ways.described(company, code)
        by = {company.world.staff[number].staff_id: count for number, count in came.items()}
    else:
        kind, wire = "join_way", {**join_ways.described(company, code), **_unlisted(company, code)}
        by = {company.ids.group.encode(number): count for number, count in came.items()}
    return {
        **wire,
        "kind": kind,
        "qr_code": picture_address(company, code),
        "create_time": code.created_at,
        "deleted_at": code.deleted_at,
        "made_by": code.maker,
        "agent_id": app.agent_id if app else None,
        "came": by,
        "temp_chat": _chat(company, code),
    }


def _unlisted(company: Company, code: GroupCode) -> dict[str, Any]:
    return {"unlisted": [company.ids.group.encode(number) for number in code.unlisted]}


def _chat(company: Company, code: LiveCode) -> dict[str, Any] | None:
    """Describe the chat that a temporary code began; once it is over, with what was sent at its end."""
    chat = company.world.live_codes.chat_of(code.number)
    if chat is None or isinstance(code, GroupCode) or code.temporary is None:
        return None
    over = not chat.running(company.clock.time())
    who = {"userid": company.world.staff[chat.staff].staff_id, "external_userid": company.ids.member(chat.member)}
    ending = dict(code.temporary.farewell) if over else {}
    return {**who, "ends_at": chat.ends_at, "closed_at": chat.closed_at, "sent": ending}


def live_codes(company: Company, query: Query) -> dict[str, Any]:
    """List contact ways and join ways of all programs, deleted ones included; ?config_id= asks for one."""
    book = company.world.live_codes
    if "config_id" in query:
        number = company.ids.live_code.decode(query["config_id"])
        code = None if number is None else book.find(number)
        return dict(EMPTY) if code is None else {"items": [_row(company, code)], "next_cursor": "", "count": 1}
    return page(
        query, book.after, place=lambda code: code.number, row=lambda code: _row(company, code), count=len(book)
    )
