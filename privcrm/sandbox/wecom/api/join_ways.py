"""Join ways (加入群聊): codes that lead into groups (developer.work.weixin.qq.com/document/path/92229)."""

from typing import Any

import attrs

from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.endpoint import contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field
from privcrm.sandbox.wecom.live_codes import (
    BUTTON,
    CONFIG_ID,
    CONFIG_ID_MISSING,
    NOTE_CHARACTERS,
    PICTURE,
    STATE_CHARACTERS,
    check_room,
    own_code,
    picture_address,
)
from privcrm.sandbox.world.live_codes import GroupCode

GROUPS_MOST = 5
_OURS = {
    "chat_id_list": "groups",
    "scene": "on_button",
    "auto_create_room": "opens_groups",
    "room_base_name": "base_name",
    "room_base_id": "first_number",
    "state": "channel",
    "remark": "note",
}
"""What the world calls the parameters."""
_TOO_MANY_GROUPS, _UNKNOWN_GROUP, _DISMISSED = 41091, 40050, 49008


def add_join_way(call: Call) -> dict[str, Any]:
    """Make a join way. Every call makes another one, and nothing lists them."""
    check_room(call)
    book = call.world.live_codes
    code = _configured(call, GroupCode(book.next_number(), call.app.maker, int(call.now)))
    book.keep(code)
    return {"config_id": call.company.ids.live_code.encode(code.number)}


def _configured(call: Call, code: GroupCode, *, keep: bool = False) -> GroupCode:
    """Return the code with what is given. What is not given falls back to its default, or stays with *keep*."""
    args = call.args
    given: dict[str, Any] = {
        "chat_id_list": tuple(dict.fromkeys(_group(call, chat_id) for chat_id in args["chat_id_list"])),
        "scene": args["scene"] == BUTTON,
        "auto_create_room": bool(args.get("auto_create_room", int(call.company.rules.auto_create_default))),
        "room_base_name": args.get("room_base_name", ""),
        "room_base_id": args.get("room_base_id", 1),
        "state": args.get("state", ""),
        "remark": args.get("remark", "")[:NOTE_CHARACTERS],
    }
    new = attrs.evolve(code, **{_OURS[name]: value for name, value in given.items() if name in args or not keep})
    renamed = (new.base_name, new.first_number) != (code.base_name, code.first_number)
    return attrs.evolve(new, named=0) if renamed else new


def _group(call: Call, chat_id: str) -> int:
    """Return the number of a living customer group whose owner the app sees."""
    number = call.company.ids.group.decode(chat_id)
    if number is None or call.world.groups.find(number) is None:
        raise Refusal(_UNKNOWN_GROUP)
    if call.world.groups.dismissed(number):
        raise Refusal(_DISMISSED)
    if not call.company.sees(call.app, call.world.staff[call.world.groups.owner(number)]):
        raise Refusal(60011)
    return number


def get_join_way(call: Call) -> dict[str, Any]:
    """Describe a join way that this app made."""
    return {"join_way": described(call.company, own_code(call, GroupCode))}


def described(company: Company, code: GroupCode) -> dict[str, Any]:
    """Describe a join way the way the vendor does."""
    return {
        "config_id": company.ids.live_code.encode(code.number),
        "scene": BUTTON if code.on_button else PICTURE,
        "remark": code.note,
        "auto_create_room": int(code.opens_groups),
        "room_base_name": code.base_name,
        "room_base_id": code.first_number,
        "chat_id_list": [company.ids.group.encode(number) for number in code.groups],
        "qr_code": picture_address(company, code),
        "state": code.channel,
    }


def update_join_way(call: Call) -> dict[str, Any]:
    """Write the whole configuration anew, or merge it into the old one where the rules say so."""
    keep = call.company.rules.join_way_update == "merges"
    call.world.live_codes.keep(_configured(call, own_code(call, GroupCode), keep=keep))
    return {}


def del_join_way(call: Call) -> dict[str, Any]:
    """Delete a join way: its picture leads nowhere from now on."""
    call.world.live_codes.keep(attrs.evolve(own_code(call, GroupCode), deleted_at=int(call.now)))
    return {}


_CONFIGURATION = (
    Field("scene", int, INVALID, at_least=BUTTON, at_most=PICTURE),
    Field("remark", str),
    Field("auto_create_room", int, at_least=0, at_most=1),
    Field("room_base_name", str, at_most=40),
    Field("room_base_id", int, at_least=0, at_most=2**31 - 1),
    Field("chat_id_list", list, INVALID, at_most=GROUPS_MOST, too_long=_TOO_MANY_GROUPS),
    Field("state", str, at_most=STATE_CHARACTERS),
    Field("mark_source", bool),
)

ENDPOINTS = (
    contact("groupchat/add_join_way", add_join_way, *_CONFIGURATION),
    contact("groupchat/get_join_way", get_join_way, CONFIG_ID, without_body=CONFIG_ID_MISSING),
    contact("groupchat/update_join_way", update_join_way, CONFIG_ID, *_CONFIGURATION, without_body=CONFIG_ID_MISSING),
    contact("groupchat/del_join_way", del_join_way, CONFIG_ID, without_body=CONFIG_ID_MISSING),
)
