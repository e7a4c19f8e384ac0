"""Mass messages (企业群发; developer.work.weixin.qq.com/document/path/92135, 93338, 97610, 97611)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import attrs

from privcrm.sandbox.jsonio import is_list, is_object
from privcrm.sandbox.wecom.attachments import MASS_MESSAGE, check_content
from privcrm.sandbox.wecom.audience import (
    Audience,
    TagSets,
    named_customers,
    named_groups,
    of_sender,
    settled,
    tagged_customers,
)
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.deliveries import over_quota
from privcrm.sandbox.wecom.endpoint import CURSOR, USERID_MISSING, contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import INVALID, Field
from privcrm.sandbox.world import Staff
from privcrm.sandbox.world.messages import MassMessage, Result, Task

T = TypeVar("T")

NOBODY_LEFT, MISSING_ID, UNKNOWN_ID, DISPATCHING, CANCELLED, REMINDED = 41048, 41046, 41047, 41063, 41093, 41094
SINGLE, GROUP = "single", "group"
SEND_STATUS = {Result.WAITING: 0, Result.SENT: 1, Result.NO_RELATION: 2, Result.OVER_QUOTA: 3}
_NOT_SENT, _SENT = 0, 2
_BY_COMPANY, _BY_MEMBER, _BY_BOTH = 0, 1, 2
_LIST_DEFAULT, _LIST_MOST, _ROWS_DEFAULT, _ROWS_MOST, _LEGACY_MOST = 50, 100, 500, 1000, 10_000
_LONGEST_SPAN = 31 * 86_400
_REMINDERS, _REMINDER_SPAN, _TAGS_PER_SET = 3, 86_400, 100


def add_msg_template(call: Call) -> dict[str, Any]:
    """Write a message that employees are asked to send; nothing reaches a customer before they confirm."""
    kind = _chat_type(call)
    content = check_content(call, call.args.get("text"), call.args.get("attachments"), MASS_MESSAGE)
    sender = _sender(call)
    tags = _tag_sets(call)
    audience = _groups(call, sender) if kind == GROUP else _customers(call, sender, tags)
    if audience.is_empty:
        raise Refusal(NOBODY_LEFT)
    book = call.world.messages
    message = MassMessage(
        number=len(book),
        maker=call.app.maker,
        creator=None,
        to_groups=kind == GROUP,
        content=content,
        created_at=int(call.now),
        may_choose=call.args.get("allow_select", False),
        any_of_each=tags,
    )
    book.add(message, audience.recipients)
    return {"fail_list": audience.failed, "msgid": call.company.ids.mass_message.encode(message.number)}


def _chat_type(call: Call) -> str:
    kind: str = call.args.get("chat_type") or SINGLE
    if kind not in (SINGLE, GROUP):
        raise Refusal(INVALID)
    return kind


def _sender(call: Call) -> Staff | None:
    """Return the employee named, who has to serve customers (84074)."""
    if not call.args.get("sender"):
        return None
    staff = call.staff(call.args["sender"])
    if not staff.can_contact:
        raise Refusal(84074)
    return staff


def _tag_sets(call: Call) -> TagSets:
    """Return the numbers of the tags in tag_filter: one of each set is wanted."""
    groups = call.args.get("tag_filter", {}).get("group_list")
    sets = [row.get("tag_list") if is_object(row) else None for row in groups] if is_list(groups) else []
    return tuple(_tag_numbers(call, texts) for texts in sets if is_list(texts) and texts)


def _tag_numbers(call: Call, texts: Sequence[object]) -> tuple[int, ...]:
    if len(texts) > _TAGS_PER_SET:
        raise Refusal(INVALID)
    numbers = [call.company.ids.tag.decode(str(text)) for text in texts]
    known = tuple(number for number in numbers if number is not None and call.world.tags.has(number))
    if len(known) < len(numbers):
        raise Refusal(40068)
    return known


def _groups(call: Call, sender: Staff | None) -> Audience:
    if sender is None:
        raise Refusal(INVALID)
    return named_groups(call.company, call.args.get("chat_id_list", []), sender)


def _customers(call: Call, sender: Staff | None, tags: TagSets) -> Audience:
    """Return who is meant: the customers named, else the sender's own, else whoever carries the tags."""
    named: list[str] = call.args.get("external_userid") or []
    if named:
        return _without_quota(call, named_customers(call.company, call.app, named, sender))
    if sender is not None:
        return Audience({sender.number: of_sender(call.company, sender.number, tags)}, [])
    if not tags:
        raise Refusal(INVALID)
    return tagged_customers(call.company, call.app)


