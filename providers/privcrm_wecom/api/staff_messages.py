"""Messages to employees (应用消息) and chats of the app (应用群聊).

https://developer.work.weixin.qq.com/document/path/90236, 94867, 90245, 98913, 98914, 90248.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from privcrm.errors import InputError, NotFound
from privcrm.models import (
    ChatId,
    Content,
    StaffChat,
    StaffChatChange,
    StaffChatSpec,
    StaffMessage,
    StaffMessageReceipt,
    staff_key,
)
from privcrm.provider import CannotTell, Done, Intent, Limit, NotDone, Repeat, Settled
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.content import STAFF_CHAT_MESSAGE, STAFF_MESSAGE, body_of, in_markdown
from privcrm_wecom.convert import messages as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.row import MESSAGES
from privcrm_wecom.endpoints.staff_messages import (
    STAFF_CHAT_CREATE,
    STAFF_CHAT_GET,
    STAFF_CHAT_SEND,
    STAFF_CHAT_UPDATE,
    STAFF_MESSAGE_RECALL,
    STAFF_MESSAGE_SEND,
)

_EVERYBODY = "@all"
_ONE_OF_EACH = {"enable_duplicate_check": 1, "duplicate_check_interval": 1800}
_EQUAL_DROPPED = evolve(STAFF_MESSAGE_SEND, repeat=Repeat.SAFE)
_CHAT_ID = re.compile(r"[0-9A-Za-z]*")
_LEAST_PEOPLE = 2


class WeComStaffMessages(Area):
    """The part of ``MessagesPort`` that speaks to employees.

    Messages need the role ``messages``, and the agent id of the app; chats need an app of the company itself that sees
    everybody, with the role ``app_chats``.
    """

    def send_to_staff(self, message: StaffMessage, *, extra: Mapping[str, Any] | None = None) -> StaffMessageReceipt:
        """Send a message; an equal one within 1,800 seconds is dropped by the vendor, so a lost answer does no harm.

        With another check in ``extra`` a lost answer is ``AnswerLost``: the message may have arrived.

        An employee gets at most 30 a minute and 1,000 an hour of an app, the rest is dropped without a word. Cards with
        buttons and articles go through ``extra`` with their ``msgtype``; so does more of a notice than its title.
        """
        extra = Params(extra or {})
        self._check_receivers(message)
        app = self._client.config.app_for(MESSAGES, STAFF_MESSAGE_SEND.name)
        context = in_markdown(STAFF_MESSAGE) if message.markdown else STAFF_MESSAGE
        body = Params(
            {
                **_receivers(message),
                "agentid": values.number(app.agent_id) or app.agent_id,
                **body_of(message.content, context, self._limits),
                **_ONE_OF_EACH,
                **extra,
            }
        )
        # With another interval, or none, a second one might arrive: the check is trusted as it is set here only.
        dropped = all(body.get(name) == value for name, value in _ONE_OF_EACH.items())
        return convert.staff_receipt(self._client.call(_EQUAL_DROPPED if dropped else STAFF_MESSAGE_SEND, body))

    def recall_from_staff(self, message_id: str) -> None:
        """Take back a message; after a day it is ``PreconditionFailed`` (42052)."""
        checks.given("message_id", message_id, STAFF_MESSAGE_RECALL.doc)
        self._client.call(STAFF_MESSAGE_RECALL, {"msgid": message_id})

    def create_staff_chat(
        self, spec: StaffChatSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> ChatId:
        """Open a chat of 2 to 2,000 employees, under an id of at most 32 letters and digits (ASCII)."""
        extra = Params(extra or {})
        page, chat_id = STAFF_CHAT_CREATE.doc, _chat_id(spec, intent)
        self._check_people("staff_ids", spec.staff_ids)
        if len(spec.staff_ids) < _LEAST_PEOPLE:
            raise InputError(f"staff_ids has {len(spec.staff_ids)} items, at least {_LEAST_PEOPLE} are needed ({page})")
        if spec.owner_id and staff_key(spec.owner_id) not in map(staff_key, spec.staff_ids):
            raise InputError(f"owner_id is not among staff_ids ({page})")
        checks.at_most("name", spec.name, self._limit("staff_chat_name"))
        checks.at_most("chat_id", chat_id, self._limit("staff_chat_id"))
        if not _CHAT_ID.fullmatch(chat_id):
            raise InputError(f"chat_id holds other characters than 0-9, a-z and A-Z ({page})")
        fields = Params({"name": spec.name, "owner": spec.owner_id, "userlist": [*spec.staff_ids], "chatid": chat_id})
        answer = self._client.call(
            STAFF_CHAT_CREATE,
            {name: value for name, value in fields.items() if value} | extra.values_by_name,
            intent=intent,
        )
        return ChatId(values.text(answer.get("chatid")) or chat_id)

    def settle_staff_chat(self, intent: Intent, spec: StaffChatSpec) -> Settled:
        """Look the chat up by its id."""
        chat_id = _chat_id(spec, intent)
        if not chat_id:
            return CannotTell("a chat of employees without an id of its own: the vendor has no list to find it in")
        try:
            return Done(self.get_staff_chat(chat_id).chat_id)
        except NotFound:
            return NotDone()

    def update_staff_chat(
        self, chat_id: str, change: StaffChatChange, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Change a chat; only the app that opened it may (86008, ``PermissionDenied``)."""
        extra = Params(extra or {})
        page = STAFF_CHAT_UPDATE.doc
        checks.given("chat_id", chat_id, page)
        if change.name is not None:
            checks.given("name", change.name, page)
            checks.at_most("name", change.name, self._limit("staff_chat_name"))
        for name, people in (("add_staff_ids", change.add_staff_ids), ("remove_staff_ids", change.remove_staff_ids)):
            if people:
                self._check_people(name, people)
        fields = {
            "owner": change.owner_id,
            "add_user_list": [*change.add_staff_ids],
            "del_user_list": [*change.remove_staff_ids],
        }
        told = Params({name: value for name, value in {"name": change.name, **fields}.items() if value})
        if not told and not extra:
            raise InputError(f"a change of a chat takes at least one thing to change ({page})")
        self._client.call(STAFF_CHAT_UPDATE, {"chatid": chat_id, **told, **extra})

    def get_staff_chat(self, chat_id: str) -> StaffChat:
        """Return a chat that this app opened."""
        checks.given("chat_id", chat_id, STAFF_CHAT_GET.doc)
        answer = self._client.call(STAFF_CHAT_GET, {"chatid": chat_id})
        return convert.staff_chat(values.mapping(answer.get("chat_info")))

    def send_to_staff_chat(
        self, chat_id: str, content: Content, *, markdown: bool = False, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Send to a chat; an employee gets at most 200 a minute of an app, the rest is dropped without a word."""
        extra = Params(extra or {})
        checks.given("chat_id", chat_id, STAFF_CHAT_SEND.doc)
        context = in_markdown(STAFF_CHAT_MESSAGE) if markdown else STAFF_CHAT_MESSAGE
        self._client.call(STAFF_CHAT_SEND, {"chatid": chat_id, **body_of(content, context, self._limits), **extra})

    def _check_receivers(self, message: StaffMessage) -> None:
        page = STAFF_MESSAGE_SEND.doc
        named = bool(message.staff_ids or message.department_ids)
        if message.everybody and named:
            raise InputError(f"staff_ids and department_ids mean nothing beside everybody: leave them empty ({page})")
        if not message.everybody and not named:
            raise InputError(f"a message to staff needs staff_ids, department_ids or everybody ({page})")
        _check_joined("staff_ids", message.staff_ids, page, self._limit("staff_message_staff"))
        _check_joined("department_ids", message.department_ids, page, self._limit("staff_message_departments"))

    def _check_people(self, name: str, staff_ids: Sequence[str]) -> None:
        checks.ids(name, staff_ids, STAFF_CHAT_CREATE.doc, self._limit("staff_chat_people"))


def _check_joined(name: str, ids: Sequence[str], page: str, limit: Limit) -> None:
    """Check ids that go out in one text with bars between."""
    if ids:
        checks.ids(name, ids, page, limit)
    if any("|" in one for one in ids):
        raise InputError(f"{name} holds an id with a bar in it ({page})")


def _receivers(message: StaffMessage) -> dict[str, str]:
    if message.everybody:
        return {"touser": _EVERYBODY}
    named = {"touser": "|".join(message.staff_ids), "toparty": "|".join(message.department_ids)}
    return {name: value for name, value in named.items() if value}


def _chat_id(spec: StaffChatSpec, intent: Intent) -> str:
    return spec.chat_id or intent.marker
