"""Figures that vendors count by day (UTC+8)."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from privcrm.models.ids import StaffId


@frozen(slots=False)
class StaffFigures:
    """One day of an employee with members; ``day`` is unix seconds of midnight in UTC+8.

    ``reply_share`` is a percentage and ``reply_minutes`` the mean time to the first reply; both are None on days
    without chats. ``ready`` is false for a day that may not have been counted yet: it is yesterday, and all is zero.
    Read it again some hours later; from the day after on, zeros are final.
    """

    day: int
    chats: int
    messages: int
    requests_sent: int
    members_added: int
    members_lost: int
    reply_share: float | None = None
    reply_minutes: float | None = None
    ready: bool = True
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class GroupFigures:
    """Groups of one owner (``owner_id``) or of one day (``day``, unix seconds of midnight in UTC+8).

    ``ready`` is false where all is zero and the last day is yesterday, which may not have been counted yet: read it
    again some hours later; from the day after on, zeros are final.
    """

    owner_id: StaffId | None
    day: int | None
    groups: int
    groups_created: int
    groups_active: int
    members: int
    members_joined: int
    members_active: int
    messages: int
    ready: bool = True
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