def _without_quota(call: Call, audience: Audience) -> Audience:
    """Move members who may receive nothing more to the failures, where the company's rules say so."""
    if call.company.rules.mass_quota_checked != "create":
        return audience
    full = {
        number
        for numbers in audience.recipients.values()
        for number in numbers or ()
        if over_quota(call.company, number, is_group=False, now=call.now)
    }
    recipients = {
        sender: [number for number in numbers or () if number not in full]
        for sender, numbers in audience.recipients.items()
    }
    failed = audience.failed + [call.company.ids.member(number) for number in sorted(full)]
    return Audience({sender: numbers for sender, numbers in recipients.items() if numbers}, failed)


def get_groupmsg_list_v2(call: Call) -> dict[str, Any]:
    """List the messages of a span of time, oldest first, whoever made them."""
    start, end = call.args["start_time"], call.args["end_time"]
    if not 0 <= end - start <= _LONGEST_SPAN:
        raise Refusal(INVALID)
    limit = _limit(call, _LIST_DEFAULT, _LIST_MOST)
    question = ["mass", start, end, _chat_type(call), call.args.get("filter_type", _BY_BOTH), call.args.get("creator")]
    (after,) = unseal(call.args.get("cursor", ""), question, (-1,))
    rows = list(islice(_listed(call, after), limit + 1))
    return {
        "next_cursor": seal(question, [rows[limit - 1].number]) if len(rows) > limit else "",
        "group_msg_list": [_row(call, message) for message in rows[:limit]],
    }


def _limit(call: Call, default: int, most: int) -> int:
    """Return the size of a page; what is out of bounds falls back to the default."""
    limit: int = call.args.get("limit", default)
    return limit if 0 < limit <= most else default


def _listed(call: Call, after: int) -> Iterator[MassMessage]:
    newest = min(call.args["end_time"], call.now - call.company.rules.mass_list_lag)
    for message in call.world.messages.since(call.args["start_time"], after):
        if message.created_at > newest:
            return
        if _is_asked_for(call, message):
            yield message


def _is_asked_for(call: Call, message: MassMessage) -> bool:
    kind, creator = call.args.get("filter_type", _BY_BOTH), call.args.get("creator")
    if message.to_groups != (_chat_type(call) == GROUP) or kind not in (_BY_BOTH, _origin(message)):
        return False
    staff = call.world.staff.find(creator) if creator else None
    return not creator or (staff is not None and staff.number == message.creator)


def _origin(message: MassMessage) -> int:
    return _BY_COMPANY if message.maker else _BY_MEMBER


def _row(call: Call, message: MassMessage) -> dict[str, Any]:
    made = message.created_at
    row: dict[str, Any] = {
        "msgid": call.company.ids.mass_message.encode(message.number),
        "create_time": made if call.company.rules.mass_create_time == "number" else str(made),
        "create_type": _origin(message),
        **message.content,
    }
    if message.creator is not None:
        row["creator"] = call.world.staff[message.creator].staff_id
    if "attachments" in row:
        row["attachments"] = [_as_read(item) for item in row["attachments"]]
    return row


def _as_read(attachment: dict[str, Any]) -> dict[str, Any]:
    """Return an attachment the way lists show it: mini-programs without their cover."""
    if attachment["msgtype"] != "miniprogram":
        return attachment
    shown = {name: value for name, value in attachment["miniprogram"].items() if name != "pic_media_id"}
    return {"msgtype": "miniprogram", "miniprogram": shown}


def _message(call: Call) -> MassMessage:
    """Return the message that msgid names (41047), once its tasks are dispatched (41063)."""
    number = call.company.ids.mass_message.decode(call.args["msgid"])
    message = None if number is None else call.world.messages.find(number)
    if message is None:
        raise Refusal(UNKNOWN_ID)
    if call.now < message.created_at + call.company.rules.mass_task_lag:
        raise Refusal(DISPATCHING)
    return message


def _visible_tasks(call: Call, message: MassMessage) -> Iterator[Task]:
    staff = call.world.staff
    return (t for t in call.world.messages.tasks(message.number) if call.company.sees(call.app, staff[t.sender]))


def _page(call: Call, question: Sequence[object], rows: Iterable[T]) -> tuple[list[T], str]:
    """Return one page of rows whose order never changes, and the cursor behind it."""
    limit = _limit(call, _ROWS_DEFAULT, _ROWS_MOST)
    (start,) = unseal(call.args.get("cursor", ""), question, (0,))
    page = list(islice(rows, start, start + limit + 1))
    return page[:limit], seal(question, [start + limit]) if len(page) > limit else ""


def get_groupmsg_task(call: Call) -> dict[str, Any]:
    """List who is asked to send a message and who has done so."""
    message = _message(call)
    tasks, cursor = _page(call, ["tasks", message.number], _visible_tasks(call, message))
    return {"next_cursor": cursor, "task_list": [_task_row(call, task) for task in tasks]}


