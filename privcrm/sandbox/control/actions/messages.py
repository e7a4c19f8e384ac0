"""Employees send mass messages, administrators write welcomes, a second system does both."""

from collections.abc import Collection
from typing import Any

from privcrm.sandbox.control.actions.doing import Doing, action, deed
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.wecom.api.mass_messages import GROUP, SINGLE, add_msg_template
from privcrm.sandbox.wecom.apps import OTHER_SYSTEM_AGENT
from privcrm.sandbox.wecom.audience import of_sender, owned_groups
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.deliveries import confirm
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.world import OTHER_PROGRAM, Greeting
from privcrm.sandbox.world.messages import MassMessage, Result, Task


def _chosen(doing: Doing) -> list[int] | None:
    """Return the numbers of the groups or members named, None if neither parameter is there."""
    if "chat_ids" in doing.params:
        return [doing.number(doing.company.ids.group, text) for text in doing.texts("chat_ids")]
    if "external_userids" in doing.params:
        return [doing.member_called(text) for text in doing.texts("external_userids")]
    return None


def _counts(task: Task) -> dict[str, Any]:
    return {result.value: task.results.count(result) for result in Result}


@action
def staff_confirms_message(doing: Doing) -> dict[str, Any]:
    """An employee sends a mass message: msgid, userid; external_userids or chat_ids (only these, else to all)."""
    company, staff = doing.company, doing.staff()
    message = company.world.messages.find(doing.number(company.ids.mass_message, doing.text("msgid")))
    task = None if message is None else company.world.messages.task(message.number, staff.number)
    if message is None or task is None:
        raise BadRequest("userid has nothing to do for that msgid")
    if message.cancelled_at is not None or task.confirmed_at is not None or not staff.can_contact:
        raise BadRequest("the message was cancelled or sent already, or the employee may not serve customers")
    return _counts(confirm(company, message, task, at=doing.at, chosen=_chosen(doing)))


@action
def staff_sends_group_message(doing: Doing) -> dict[str, Any]:
    """An employee sends a mass message of his own: userid, text; chat_ids (else all his groups) or external_userids."""
    company, staff = doing.company, doing.staff()
    to_groups = "external_userids" not in doing.params
    mine: Collection[int] = (owned_groups if to_groups else of_sender)(company, staff.number)
    chosen = _chosen(doing)
    recipients = sorted(mine if chosen is None else set(chosen).intersection(mine))
    if not recipients:
        raise BadRequest("none of them are the employee's own")
    book, content = company.world.messages, {"text": {"content": doing.text("text")}}
    message = book.add(
        MassMessage(len(book), "", staff.number, to_groups, content, doing.at), {staff.number: recipients}
    )
    task = book.task(message.number, staff.number)
    counts = _counts(confirm(company, message, task, at=doing.at)) if task else {}
    return {"msgid": company.ids.mass_message.encode(message.number), **counts}


@action
def member_chats_with_staff(doing: Doing) -> dict[str, Any]:
    """A member and an employee write to each other: userid, external_userid."""
    staff, member = doing.staff().number, doing.member()
    if not doing.company.world.follows.holds(staff, member):
        raise BadRequest("there is no such relation")
    doing.company.world.chats.chat(staff, member, at=doing.at)
    return {}


@action
def admin_sets_welcome(doing: Doing) -> dict[str, Any]:
    """An administrator writes a welcome in the console, so that adds give no codes: userid, text (empty: none more)."""
    console, staff, text = doing.company.world.welcomes.console, doing.staff(), doing.text("text")
    if text:
        console[staff.number] = {"text": {"content": text}}
    else:
        console.pop(staff.number, None)
    return {}


@deed("message")
def other_system_writes_message(doing: Doing) -> dict[str, Any]:
    """Write a mass message: userid (the sender), text; external_userids (else all of the sender's) or chat_ids."""
    company = doing.company
    app = company.app(OTHER_SYSTEM_AGENT)
    if app is None:
        raise BadRequest("the company has no second system")
    args = {
        "chat_type": GROUP if "chat_ids" in doing.params else SINGLE,
        "chat_id_list": doing.texts("chat_ids"),
        "external_userid": doing.texts("external_userids"),
        "sender": doing.staff().staff_id,
        "text": {"content": doing.text("text")},
    }
    try:
        return add_msg_template(Call(company, app, args, doing.at, ""))
    except Refusal as refusal:
        raise BadRequest(f"the vendor refuses that with {refusal.errcode}") from None


@deed("welcome")
def other_system_welcomes(doing: Doing) -> dict[str, Any]:
    """Use a welcome_code: text; seconds (how long it is under way), fails (true: it does not arrive)."""
    book, now = doing.company.world.welcomes, doing.simulation.clock.time()
    welcome = book.find(doing.text("welcome_code"))
    seconds = doing.params.get("seconds", 0)
    if not isinstance(seconds, (int, float)):
        raise BadRequest("seconds is a number")
    if welcome is None or now > welcome.issued_at + doing.company.rules.welcome_code_seconds:
        raise BadRequest("there is no such living code")
    if welcome.greeted(now) or welcome.under_way(now):
        raise BadRequest("somebody else was faster")
    content = {"text": {"content": doing.text("text", "")}}
    arrives = not doing.params.get("fails")
    book.greet(welcome, Greeting(OTHER_PROGRAM, now, now + seconds, arrives, content))
    return {}
