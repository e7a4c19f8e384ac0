"""Mass messages (群发), welcomes and messages to the staff."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.content import Content
from privcrm.models.fields import EVERYBODY, checked
from privcrm.models.ids import ChatId, DepartmentId, GroupId, MemberId, MessageId, StaffId, TagId, TemplateId


class Channel(StrEnum):
    """To whom a mass message goes."""

    MEMBERS = "members"
    GROUPS = "groups"


@frozen(slots=False, field_transformer=checked)
class MassMessageSpec:
    """What to send, to whom, in whose name.

    Members are named by ``member_ids``, or by ``any_of``, tag sets of which a member must carry at least one tag each,
    not by both; without either all members of ``sender_id`` are meant. Groups are named by ``group_ids``; without them
    the sender chooses. Leave out what you do not choose: a choice that turned out empty raises ``InputError``. A
    message to groups needs a ``sender_id``. ``may_edit`` lets the sender leave members out.
    """

    channel: Channel
    content: Content
    sender_id: StaffId | None = None
    member_ids: tuple[MemberId, ...] = field(default=EVERYBODY, repr=False)
    group_ids: tuple[GroupId, ...] = field(default=EVERYBODY, repr=False)
    any_of: tuple[tuple[TagId, ...], ...] = EVERYBODY
    may_edit: bool = False


@frozen(slots=False)
class MassMessageReceipt:
    """What the vendor made of a mass message: ``rejected_ids`` are members or groups that it cannot be sent to."""

    message_id: MessageId
    rejected_ids: tuple[str, ...] = field(default=(), repr=False)
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class MassMessage:
    """A mass message of the past; ``creator_id`` is None for those that a program created."""

    message_id: MessageId
    content: Content = field(factory=Content)
    creator_id: StaffId | None = None
    created_at: int | None = None
    by_company: bool = True
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class MessageTask:
    """An employee who is to send a mass message, and whether it happened; ``sent_at`` is unix seconds."""

    staff_id: StaffId
    sent: bool
    sent_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


class DeliveryState(StrEnum):
    """What became of a mass message at one recipient."""

    WAITING = "waiting"
    SENT = "sent"
    NOT_FOLLOWED = "not_followed"
    QUOTA_USED = "quota_used"
    UNKNOWN = "unknown"


@frozen(slots=False)
class Delivery:
    """A mass message at one recipient, a member or a group; ``sent_at`` is unix seconds."""

    staff_id: StaffId
    state: DeliveryState
    member_id: MemberId | None = None
    group_id: GroupId | None = None
    sent_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


class Greeted(StrEnum):
    """Which welcome a new member has: that of this call, or one from before it, whoever sent it."""

    NOW = "now"
    BEFORE = "before"


@frozen(slots=False)
class GroupWelcome:
    """A welcome that employees apply to their groups; ``%NICKNAME%`` in its text becomes the newcomer's name."""

    template_id: TemplateId
    content: Content
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False, field_transformer=checked)
class StaffMessage:
    """A message of the app to employees: a text or one attachment.

    ``everybody`` stands for all whom the app sees, ``markdown`` says how the text is written. A ``Link`` becomes a
    card, a ``MiniProgram`` a notice.
    """

    content: Content
    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()
    everybody: bool = False
    markdown: bool = False


@frozen(slots=False)
class StaffMessageReceipt:
    """Whom a message to employees did not reach."""

    message_id: MessageId
    invalid_staff_ids: tuple[StaffId, ...] = ()
    invalid_department_ids: tuple[DepartmentId, ...] = ()
    unlicensed_staff_ids: tuple[StaffId, ...] = ()
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False, field_transformer=checked)
class StaffChatSpec:
    """A chat of employees that the app is to open; without ``owner_id`` the vendor chooses one of them.

    ``chat_id`` is the caller's own, of letters and digits; without it the intent's marker is taken.
    """

    staff_ids: tuple[StaffId, ...]
    name: str = field(default="", repr=False)
    owner_id: StaffId | None = None
    chat_id: str = ""


@frozen(slots=False, field_transformer=checked)
class StaffChatChange:
    """What is to change about a chat of employees; None and empty leave things as they are."""

    name: str | None = field(default=None, repr=False)
    owner_id: StaffId | None = None
    add_staff_ids: tuple[StaffId, ...] = ()
    remove_staff_ids: tuple[StaffId, ...] = ()


@frozen(slots=False)
class StaffChat:
    """A chat of employees that the app opened."""

    chat_id: ChatId
    name: str = field(default="", repr=False)
    owner_id: StaffId | None = None
    staff_ids: tuple[StaffId, ...] = ()
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
