"""The handler that counts the groups of live codes."""

from collections.abc import Callable

from privcrm.events.router import Router
from privcrm.models.events import GroupCreated, GroupDismissed, GroupEvent, GroupMembersChanged, GroupRenamed
from privcrm.services.live_codes.groups.codes import GroupCodes

__all__ = ["subscribe"]


def subscribe(router: Router, codes: Callable[[], GroupCodes]) -> None:
    """Register it behind ``privcrm.rosters``, which keeps who is inside."""

    @router.on(GroupCreated, GroupMembersChanged, GroupRenamed, GroupDismissed, name="privcrm.group_codes", sweep=True)
    def count_group(event: GroupEvent) -> None:
        codes().take(event)
