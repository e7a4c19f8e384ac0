"""Our own handlers: they come before the application's and keep what is known true."""

import logging
from collections.abc import Callable

from privcrm.errors import (
    ConfigurationError,
    CredentialRejected,
    PermissionDenied,
    PrivcrmError,
    StoreError,
    UnsupportedCapability,
)
from privcrm.events.router import Router
from privcrm.events.try_again import TryAgain
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
from privcrm.services.mirror.rosters import GroupRosters

__all__ = ["subscribe"]

log = logging.getLogger("privcrm.events")

MOST_TRIES = 4
RETRY_SECONDS = 2.0
_HOPELESS = (ConfigurationError, CredentialRejected, PermissionDenied, UnsupportedCapability)

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
        except StoreError:
            raise
        except PrivcrmError as error:
            if event.attempt < MOST_TRIES and not isinstance(error, _HOPELESS):
                seconds = error.seconds if isinstance(error, TryAgain) else RETRY_SECONDS
                raise TryAgain(seconds, type(error).__name__) from None
            # The event is the application's: it must not be parked for our sake. The next one, or a sweep, heals.
            log.warning(
                "group %s could not be read, so its roster may be old: %s", event.group_id, type(error).__name__
            )
