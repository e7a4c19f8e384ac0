"""Mass messages (企业群发). https://developer.work.weixin.qq.com/document/path/92135, 93338, 97610, 97611."""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from privcrm.errors import InputError, PreconditionFailed
from privcrm.models import (
    Channel,
    Delivery,
    MassMessage,
    MassMessageReceipt,
    MassMessageSpec,
    MessageTask,
    Page,
    Pages,
    staff_key,
)
from privcrm.provider import Intent, Settled
from privcrm.provider.ports import MessagesPort
from privcrm.transport import Params
from privcrm_wecom import checks
from privcrm_wecom.api.area import Area
from privcrm_wecom.api.paging import created_between, page_of, page_params
from privcrm_wecom.api.settling import Order, settled, told, window
from privcrm_wecom.api.staff_messages import WeComStaffMessages
from privcrm_wecom.api.welcomes import WeComWelcomes
from privcrm_wecom.content import MASS_MESSAGE, body_of
from privcrm_wecom.convert import messages as convert
from privcrm_wecom.endpoints.messages import (
    MESSAGE_ADD,
    MESSAGE_CANCEL,
    MESSAGE_DELIVERIES,
    MESSAGE_LIST,
    MESSAGE_REMIND,
    MESSAGE_TASKS,
)
from privcrm_wecom.errcodes import CANCELLED
from privcrm_wecom.likeness import Likeness

_CHAT_TYPES = {Channel.MEMBERS: "single", Channel.GROUPS: "group"}


