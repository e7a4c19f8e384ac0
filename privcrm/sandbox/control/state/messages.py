"""Mass messages with their tasks and deliveries, welcomes, and templates of group welcomes."""

from typing import Any

from privcrm.sandbox.control.paging import Query, page
from privcrm.sandbox.wecom.api.mass_messages import GROUP, SEND_STATUS, SINGLE
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Welcome
from privcrm.sandbox.world.messages import MassMessage, Task
from privcrm.sandbox.world.templates import GroupWelcome


def agent_of(company: Company, maker: str) -> int | None:
    """Return the agent id of the app that made something, None for people."""
    return next((app.agent_id for app in company.apps if app.maker == maker), None)


def _task_row(company: Company, message: MassMessage, task: Task) -> dict[str, Any]:
    ids, sent = company.ids, task.confirmed_at is not None
    key, encode = ("chat_id", ids.group.encode) if message.to_groups else ("external_userid", ids.member)
    deliveries = [{key: encode(n), "status": SEND_STATUS[result]} for n, result in task.outcomes()] if sent else []
    return {
        "userid": company.world.staff[task.sender].staff_id,
        "status": 2 if sent else 0,
        "send_time": task.confirmed_at,
        "recipients": None if task.recipients is None else len(task.recipients),
        "send_list": deliveries,
    }


def _message_row(company: Company, message: MassMessage) -> dict[str, Any]:
    creator = message.creator
    return {
        "msgid": company.ids.mass_message.encode(message.number),
        "agent_id": agent_of(company, message.maker),
        "creator": None if creator is None else company.world.staff[creator].staff_id,
        "chat_type": GROUP if message.to_groups else SINGLE,
        "create_time": message.created_at,
        "allow_select": message.may_choose,
        "cancelled_at": message.cancelled_at,
        "reminded_at": list(message.reminded_at),
        **message.content,
        "task_list": [_task_row(company, message, task) for task in company.world.messages.tasks(message.number)],
    }


def messages(company: Company, query: Query) -> dict[str, Any]:
    """List mass messages with what each sender has to do; deliveries stand with those who confirmed."""
    book = company.world.messages
    return page(
        query,
        lambda after: book.since(0, after),
        place=lambda message: message.number,
        row=lambda message: _message_row(company, message),
        count=len(book),
    )


def _welcome_row(company: Company, welcome: Welcome) -> dict[str, Any]:
    greeting = welcome.greeting if welcome.greeted(company.clock.time()) else None
    return {
        "welcome_code": welcome.code,
        "userid": company.world.staff[welcome.staff].staff_id,
        "external_userid": company.ids.member(welcome.member),
        "issued_at": welcome.issued_at,
        "sent_at": greeting.ends_at if greeting else None,
        "agent_id": agent_of(company, greeting.maker) if greeting else None,
        **(greeting.content if greeting else {}),
    }


def welcomes(company: Company, query: Query) -> dict[str, Any]:
    """List welcome codes with the greeting that arrived."""
    book = company.world.welcomes
    return page(
        query,
        book.after,
        place=lambda welcome: welcome.number,
        row=lambda welcome: _welcome_row(company, welcome),
        count=len(book),
    )


def _template_row(company: Company, template: GroupWelcome) -> dict[str, Any]:
    return {
        "template_id": company.ids.group_welcome.encode(template.number),
        "agent_id": agent_of(company, template.maker),
        "create_time": template.made_at,
        "notify": int(template.asks_staff),
        "deleted": template.deleted,
        **template.content,
    }


def group_welcomes(company: Company, query: Query) -> dict[str, Any]:
    """List templates of group welcomes, deleted ones included."""
    book = company.world.group_welcomes
    return page(
        query,
        book.after,
        place=lambda template: template.number,
        row=lambda template: _template_row(company, template),
        count=len(book),
    )
