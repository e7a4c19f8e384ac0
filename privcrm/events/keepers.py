"""Our own handlers: they come before the application's and keep what is known true."""

import logging
from collections.abc import Callable

from privcrm.errors import ConfigurationError, CredentialRejected, PermissionDenied, UnsupportedCapability
from privcrm.events.follows import FollowKeeper
from privcrm.events.rosters import GroupRosters
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

__all__ = ["subscribe"]

log = logging.getLogger("privcrm.events")

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
        try:
            rosters().take(event)
        except (ConfigurationError, CredentialRejected, PermissionDenied, UnsupportedCapability) as error:
            # Trying again would not help, and whoever only receives events needs no rosters.
            log.warning("group %s cannot be read, so it is not counted: %s", event.group_id, type(error).__name__)
