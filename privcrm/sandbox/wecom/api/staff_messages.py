"""Messages of an app to employees (developer.work.weixin.qq.com/document/path/90236, 94867)."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from privcrm.sandbox.wecom.app_content import MESSAGE_TYPES, WRONG_TYPE, read_message
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import general
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field
from privcrm.sandbox.wecom.quotas import day_of, hour_of, minute_of
from privcrm.sandbox.world import StaffState
from privcrm.sandbox.world.staff_messages import StaffMessage

NO_RECEIVER, NO_VALID_RECEIVER, TOO_MANY_USERS, TOO_MANY_PARTIES, TOO_MANY_TAGS = 81012, 81013, 40032, 82002, 82003
AGENT_MISSING, AGENT_UNKNOWN, FOREIGN_AGENT, RECALL_TOO_LATE = 41011, 40056, 301002, 42052
EVERYBODY = "@all"
OUT_OF_QUOTA = 45009
_USERS_MOST, _OTHERS_MOST = 1000, 100
_RECALL_SPAN = 86_400
_CHECK_DEFAULT, _CHECK_MOST = 1800, 4 * 3600


def message_send(call: Call) -> dict[str, Any]:
    """Tell employees something; partly invalid receivers are named in the answer, none valid at all is refused."""
    _check_agent(call)
    content = read_message(call, MESSAGE_TYPES)
    receivers, invalid = _receivers(call)
    if not receivers:
        raise Refusal(NO_VALID_RECEIVER)
    fingerprint = _fingerprint(call)
    message = _twin(call, fingerprint) or _deliver(call, receivers, content, fingerprint)
    return {**invalid, "unlicenseduser": "", "msgid": call.company.ids.staff_message.encode(message.number)}


def _check_agent(call: Call) -> None:
    """Refuse an agentid that is missing, unknown or of another app; miniprogram_notice goes without."""
    agent: int | None = call.args.get("agentid")
    if agent is None:
        if call.args["msgtype"] != "miniprogram_notice":
            raise Refusal(AGENT_MISSING)
    elif call.company.app(agent) is None:
        raise Refusal(AGENT_UNKNOWN)
    elif agent != call.app.agent_id:
        raise Refusal(FOREIGN_AGENT)


def _receivers(call: Call) -> tuple[list[int], dict[str, str]]:
    """Return the numbers of those who are told, and the invalid receivers as the answer names them."""
    users, parties, tags = (_split(call.args.get(name, "")) for name in ("touser", "toparty", "totag"))
    if EVERYBODY in users:
        everybody = [staff.number for staff in call.company.employees_seen(call.app)]
        return everybody, {"invaliduser": "", "invalidparty": "", "invalidtag": ""}
    if not users and not parties and not tags:
        raise Refusal(NO_RECEIVER)
    _check_counts(users, parties, tags)
    found: dict[int, None] = {}
    bad_users = _collect(users, lambda text: _user(call, text), found)
    bad_parties = _collect(parties, lambda text: _party(call, text), found)
    # The simulated company has no contact tags (标签 of the address book), so every totag is unknown.
    bad = (("user", [text.lower() for text in bad_users]), ("party", bad_parties), ("tag", tags))
    return list(found), {f"invalid{name}": "|".join(texts) for name, texts in bad}


def _split(text: str) -> list[str]:
    return [part for part in dict.fromkeys(part.strip() for part in text.split("|")) if part]


def _check_counts(users: Sequence[str], parties: Sequence[str], tags: Sequence[str]) -> None:
    if len(users) > _USERS_MOST:
        raise Refusal(TOO_MANY_USERS)
    if len(parties) > _OTHERS_MOST:
        raise Refusal(TOO_MANY_PARTIES)
    if len(tags) > _OTHERS_MOST:
        raise Refusal(TOO_MANY_TAGS)


def _collect(texts: Iterable[str], find: Callable[[str], list[int]], found: dict[int, None]) -> list[str]:
    """Add those whom the texts mean to *found*; return the texts that mean nobody."""
    bad: list[str] = []
    for text in texts:
        numbers = find(text)
        found.update(dict.fromkeys(numbers))
        if not numbers:
            bad.append(text)
    return bad


def _user(call: Call, userid: str) -> list[int]:
    staff = call.world.staff.find(userid)
    works = staff is not None and staff.state not in (StaffState.LEFT, StaffState.DISABLED)
    return [staff.number] if staff is not None and works and call.company.sees(call.app, staff) else []


def _party(call: Call, text: str) -> list[int]:
    known = {str(number): number for number in call.company.departments_seen(call.app)}
    if text not in known:
        return []
    below = call.world.staff.subtree(known[text])
    return [staff.number for staff in call.company.employees_seen(call.app) if staff.department in below]


def _deliver(call: Call, receivers: Sequence[int], content: dict[str, Any], fingerprint: str) -> StaffMessage:
    """Spend the day's person-times (45009) and keep the message for those who do not get too many."""
    most = len(call.world.staff) * call.company.rules.app_messages_per_account
    name = ("message/send", call.app.agent_id)
    call.company.quotas.spend(name, day_of(call.now), most, OUT_OF_QUOTA, len(receivers))
    reached, at = tuple(_reached(call, receivers)), int(call.now)
    return call.world.staff_messages.add(call.app.maker, reached, content, at=at, fingerprint=fingerprint)


