"""What happens in a company, as vendors tell it: one frozen class for each event, the same for all vendors.

An event says *look*: it may come late, twice, out of order or not at all, so what it is about should be read before
it is acted upon. Handlers registered for a class get its subclasses too; ``Event`` stands for everything.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.ids import DepartmentId, GroupId, LinkId, MemberId, StaffId, StrategyId, TagGroupId, TagId

__all__ = [
    "AcquisitionChatStarted",
    "AcquisitionEvent",
    "AcquisitionFriendRequested",
    "AcquisitionLinkDeleted",
    "AcquisitionLinkEvent",
    "AcquisitionLinkUnavailable",
    "AcquisitionMessagesReceived",
    "AcquisitionPermitsChanged",
    "AcquisitionProfileOpened",
    "AcquisitionQuotaExhausted",
    "AcquisitionQuotaExpiring",
    "AcquisitionQuotaIncreased",
    "AcquisitionQuotaLow",
    "AcquisitionTalk",
    "AppEntered",
    "AppEvent",
    "AppReopened",
    "AppRestricted",
    "AppRestrictionAnnounced",
    "AppRestrictionLifted",
    "AppSubscribed",
    "AppSuspended",
    "AppSuspensionAnnounced",
    "AppUnsubscribed",
    "ArchivingAgreed",
    "DepartmentChanged",
    "DepartmentCreated",
    "DepartmentDeleted",
    "DepartmentEvent",
    "DirectoryJobFinished",
    "DirectoryTagChanged",
    "Event",
    "EventSource",
    "FollowEnded",
    "Greetable",
    "GroupCreated",
    "GroupDismissed",
    "GroupEvent",
    "GroupMembersChanged",
    "GroupMembersJoined",
    "GroupMembersLeft",
    "GroupNoticeChanged",
    "GroupOwnerChanged",
    "GroupRenamed",
    "Leaving",
    "MediaFetched",
    "MemberAdded",
    "MemberAddedUnconfirmed",
    "MemberDeletedStaff",
    "MemberEdited",
    "MemberEvent",
    "MessageKind",
    "MessageReceived",
    "StaffChanged",
    "StaffCreated",
    "StaffDeleted",
    "StaffDeletedMember",
    "StaffEvent",
    "TagChanged",
    "TagCreated",
    "TagDeleted",
    "TagEvent",
    "TagsReordered",
    "TransferFailed",
    "TransferFailure",
    "UnknownEvent",
]


class EventSource(StrEnum):
    """Who told: the vendor by a callback, or our own comparison of what is with what was known."""

    CALLBACK = "callback"
    SWEEP = "sweep"


class Leaving(StrEnum):
    """How a relation or a stay in a group ended."""

    DELETED_BY_STAFF = "deleted_by_staff"
    DELETED_BY_MEMBER = "deleted_by_member"
    TRANSFERRED = "transferred"
    LEFT = "left"
    REMOVED = "removed"
    UNKNOWN = "unknown"


class TransferFailure(StrEnum):
    """Why a takeover did not happen."""

    REFUSED = "refused"
    TAKER_FULL = "taker_full"
    UNKNOWN = "unknown"


class MessageKind(StrEnum):
    """What an employee sent to the app."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    UNKNOWN = "unknown"


@frozen(slots=False)
class Event:
    """What all events have.

    ``company`` and ``app`` received it (``app`` is the configured name; "" for a sweep). ``at`` is unix seconds by the
    vendor's clock. ``raw`` is the vendor's own text as names and values. ``key`` is the same for every try and every
    app that was told: hand it on as an idempotency key. ``attempt`` counts the tries of this delivery from 1. ``stale``
    marks one whose signature was older than is usual when it arrived.
    """

    company: str = ""
    app: str = ""
    at: int = 0
    source: EventSource = EventSource.CALLBACK
    key: str = ""
    attempt: int = 1
    stale: bool = False
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)

    @property
    def subject(self) -> str:
        """The member concerned, "" if none or several are: what is kept of a person is found by it."""
        return ""

    @property
    def concerns(self) -> str:
        """What events are handled in order of: those of one member, or of one group; "" for no order."""
        return ""


@frozen(slots=False)
class MemberEvent(Event):
    """Something between an employee and a member."""

    staff_id: StaffId = StaffId("")
    member_id: MemberId = MemberId("")

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id

    @property
    def concerns(self) -> str:
        """The member: what happens to one is handled in order."""
        return f"member:{self.member_id}" if self.member_id else ""


@frozen(slots=False)
class Greetable(MemberEvent):
    """An event that may carry the right to greet the member once, within seconds.

    ``welcome_code`` is the one that ``app`` got, "" if none was offered; ``welcome_codes`` those of all apps that were
    told of the same event so far, by app.
    """

    welcome_code: str = field(default="", repr=False)
    welcome_codes: Mapping[str, str] = field(factory=dict[str, str], repr=False)


@frozen(slots=False)
class MemberAdded(Greetable):
    """An employee and a member became friends; ``state`` is what the code or link says by which they met."""

    state: str = ""


