"""Figures that vendors count by day (UTC+8)."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from privcrm.models.ids import StaffId


@frozen(slots=False)
class StaffFigures:
    """One day of an employee with members; ``day`` is unix seconds of midnight in UTC+8.

    ``reply_share`` is a percentage and ``reply_minutes`` the mean time to the first reply; both are None on days
    without chats.
    """

    day: int
    chats: int
    messages: int
    requests_sent: int
    members_added: int
    members_lost: int
    reply_share: float | None = None
    reply_minutes: float | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class GroupFigures:
    """Groups of one owner (``owner_id``) or of one day (``day``, unix seconds of midnight in UTC+8)."""

    owner_id: StaffId | None
    day: int | None
    groups: int
    groups_created: int
    groups_active: int
    members: int
    members_joined: int
    members_active: int
    messages: int
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
