"""Customer group chats (客户群)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.ids import GroupId, StaffId


class OwnerState(StrEnum):
    """Whether the group's owner is still at work, or where its inheritance stands."""

    NORMAL = "normal"
    LEFT = "left"
    TRANSFERRING = "transferring"
    TRANSFERRED = "transferred"
    UNKNOWN = "unknown"


class JoinScene(StrEnum):
    """How somebody came into a group."""

    INVITED = "invited"
    INVITE_LINK = "invite_link"
    SCANNED = "scanned"
    UNKNOWN = "unknown"


@frozen(slots=False)
class GroupSummary:
    """What a listing tells of a group; read it whole with ``GroupsPort.get``."""

    group_id: GroupId
    owner_state: OwnerState = OwnerState.UNKNOWN
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class GroupMember:
    """A person in a group: ``user_id`` is a staff id if ``is_staff``, else a member id."""

    user_id: str
    is_staff: bool
    joined_at: int | None = None
    scene: JoinScene = JoinScene.UNKNOWN
    invited_by: str = ""
    state: str = ""
    unionid: str | None = field(default=None, repr=False)
    nickname: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@frozen(slots=False)
class Group:
    """A group chat with everybody in it; ``member_version`` changes whenever ``members`` does."""

    group_id: GroupId
    name: str = ""
    owner_id: StaffId | None = None
    created_at: int | None = None
    notice: str = field(default="", repr=False)
    members: tuple[GroupMember, ...] = field(default=(), repr=False)
    admin_ids: tuple[StaffId, ...] = ()
    member_version: str = ""
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)

    @property
    def chat_id(self) -> GroupId:
        """The vendor's word for ``group_id``."""
        return self.group_id