@frozen(slots=False)
class MemberAddedUnconfirmed(Greetable):
    """A member added an employee who takes everybody (免验证); a ``MemberAdded`` may follow, without a code then."""

    state: str = ""


@frozen(slots=False)
class MemberEdited(MemberEvent):
    """An employee changed remark, description, phones or tags of a member; what exactly has to be read."""


@frozen(slots=False)
class FollowEnded(MemberEvent):
    """A relation ended; ``how`` tells by whom."""

    how: Leaving = Leaving.UNKNOWN


@frozen(slots=False)
class StaffDeletedMember(FollowEnded):
    """The employee has the member no more: deleted (``DELETED_BY_STAFF``), or handed on (``TRANSFERRED``)."""

    how: Leaving = Leaving.DELETED_BY_STAFF


@frozen(slots=False)
class MemberDeletedStaff(FollowEnded):
    """The member deleted or blocked the employee, who still sees the member."""

    how: Leaving = Leaving.DELETED_BY_MEMBER


@frozen(slots=False)
class TransferFailed(MemberEvent):
    """A takeover failed; ``staff_id`` is who was to take the member over, by the vendor's page. Match either side."""

    reason: TransferFailure = TransferFailure.UNKNOWN


@frozen(slots=False)
class ArchivingAgreed(Greetable):
    """A member agreed that the chat is archived (会话内容存档)."""


@frozen(slots=False)
class GroupEvent(Event):
    """Something about a customer group."""

    group_id: GroupId = GroupId("")

    @property
    def concerns(self) -> str:
        """The group: what happens to one is handled in order."""
        return f"group:{self.group_id}" if self.group_id else ""


@frozen(slots=False)
class GroupCreated(GroupEvent):
    """A group was made; read it for what it is."""


@frozen(slots=False)
class GroupMembersChanged(GroupEvent):
    """People came or went.

    ``user_ids`` are staff ids or member ids, read from the vendor's text on demand; it may be shorter than ``count``.
    ``last_version`` and ``version`` are those of the group's list of members before and after ("" if not told): only
    the one that follows what is known may be applied, see ``crm.group_rosters``.
    """

    count: int = 0
    user_ids: Sequence[str] = ()
    last_version: str = ""
    version: str = ""


@frozen(slots=False)
class GroupMembersJoined(GroupMembersChanged):
    """People came into a group; ``scanned`` tells whether by its code, None if the vendor does not say."""

    scanned: bool | None = None


@frozen(slots=False)
class GroupMembersLeft(GroupMembersChanged):
    """People left a group (``LEFT``) or were removed from it (``REMOVED``)."""

    how: Leaving = Leaving.UNKNOWN


@frozen(slots=False)
class GroupOwnerChanged(GroupEvent):
    """A group has another owner; who that is has to be read."""


@frozen(slots=False)
class GroupRenamed(GroupEvent):
    """A group has another name."""


@frozen(slots=False)
class GroupNoticeChanged(GroupEvent):
    """A group has another notice."""


@frozen(slots=False)
class GroupDismissed(GroupEvent):
    """A group is no more."""


@frozen(slots=False)
class TagEvent(Event):
    """Something about the tag library: ``tag_id`` or ``group_id`` is set, or neither where everything may differ."""

    tag_id: TagId | None = None
    group_id: TagGroupId | None = None
    strategy_id: StrategyId | None = None


@frozen(slots=False)
class TagCreated(TagEvent):
    """A tag or a group of tags was made."""


@frozen(slots=False)
class TagChanged(TagEvent):
    """A tag or a group of tags was renamed or changed."""


@frozen(slots=False)
class TagDeleted(TagEvent):
    """A tag was deleted, or a group with all its tags, which are not told one by one."""


@frozen(slots=False)
class TagsReordered(TagEvent):
    """The tags of a group stand in another order; without ``group_id`` the groups do."""


@frozen(slots=False)
class AcquisitionEvent(Event):
    """Something about acquisition links (获客助手)."""


@frozen(slots=False)
class AcquisitionQuotaLow(AcquisitionEvent):
    """Little is left of the quota that was bought."""


@frozen(slots=False)
class AcquisitionQuotaExhausted(AcquisitionEvent):
    """The quota is used up."""


@frozen(slots=False)
class AcquisitionQuotaIncreased(AcquisitionEvent):
    """There is quota again."""


@frozen(slots=False)
class AcquisitionQuotaExpiring(AcquisitionEvent):
    """``amount`` of the quota will be lost at ``expires_at`` (unix seconds)."""

    amount: int = 0
    expires_at: int | None = None


@frozen(slots=False)
class AcquisitionLinkEvent(AcquisitionEvent):
    """Something about one link; ``state`` is its customer channel."""

    link_id: LinkId = LinkId("")
    state: str = ""


@frozen(slots=False)
class AcquisitionLinkUnavailable(AcquisitionLinkEvent):
    """Nobody behind the link can add customers for now."""


@frozen(slots=False)
class AcquisitionLinkDeleted(AcquisitionLinkEvent):
    """Somebody deleted the link by hand."""


@frozen(slots=False)
class AcquisitionProfileOpened(AcquisitionLinkEvent):
    """Somebody opened the page behind the link; who is not told."""


