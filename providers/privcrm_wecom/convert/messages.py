"""Mass messages, group welcomes, messages and chats of employees."""

from collections.abc import Mapping
from typing import Any, cast

from privcrm.models import (
    ChatId,
    Delivery,
    DeliveryState,
    DepartmentId,
    GroupId,
    GroupWelcome,
    MassMessage,
    MassMessageReceipt,
    MemberId,
    MessageId,
    MessageTask,
    StaffChat,
    StaffId,
    StaffMessageReceipt,
    TemplateId,
)
from privcrm_wecom.content import content_of
from privcrm_wecom.convert.values import number, text, texts

_SENT = 2
_BY_EMPLOYEE = 1
_DELIVERIES: Mapping[int | None, DeliveryState] = {
    0: DeliveryState.WAITING,
    1: DeliveryState.SENT,
    2: DeliveryState.NOT_FOLLOWED,
    3: DeliveryState.QUOTA_USED,
}


def receipt(answer: dict[str, Any]) -> MassMessageReceipt:
    """Return what became of an order."""
    return MassMessageReceipt(MessageId(text(answer.get("msgid"))), texts(answer.get("fail_list")), answer)


def message(row: dict[str, Any]) -> MassMessage:
    """Return a mass message of the past."""
    creator = text(row.get("creator"))
    return MassMessage(
        message_id=MessageId(text(row.get("msgid"))),
        content=content_of(row),
        creator_id=StaffId(creator) if creator else None,
        created_at=number(row.get("create_time")),
        by_company=number(row.get("create_type")) != _BY_EMPLOYEE,
        raw=row,
    )


def task(row: dict[str, Any]) -> MessageTask:
    """Return a sender; "sent" is 2, there is no 1."""
    sent = number(row.get("status")) == _SENT
    return MessageTask(StaffId(text(row.get("userid"))), sent, number(row.get("send_time")) if sent else None, row)


def delivery(row: dict[str, Any]) -> Delivery:
    """Return what became of a message at one recipient."""
    member, group = text(row.get("external_userid")), text(row.get("chat_id"))
    state = _DELIVERIES.get(number(row.get("status")), DeliveryState.UNKNOWN)
    return Delivery(
        staff_id=StaffId(text(row.get("userid"))),
        state=state,
        member_id=MemberId(member) if member else None,
        group_id=GroupId(group) if group else None,
        sent_at=number(row.get("send_time")) if state is DeliveryState.SENT else None,
        raw=row,
    )


def group_welcome(template_id: str, answer: dict[str, Any]) -> GroupWelcome:
    """Return a group welcome, whose answer does not repeat the id."""
    return GroupWelcome(TemplateId(template_id), content_of(answer), answer)


def staff_receipt(answer: dict[str, Any]) -> StaffMessageReceipt:
    """Return whom a message did not reach; ids come lower-cased, in one text with bars between."""
    return StaffMessageReceipt(
        message_id=MessageId(text(answer.get("msgid"))),
        invalid_staff_ids=cast("tuple[StaffId, ...]", _split(answer.get("invaliduser"))),
        invalid_department_ids=cast("tuple[DepartmentId, ...]", _split(answer.get("invalidparty"))),
        unlicensed_staff_ids=cast("tuple[StaffId, ...]", _split(answer.get("unlicenseduser"))),
        raw=answer,
    )


def staff_chat(row: dict[str, Any]) -> StaffChat:
    """Return a chat of employees."""
    owner = text(row.get("owner"))
    return StaffChat(
        chat_id=ChatId(text(row.get("chatid"))),
        name=text(row.get("name")),
        owner_id=StaffId(owner) if owner else None,
        staff_ids=cast("tuple[StaffId, ...]", texts(row.get("userlist"))),
        raw=row,
    )


def _split(value: object) -> tuple[str, ...]:
    return tuple(filter(None, text(value).split("|")))