def _task_row(call: Call, task: Task) -> dict[str, Any]:
    row: dict[str, Any] = {"userid": call.world.staff[task.sender].staff_id}
    if task.confirmed_at is None:
        return {**row, "status": _NOT_SENT}
    return {**row, "status": _SENT, "send_time": task.confirmed_at}


def get_groupmsg_send_result(call: Call) -> dict[str, Any]:
    """List what became of each recipient of one sender; of groups only those that were sent to."""
    message = _message(call)
    staff = call.world.staff.find(call.args["userid"])  # also one who left: the results remain
    if staff is None:
        raise Refusal(int(call.company.rules.unknown_staff))
    if not call.company.sees(call.app, staff):
        raise Refusal(60011)
    task = call.world.messages.task(message.number, staff.number)
    rows = () if task is None else _results(call, message, task)
    page, cursor = _page(call, ["results", message.number, staff.number], rows)
    return {"next_cursor": cursor, "send_list": page}


def _results(call: Call, message: MassMessage, task: Task) -> Iterator[dict[str, Any]]:
    task = settled(call.company, message, task)
    sender = call.world.staff[task.sender].staff_id
    for receiver, result in task.outcomes():
        if message.to_groups and result is not Result.SENT:
            continue
        ids = call.company.ids
        named = (
            {"chat_id": ids.group.encode(receiver)} if message.to_groups else {"external_userid": ids.member(receiver)}
        )
        sent = {"send_time": task.confirmed_at} if result is Result.SENT else {}
        yield {**named, "userid": sender, "status": SEND_STATUS[result], **sent}


def get_group_msg_result(call: Call) -> dict[str, Any]:
    """Answer what get_groupmsg_send_result does, for all senders at once and without pages (retired 2020-11-17)."""
    if call.company.rules.legacy_mass_results == "refused":
        raise Refusal(UNKNOWN_ID)
    message = _message(call)
    rows = (row for task in _visible_tasks(call, message) for row in _results(call, message, task))
    return {"check_status": 1, "detail_list": list(islice(rows, _LEGACY_MOST))}


def _changeable(call: Call) -> MassMessage:
    """Return the message to remind of or to cancel."""
    message = _message(call)
    if message.maker != call.app.maker and call.company.rules.mass_messages_of_others == "refused":
        raise Refusal(UNKNOWN_ID)
    if message.cancelled_at is not None:
        raise Refusal(CANCELLED)
    return message


def remind_groupmsg_send(call: Call) -> dict[str, Any]:
    """Ask those who have not sent yet once more, three times in 24 hours."""
    message = _changeable(call)
    recent = [at for at in message.reminded_at if at > call.now - _REMINDER_SPAN]
    if len(recent) >= _REMINDERS:
        raise Refusal(REMINDED)
    call.world.messages.change(attrs.evolve(message, reminded_at=(*message.reminded_at, int(call.now))))
    return {}


def cancel_groupmsg_send(call: Call) -> dict[str, Any]:
    """Stop those who have not sent yet; what was delivered stays."""
    message = _changeable(call)
    call.world.messages.change(attrs.evolve(message, cancelled_at=int(call.now)))
    return {}


_MSGID = Field("msgid", str, MISSING_ID)
_PAGED = (Field("limit", int), CURSOR)
_CHAT_TYPE = Field("chat_type", str)

ENDPOINTS = (
    contact(
        "add_msg_template",
        add_msg_template,
        _CHAT_TYPE,
        Field("external_userid", list, at_most=10_000),
        Field("chat_id_list", list, at_most=2000),
        Field("tag_filter", dict),
        Field("sender", str),
        Field("allow_select", bool),
        Field("text", dict),
        Field("attachments", list, items=object),
    ),
    contact(
        "get_groupmsg_list_v2",
        get_groupmsg_list_v2,
        _CHAT_TYPE,
        Field("start_time", int, INVALID),
        Field("end_time", int, INVALID),
        Field("creator", str),
        Field("filter_type", int, at_least=_BY_COMPANY, at_most=_BY_BOTH),
        *_PAGED,
        empty="group_msg_list",
    ),
    contact("get_groupmsg_task", get_groupmsg_task, _MSGID, *_PAGED, empty="task_list"),
    contact(
        "get_groupmsg_send_result",
        get_groupmsg_send_result,
        _MSGID,
        Field("userid", str, USERID_MISSING),
        *_PAGED,
        empty="send_list",
    ),
    contact("get_group_msg_result", get_group_msg_result, _MSGID, empty="detail_list"),
    contact("remind_groupmsg_send", remind_groupmsg_send, _MSGID),
    contact("cancel_groupmsg_send", cancel_groupmsg_send, _MSGID),
)