class WeComMessages(WeComWelcomes, WeComStaffMessages, Area, MessagesPort):
    """Mass messages need the role ``customer_contact``; what they order waits until each sender confirms it."""

    def create(
        self, spec: MassMessageSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> MassMessageReceipt:
        """Order a mass message; nobody left to send to is ``PreconditionFailed`` (41048).

        Tag sets may hold tags of rule groups (规则组标签) too.
        """
        extra = Params(extra or {})
        self._check_recipients(spec)
        answer = self._client.call(
            MESSAGE_ADD,
            {**_recipients(spec), **body_of(spec.content, MASS_MESSAGE, self._limits), **extra},
            intent=intent,
        )
        made = convert.receipt(answer)
        told(made.message_id, MESSAGE_ADD, intent)
        return made

    def settle(self, intent: Intent, spec: MassMessageSpec, *, claimed: Collection[str] = ()) -> Settled:
        """Look for the order among those of its half hour; ``rejected_ids`` of what is found are lost.

        Orders that say the same are told apart by their sender, and by recipients where ``spec`` names members. Orders
        still being dispatched are ``PreconditionFailed`` (41063): ask again after some seconds.
        """
        start, end = window(self._client.vendor_time(intent.created_at))
        listed = self.list(spec.channel, created_after=start, created_before=end, by_company=True)
        members = frozenset(spec.member_ids)
        orders = [_order(message) for message in listed if message.message_id not in claimed]
        return settled(spec.content, orders, lambda message_id: self._evidence(message_id, spec, members))

    def list(
        self,
        channel: Channel,
        *,
        created_after: int,
        created_before: int,
        creator_id: str | None = None,
        by_company: bool | None = None,
        cursor: str = "",
    ) -> Pages[MassMessage]:
        """List mass messages, 100 a call; those that a program made have no creator."""
        checks.between("created_before - created_after", created_before - created_after, 0, self._limit("message_span"))
        asked = created_between(created_after, created_before, creator_id, by_company=by_company)
        params = {"chat_type": _CHAT_TYPES[channel], **asked}

        def fetch(place: str) -> Page[MassMessage]:
            answer = self._client.call(MESSAGE_LIST, page_params(params, self._most("message_page"), place))
            return page_of(answer, "group_msg_list", convert.message)

        return Pages(fetch, cursor)

    def tasks(self, message_id: str, cursor: str = "") -> Pages[MessageTask]:
        """List the senders, 1,000 a call; still being dispatched is ``PreconditionFailed`` (41063)."""
        checks.given("message_id", message_id, MESSAGE_TASKS.doc)

        def fetch(place: str) -> Page[MessageTask]:
            params = page_params({"msgid": message_id}, self._most("message_rows_page"), place)
            return page_of(self._client.call(MESSAGE_TASKS, params), "task_list", convert.task)

        return Pages(fetch, cursor)

    def deliveries(self, message_id: str, staff_id: str, cursor: str = "") -> Pages[Delivery]:
        """List the recipients of one sender, 1,000 a call."""
        checks.given("message_id", message_id, MESSAGE_DELIVERIES.doc)
        checks.given("staff_id", staff_id, MESSAGE_DELIVERIES.doc)

        def fetch(place: str) -> Page[Delivery]:
            asked = {"msgid": message_id, "userid": staff_id}
            params = page_params(asked, self._most("message_rows_page"), place)
            return page_of(self._client.call(MESSAGE_DELIVERIES, params), "send_list", convert.delivery)

        return Pages(fetch, cursor)

    def remind(self, message_id: str) -> None:
        """Remind senders; the fourth time within 24 hours is ``LimitReached`` (41094)."""
        checks.given("message_id", message_id, MESSAGE_REMIND.doc)
        self._client.call(MESSAGE_REMIND, {"msgid": message_id})

    def cancel(self, message_id: str) -> None:
        """Stop senders who have not sent yet; that it was cancelled before is success (41093)."""
        checks.given("message_id", message_id, MESSAGE_CANCEL.doc)
        try:
            self._client.call(MESSAGE_CANCEL, {"msgid": message_id})
        except PreconditionFailed as error:
            if error.code != CANCELLED:
                raise

    def _evidence(self, message_id: str, spec: MassMessageSpec, members: frozenset[str]) -> Likeness:
        """Tell from its senders and recipients whether an order may be the one of ``spec``."""
        senders = [staff_key(task.staff_id) for task in islice(self.tasks(message_id), 2)]
        if spec.sender_id and senders and senders != [staff_key(spec.sender_id)]:
            return Likeness.NONE
        if not senders:
            return Likeness.CLOSE
        if members:
            reached = next(self.deliveries(message_id, senders[0]).pages()).items
            if any(row.member_id is not None and row.member_id not in members for row in reached):
                return Likeness.NONE
        return Likeness.SAME

    def _check_recipients(self, spec: MassMessageSpec) -> None:
        page = MESSAGE_ADD.doc
        if spec.channel is Channel.GROUPS:
            checks.given("sender_id", spec.sender_id, page)
            _refuse(page, "to groups", member_ids=spec.member_ids, any_of=spec.any_of, may_edit=spec.may_edit)
        else:
            _refuse(page, "to members", group_ids=spec.group_ids)
            if spec.member_ids:
                _refuse(page, "to members who are named", any_of=spec.any_of)
            if not (spec.sender_id or spec.member_ids or spec.any_of):
                raise InputError(f"a mass message needs member_ids, any_of or sender_id ({page})")
        if spec.member_ids:
            checks.ids("member_ids", spec.member_ids, page, self._limit("message_members"))
        if spec.group_ids:
            checks.ids("group_ids", spec.group_ids, page, self._limit("message_groups"))
        for place, tags in enumerate(spec.any_of):
            checks.ids(f"any_of[{place}]", tags, page, self._limit("message_tags"))


def _order(message: MassMessage) -> Order:
    receipt = MassMessageReceipt(message.message_id, raw=message.raw)
    return Order(message.message_id, message.content, message.creator_id, receipt)


def _refuse(page: str, where: str, **values: object) -> None:
    for name, value in values.items():
        if value:
            raise InputError(f"{name} has no meaning in a mass message {where}: leave it empty ({page})")


def _recipients(spec: MassMessageSpec) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "external_userid": [*spec.member_ids],
        "chat_id_list": [*spec.group_ids],
        "tag_filter": {"group_list": [{"tag_list": [*tags]} for tags in spec.any_of]} if spec.any_of else None,
        "sender": spec.sender_id,
        "allow_select": spec.may_edit,
    }
    return {"chat_type": _CHAT_TYPES[spec.channel]} | {name: value for name, value in fields.items() if value}
