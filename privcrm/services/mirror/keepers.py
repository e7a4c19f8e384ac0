"""Our own handlers: they come before the application's and keep what is known true."""

from collections.abc import Callable

from privcrm.events.router import Router
from privcrm.models.events import (
    GroupCreated,
    GroupDismissed,
    GroupEvent,
    GroupMembersChanged,
    GroupOwnerChanged,
    GroupRenamed,
    MemberAdded,
    StaffDeletedMember,
)
from privcrm.services.mirror.follows import FollowKeeper
from privcrm.services.mirror.patience import patiently
from privcrm.services.mirror.rosters import GroupRosters

__all__ = ["subscribe"]

ROSTER_EVENTS = (GroupCreated, GroupMembersChanged, GroupOwnerChanged, GroupRenamed, GroupDismissed)


def subscribe(router: Router, follows: Callable[[], FollowKeeper], rosters: Callable[[], GroupRosters]) -> None:
    """Register them; the store is opened with the first event, not before.

    What a sweep tells is known already when it is told.
    """

    @router.on(MemberAdded, StaffDeletedMember, name="privcrm.mirror")
    def keep_follow(event: MemberAdded | StaffDeletedMember) -> None:
        follows().take(event)

    @router.on(*ROSTER_EVENTS, name="privcrm.rosters")
    def keep_roster(event: GroupEvent) -> None:
        told = f"group {event.group_id} could not be read, so its roster may be old"
        patiently(event, lambda: rosters().take(event), told)
