"""What apps told employees, and the chats in which they did."""

from typing import Any

from privcrm.sandbox.control.paging import Query, page
from privcrm.sandbox.control.state.messages import agent_of
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world.staff_chats import StaffChat
from privcrm.sandbox.world.staff_messages import StaffMessage


def _userids(company: Company, numbers: tuple[int, ...]) -> list[str]:
    return [company.world.staff[number].staff_id for number in numbers]


def _message_row(company: Company, message: StaffMessage) -> dict[str, Any]:
    return {
        "msgid": company.ids.staff_message.encode(message.number),
        "agent_id": agent_of(company, message.maker),
        "userid": _userids(company, message.receivers),
        "sent_at": message.sent_at,
        "recalled_at": message.recalled_at,
        **message.content,
    }


def staff_messages(company: Company, query: Query) -> dict[str, Any]:
    """List messages of apps to employees, with those who received them."""
    book = company.world.staff_messages
    return page(
        query,
        book.after,
        place=lambda message: message.number,
        row=lambda message: _message_row(company, message),
        count=len(book),
    )


def _chat_row(company: Company, chat: StaffChat) -> dict[str, Any]:
    return {
        "chatid": chat.chat_id,
        "agent_id": agent_of(company, chat.maker),
        "name": chat.name,
        "owner": company.world.staff[chat.owner].staff_id,
        "userlist": _userids(company, chat.people),
        "create_time": chat.made_at,
        "messages": [
            {"sent_at": message.at, **message.content} for message in company.world.staff_chats.said(chat.number)
        ],
    }


def staff_chats(company: Company, query: Query) -> dict[str, Any]:
    """List chats of employees that apps made, with what was said."""
    book = company.world.staff_chats
    return page(
        query,
        book.after,
        place=lambda chat: chat.number,
        row=lambda chat: _chat_row(company, chat),
        count=len(book),
    )