@frozen(slots=False)
class AcquisitionFriendRequested(AcquisitionLinkEvent):
    """Somebody asked to be added through the link; who is not told."""


@frozen(slots=False)
class AcquisitionTalk(AcquisitionLinkEvent):
    """A member who came through a link writes; who may be missing."""

    staff_id: StaffId | None = None
    member_id: MemberId | None = None

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id or ""

    @property
    def concerns(self) -> str:
        """The member."""
        return f"member:{self.member_id}" if self.member_id else ""


@frozen(slots=False)
class AcquisitionChatStarted(AcquisitionTalk):
    """The first message of a member who came through a link."""


@frozen(slots=False)
class AcquisitionMessagesReceived(AcquisitionTalk):
    """Some more messages; ``chat_key`` asks for the figures within half an hour, ``messages`` is None if not told."""

    chat_key: str = field(default="", repr=False)
    messages: int | None = None


@frozen(slots=False)
class AcquisitionPermitsChanged(AcquisitionEvent):
    """Other employees than before may be connected with customers; told to providers of apps only."""


@frozen(slots=False)
class StaffEvent(Event):
    """Something about an employee."""

    staff_id: StaffId = StaffId("")

    @property
    def concerns(self) -> str:
        """The employee."""
        return f"staff:{self.staff_id.lower()}" if self.staff_id else ""


@frozen(slots=False)
class StaffCreated(StaffEvent):
    """An employee joined the company."""

    department_ids: tuple[DepartmentId, ...] = ()


@frozen(slots=False)
class StaffChanged(StaffEvent):
    """An employee changed; ``new_staff_id`` is set if the id did, ``department_ids`` if they did."""

    new_staff_id: StaffId | None = None
    department_ids: tuple[DepartmentId, ...] | None = None


@frozen(slots=False)
class StaffDeleted(StaffEvent):
    """An employee left the company: what is to be inherited waits."""


@frozen(slots=False)
class DepartmentEvent(Event):
    """Something about a department."""

    department_id: DepartmentId = DepartmentId("")
    parent_id: DepartmentId | None = None


@frozen(slots=False)
class DepartmentCreated(DepartmentEvent):
    """A department was made."""


@frozen(slots=False)
class DepartmentChanged(DepartmentEvent):
    """A department changed; ``parent_id`` is set if it moved."""


@frozen(slots=False)
class DepartmentDeleted(DepartmentEvent):
    """A department is no more."""


@frozen(slots=False)
class DirectoryTagChanged(Event):
    """Other employees or departments than before have a tag of the directory (通讯录标签), which is no customer tag."""

    tag_id: str = ""
    added_staff_ids: tuple[StaffId, ...] = ()
    removed_staff_ids: tuple[StaffId, ...] = ()
    added_department_ids: tuple[DepartmentId, ...] = ()
    removed_department_ids: tuple[DepartmentId, ...] = ()


@frozen(slots=False)
class DirectoryJobFinished(Event):
    """A background job of the directory ended; ``code`` is the vendor's, 0 for success."""

    job_id: str = ""
    job_kind: str = ""
    code: int = 0
    message: str = ""


@frozen(slots=False)
class MediaFetched(Event):
    """A file that the vendor was to fetch by its address is there or has failed: ``media.fetched(job_id)`` tells."""

    job_id: str = ""


@frozen(slots=False)
class AppEvent(StaffEvent):
    """Something about the app that received it; ``agent_id`` is the vendor's number of the app."""

    agent_id: str = ""


@frozen(slots=False)
class AppSubscribed(AppEvent):
    """An employee came into the app's visible range."""


@frozen(slots=False)
class AppUnsubscribed(AppEvent):
    """An employee is in the app's visible range no more: moved, disabled, or gone."""


@frozen(slots=False)
class AppEntered(AppEvent):
    """An employee opened the app."""


@frozen(slots=False)
class AppRestrictionAnnounced(AppEvent):
    """The app will be restricted for low activity at ``takes_effect_at`` (unix seconds)."""

    takes_effect_at: int | None = None


@frozen(slots=False)
class AppRestricted(AppEvent):
    """The app is restricted for low activity."""


@frozen(slots=False)
class AppRestrictionLifted(AppEvent):
    """The app is restricted no more."""


@frozen(slots=False)
class AppSuspensionAnnounced(AppEvent):
    """The app will be suspended for disuse at ``takes_effect_at`` (unix seconds)."""

    takes_effect_at: int | None = None


@frozen(slots=False)
class AppSuspended(AppEvent):
    """The app was suspended for disuse."""


@frozen(slots=False)
class AppReopened(AppEvent):
    """An administrator opened the app again."""


@frozen(slots=False)
class MessageReceived(AppEvent):
    """An employee wrote to the app: what ``text`` or ``media_id`` holds depends on ``kind``, the rest is in ``raw``."""

    kind: MessageKind = MessageKind.UNKNOWN
    message_id: str = ""
    text: str = field(default="", repr=False)
    media_id: str = ""


@frozen(slots=False)
class UnknownEvent(Event):
    """What this release has no class for; ``name`` and ``change`` are the vendor's words."""

    name: str = ""
    change: str = ""