def _reached(call: Call, receivers: Sequence[int]) -> Iterator[int]:
    """Yield who gets a message: what is over an employee's minute or hour is dropped without a word."""
    quotas, rules = call.company.quotas, call.company.rules
    for receiver in receivers:
        name = ("app message", call.app.agent_id, receiver)
        limits = {minute_of(call.now): rules.app_messages_per_minute, hour_of(call.now): rules.app_messages_per_hour}
        if quotas.take(name, limits):
            yield receiver


def _fingerprint(call: Call) -> str:
    """Return what tells identical requests of one app."""
    request = json.dumps({**call.args, "agentid": call.app.agent_id}, sort_keys=True)
    return hashlib.sha256(request.encode()).hexdigest()


def _twin(call: Call, fingerprint: str) -> StaffMessage | None:
    """Return the message of an identical request inside the interval that this one asks to compare with."""
    if not call.args.get("enable_duplicate_check"):
        return None
    span = call.args.get("duplicate_check_interval") or _CHECK_DEFAULT
    twin = call.world.staff_messages.latest(fingerprint)
    return twin if twin is not None and call.now < twin.sent_at + span else None


def message_recall(call: Call) -> dict[str, Any]:
    """Take back a message of this app within 24 hours."""
    book = call.world.staff_messages
    number = call.company.ids.staff_message.decode(call.args["msgid"])
    message = None if number is None else book.find(number)
    if message is None or message.maker != call.app.maker:
        raise Refusal(INVALID)
    if call.now > message.sent_at + _RECALL_SPAN:
        raise Refusal(RECALL_TOO_LATE)
    if message.recalled_at is None:
        book.recall(message, at=int(call.now))
    return {}


def _flag(name: str) -> Field:
    return Field(name, int, at_least=0, at_most=1)


_SEND = general(
    "message/send",
    message_send,
    *(Field(name, str) for name in ("touser", "toparty", "totag")),
    Field("msgtype", str, WRONG_TYPE),
    Field("agentid", int),
    *(Field(kind, dict) for kind in sorted(MESSAGE_TYPES)),
    Field("safe", int, at_least=0, at_most=2),
    _flag("enable_id_trans"),
    _flag("enable_duplicate_check"),
    Field("duplicate_check_interval", int, at_least=0, at_most=_CHECK_MOST),
)

ENDPOINTS = (
    attrs.evolve(_SEND, own_limits=True),
    general("message/recall", message_recall, Field("msgid", str, INVALID)),
)
