"""Chats that an app makes for employees (developer.work.weixin.qq.com/document/path/90245, 98913, 98914, 90248)."""

import re
from collections.abc import Iterable
from typing import Any

import attrs

from privcrm.sandbox.wecom.app_content import CHAT_TYPES, WRONG_TYPE, read_message
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import Access, Endpoint, Handler, general
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.quotas import day_of, hour_of, minute_of
from privcrm.sandbox.world import StaffState
from privcrm.sandbox.world.staff_chats import StaffChat

MISSING_ID, INVALID_ID, UNKNOWN_ID, FOREIGN_CHAT, TAKEN_ID = 86201, 86001, 86003, 86008, 86215
ID_TOO_LONG, WRONG_SIZE, WRONG_PERSON, OWNER_OUTSIDE, OWNER_NEEDED = 86205, 86006, 86216, 86207, 86225
OUT_OF_QUOTA = 45009
_ID = re.compile(r"[0-9A-Za-z]+")
_LONGEST_ID, _LONGEST_NAME = 32, 50
_FEWEST, _MOST = 2, 2000


def appchat_create(call: Call) -> dict[str, Any]:
    """Make a chat of employees; it shows up for them with the first message."""
    book = call.world.staff_chats
    chat_id = _free_id(call)
    people = _people(call, call.args["userlist"])
    owner = _owner(call, people)
    quota = call.company.rules.app_chats_per_day
    call.company.quotas.spend("appchat/create", day_of(call.now), quota, OUT_OF_QUOTA)
    name: str = call.args.get("name", "")[:_LONGEST_NAME]
    book.add(StaffChat(len(book), name, chat_id, call.app.maker, owner, people, int(call.now)))
    return {"chatid": chat_id}


def _free_id(call: Call) -> str:
    """Return the id given, checked, or a made one."""
    given: str = call.args.get("chatid") or f"{call.company.corp_id}{len(call.world.staff_chats):014d}"
    if len(given) > _LONGEST_ID:
        raise Refusal(ID_TOO_LONG)
    if not _ID.fullmatch(given):
        raise Refusal(INVALID_ID)
    if call.world.staff_chats.find(given) is not None:
        raise Refusal(TAKEN_ID)
    return given


def _people(call: Call, userids: Iterable[str]) -> tuple[int, ...]:
    """Return the employees named, each once; outsiders cannot be in such a chat (86216)."""
    people = tuple(dict.fromkeys(_person(call, userid) for userid in userids))
    if not _FEWEST <= len(people) <= _MOST:
        raise Refusal(WRONG_SIZE)
    return people


def _person(call: Call, userid: str) -> int:
    staff = call.world.staff.find(userid)
    if staff is None or staff.state is StaffState.LEFT:
        raise Refusal(WRONG_PERSON)
    return staff.number


def _owner(call: Call, people: tuple[int, ...]) -> int:
    """Return the owner named, who has to be in the chat (86207), else the first in it."""
    if not call.args.get("owner"):
        return people[0]
    owner = _person(call, call.args["owner"])
    if owner not in people:
        raise Refusal(OWNER_OUTSIDE)
    return owner


def _chat(call: Call) -> StaffChat:
    """Return the chat named, which this app made (86008)."""
    chat_id: str = call.args["chatid"]
    if len(chat_id) > _LONGEST_ID or not _ID.fullmatch(chat_id):
        raise Refusal(INVALID_ID)
    chat = call.world.staff_chats.find(chat_id)
    if chat is None:
        raise Refusal(UNKNOWN_ID)
    if chat.maker != call.app.maker:
        raise Refusal(FOREIGN_CHAT)
    return chat


def appchat_update(call: Call) -> dict[str, Any]:
    """Change name, owner and people of a chat; whoever removes the owner names another one (86225)."""
    chat = _chat(call)
    quota = call.company.rules.app_chat_changes_per_hour
    call.company.quotas.spend("appchat/update", hour_of(call.now), quota, OUT_OF_QUOTA)
    gone = {_person(call, userid) for userid in call.args.get("del_user_list", ())}
    new = [_person(call, userid) for userid in call.args.get("add_user_list", ())]
    people = tuple(dict.fromkeys([*(number for number in chat.people if number not in gone), *new]))
    if chat.owner not in people and not call.args.get("owner"):
        raise Refusal(OWNER_NEEDED)
    if not _FEWEST <= len(people) <= _MOST:
        raise Refusal(WRONG_SIZE)
    owner = _owner(call, people) if call.args.get("owner") else chat.owner
    name: str = (call.args.get("name") or chat.name)[:_LONGEST_NAME]
    call.world.staff_chats.change(attrs.evolve(chat, name=name, owner=owner, people=people))
    return {}


def appchat_get(call: Call) -> dict[str, Any]:
    """Describe a chat of this app."""
    chat, staff = _chat(call), call.world.staff
    info = {
        "chatid": chat.chat_id,
        "name": chat.name,
        "owner": staff[chat.owner].staff_id,
        "userlist": [staff[number].staff_id for number in chat.people],
        "chat_type": 0,
    }
    return {"chat_info": info}


def appchat_send(call: Call) -> dict[str, Any]:
    """Say something in a chat of this app."""
    chat = _chat(call)
    content = read_message(call, CHAT_TYPES)
    quota = call.company.rules.app_chat_sends_per_minute
    call.company.quotas.spend("appchat/send", minute_of(call.now), quota, OUT_OF_QUOTA, len(chat.people))
    call.world.staff_chats.say(chat.number, content, at=int(call.now))
    return {}


def _row(name: str, handler: Handler, *fields: Field, method: str = "POST") -> Endpoint:
    return general(f"appchat/{name}", handler, *fields, method=method, access=Access.APP_CHATS)


_CHAT_ID = Field("chatid", str, MISSING_ID)
_NAME, _OWNER = Field("name", str), Field("owner", str)

ENDPOINTS = (
    _row("create", appchat_create, _NAME, _OWNER, Field("userlist", list, WRONG_SIZE), Field("chatid", str)),
    _row("update", appchat_update, _CHAT_ID, _NAME, _OWNER, Field("add_user_list", list), Field("del_user_list", list)),
    _row("get", appchat_get, _CHAT_ID, method="GET"),
    _row(
        "send",
        appchat_send,
        _CHAT_ID,
        Field("msgtype", str, WRONG_TYPE),
        *(Field(kind, dict) for kind in sorted(CHAT_TYPES)),
        Field("safe", int, at_least=0, at_most=1),
    ),
)
