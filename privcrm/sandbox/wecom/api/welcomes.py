"""Welcomes for new customers (developer.work.weixin.qq.com/document/path/92137) and for groups (92366)."""

from typing import Any

from privcrm.sandbox.wecom.attachments import GROUP_WELCOME, WELCOME, check_content, check_objects, with_addresses
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import contact
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.world import Greeting
from privcrm.sandbox.world.templates import GroupWelcome

CODE_MISSING, CODE_INVALID, GREETED, UNDER_WAY = 41049, 41050, 41051, 41096
TEMPLATES_FULL, FOREIGN_TEMPLATE, TEMPLATE_LENGTH, TEMPLATE_UNKNOWN = 41055, 41058, 40036, 40037
_LONGEST_ID = 64


def send_welcome_msg(call: Call) -> dict[str, Any]:
    """Greet whoever has just added an employee, once, within 20 seconds."""
    book, now = call.world.welcomes, call.now
    content = check_content(call, call.args.get("text"), call.args.get("attachments"), WELCOME)
    welcome = book.find(call.args["welcome_code"])
    if welcome is None or now > welcome.issued_at + call.company.rules.welcome_code_seconds:
        raise Refusal(CODE_INVALID)
    chatted_at = call.world.chats.last(welcome.staff, welcome.member)
    if welcome.greeted(now) or (chatted_at is not None and chatted_at >= int(welcome.issued_at)):
        raise Refusal(GREETED)
    if welcome.under_way(now):
        raise Refusal(UNDER_WAY)
    book.greet(welcome, Greeting(call.app.maker, now, now, arrives=True, content=content))
    return {}


def _template(call: Call) -> GroupWelcome:
    """Return the template named (40036 for no id at all, 40037); others' may be read but not changed."""
    text: str = call.args["template_id"]
    if len(text) > _LONGEST_ID:
        raise Refusal(TEMPLATE_LENGTH)
    number = call.company.ids.group_welcome.decode(text)
    template = None if number is None else call.world.group_welcomes.find(number)
    if template is None:
        raise Refusal(TEMPLATE_UNKNOWN)
    return template


def _own_template(call: Call) -> GroupWelcome:
    template = _template(call)
    if template.maker != call.app.maker:
        raise Refusal(FOREIGN_TEMPLATE)
    return template


def add_template(call: Call) -> dict[str, Any]:
    """Make a template; owners are asked to hang it into their groups unless notify is 0."""
    content = check_objects(call, call.args, GROUP_WELCOME)
    book = call.world.group_welcomes
    if book.living >= call.company.rules.group_welcomes:
        raise Refusal(TEMPLATES_FULL)
    template = book.add(call.app.maker, content, at=int(call.now), asks_staff=call.args.get("notify", 1) == 1)
    return {"template_id": call.company.ids.group_welcome.encode(template.number)}


def edit_template(call: Call) -> dict[str, Any]:
    """Replace what a template of this app says."""
    template = _own_template(call)
    call.world.group_welcomes.rewrite(template, check_objects(call, call.args, GROUP_WELCOME))
    return {}


def get_template(call: Call) -> dict[str, Any]:
    """Return what a template says, at the top level of the answer."""
    return with_addresses(call, _template(call).content)


def delete_template(call: Call) -> dict[str, Any]:
    """Delete a template of this app."""
    call.world.group_welcomes.delete(_own_template(call))
    return {}


_TEXT = Field("text", dict)
_OBJECTS = (_TEXT, *(Field(kind, dict) for kind in GROUP_WELCOME.kinds))
_AGENT, _NOTIFY = Field("agentid", int), Field("notify", int, at_least=0, at_most=1)
_TEMPLATE_ID = Field("template_id", str, TEMPLATE_LENGTH)

ENDPOINTS = (
    contact(
        "send_welcome_msg",
        send_welcome_msg,
        Field("welcome_code", str, CODE_MISSING),
        _TEXT,
        Field("attachments", list, items=object),
    ),
    contact("group_welcome_template/add", add_template, *_OBJECTS, _AGENT, _NOTIFY),
    contact("group_welcome_template/edit", edit_template, _TEMPLATE_ID, *_OBJECTS, _AGENT, _NOTIFY),
    contact("group_welcome_template/get", get_template, _TEMPLATE_ID),
    contact("group_welcome_template/del", delete_template, _TEMPLATE_ID, _AGENT),
)
