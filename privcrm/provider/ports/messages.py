"""Port: mass messages, welcomes and messages to the staff."""

from collections.abc import Collection, Mapping
from typing import Any

from privcrm.models import (
    Channel,
    ChatId,
    Content,
    Delivery,
    Greeted,
    GroupWelcome,
    MassMessage,
    MassMessageReceipt,
    MassMessageSpec,
    MessageTask,
    Pages,
    StaffChat,
    StaffChatChange,
    StaffChatSpec,
    StaffMessage,
    StaffMessageReceipt,
    TemplateId,
)
from privcrm.provider.intents import Intent, Settled
from privcrm.provider.ports._base import Port


class MessagesPort(Port):
    """Speaks to members, groups and staff.

    Content that a vendor would refuse or cut (bytes of text, number and kind of attachments) raises ``InputError``
    before sending, naming field, limit and unit. Ids of attachments come from ``MediaPort.upload`` with the purpose
    ``message``.
    """

    area = "messages"

    def create(
        self, spec: MassMessageSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> MassMessageReceipt:
        """Order a mass message; each sender must confirm it before anything is sent.

        Not safe to repeat: members would get it twice, out of a small monthly allowance. No recipient at all raises
        ``InputError``, and so do more recipients than one call takes. That nobody is left to send it to (allowances
        are used up, members are gone) is ``PreconditionFailed``, and nothing else here is.
        """
        raise self._unsupported("create")

    def settle(self, intent: Intent, spec: MassMessageSpec, *, claimed: Collection[str] = ()) -> Settled:
        """Find out whether ``create`` happened; ``Done.result`` is the ``MassMessageReceipt``.

        Orders of equal content are told apart by their sender; ``claimed`` are messages already known to belong to
        other intents. Several that fit, or one that fits but for what vendors do not show as it was sent, are
        ``CannotTell``. ``PreconditionFailed`` means that the vendor is not ready to tell: ask again later.
        """
        raise self._unsupported("settle")

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
        """List mass messages created in a span of unix seconds (at most a month)."""
        raise self._unsupported("list")

    def tasks(self, message_id: str, cursor: str = "") -> Pages[MessageTask]:
        """List the employees who are to send it; just after ``create`` this may raise ``PreconditionFailed``."""
        raise self._unsupported("tasks")

    def deliveries(self, message_id: str, staff_id: str, cursor: str = "") -> Pages[Delivery]:
        """List what became of it at each recipient of one sender; of groups only those reached are listed."""
        raise self._unsupported("deliveries")

    def remind(self, message_id: str) -> None:
        """Remind employees who have not sent yet; more than the vendor allows a day raises ``LimitReached``.

        Not safe to repeat: they are reminded once more.
        """
        raise self._unsupported("remind")

    def cancel(self, message_id: str) -> None:
        """Stop employees who have not sent yet; what was delivered stays. Safe to repeat."""
        raise self._unsupported("cancel")

    def welcome(
        self, welcome_code: str, content: Content, *, app: str = "", extra: Mapping[str, Any] | None = None
    ) -> Greeted:
        """Greet a new member with the code of the add event: once, within 20 seconds. Safe to repeat in that time.

        ``app`` is the configured app that was given the code, "" for the one that greets by itself. That the member
        was greeted already, or talks to the employee, is ``BEFORE``, and no second welcome arrives; after a lost answer
        to this same call it is ``NOW``, unless somebody else was seen greeting since. While somebody else is at it,
        the call is repeated for some seconds, then it is ``TooConcurrent``. A code that expired or was never given out
        raises ``PreconditionFailed``.
        """
        raise self._unsupported("welcome")

    def check_welcome(self, content: Content) -> None:
        """Raise what ``welcome`` raises before sending about content that is too long or too much; sends nothing."""
        raise self._unsupported("check_welcome")

    def get_group_welcome(self, template_id: str) -> GroupWelcome:
        """Return a group welcome; an unknown id raises ``NotFound``."""
        raise self._unsupported("get_group_welcome")

    def create_group_welcome(
        self, content: Content, *, notify: bool = True, extra: Mapping[str, Any] | None = None
    ) -> TemplateId:
        """Make a welcome for groups, with one attachment at most; ``notify`` asks employees to apply it.

        Not safe to repeat, and there is no list to look it up in: a lost answer leaves one template too many.
        """
        raise self._unsupported("create_group_welcome")

    def update_group_welcome(
        self, template_id: str, content: Content, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Replace the content of a group welcome. Safe to repeat."""
        raise self._unsupported("update_group_welcome")

    def delete_group_welcome(self, template_id: str) -> None:
        """Delete a group welcome; groups lose it. Cannot be undone."""
        raise self._unsupported("delete_group_welcome")

    def send_to_staff(self, message: StaffMessage, *, extra: Mapping[str, Any] | None = None) -> StaffMessageReceipt:
        """Send a message of the app to employees, at once. The vendor drops an identical one for half an hour.

        That makes it safe to repeat within that time. Ids that do not exist are in the receipt, unless none exists:
        then ``InvalidArgument`` is raised.
        """
        raise self._unsupported("send_to_staff")

    def recall_from_staff(self, message_id: str) -> None:
        """Take back a message to employees within a day. Safe to repeat."""
        raise self._unsupported("recall_from_staff")

    def create_staff_chat(
        self, spec: StaffChatSpec, *, intent: Intent, extra: Mapping[str, Any] | None = None
    ) -> ChatId:
        """Open a chat of employees under ``spec.chat_id`` or, where that is empty, ``intent.marker``.

        An id that is taken raises ``Conflict``, so that no second chat is made. It shows with its first message.
        """
        raise self._unsupported("create_staff_chat")

    def settle_staff_chat(self, intent: Intent, spec: StaffChatSpec) -> Settled:
        """Find out whether ``create_staff_chat`` happened; ``Done.result`` is the ``ChatId``.

        Where neither ``spec`` nor ``intent`` gave an id, it is ``CannotTell``: vendors have no list of such chats.
        """
        raise self._unsupported("settle_staff_chat")

    def update_staff_chat(
        self, chat_id: str, change: StaffChatChange, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Change name, owner or people of a chat that the app opened. Safe to repeat.

        An owner who is removed needs a successor in the same change.
        """
        raise self._unsupported("update_staff_chat")

    def get_staff_chat(self, chat_id: str) -> StaffChat:
        """Return a chat; an unknown id raises ``NotFound``, one that another app opened ``PermissionDenied``."""
        raise self._unsupported("get_staff_chat")

    def send_to_staff_chat(
        self, chat_id: str, content: Content, *, markdown: bool = False, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Send a text or one attachment to a chat. Not safe to repeat: it would be said twice."""
        raise self._unsupported("send_to_staff_chat")
