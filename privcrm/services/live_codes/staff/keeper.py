"""The handler of events about staff codes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from privcrm.events.router import Router
from privcrm.models.events import (
    Greetable,
    MemberAdded,
    MemberAddedUnconfirmed,
    StaffChanged,
    StaffDeleted,
    StaffEvent,
)

if TYPE_CHECKING:
    from privcrm.services.live_codes.staff.codes import StaffCodes
    from privcrm.services.welcomes import Welcomes

__all__ = ["subscribe"]


def subscribe(router: Router, codes: "Callable[[], StaffCodes]", welcomes: "Callable[[], Welcomes]") -> None:
    """Register it, after those that keep the mirror true; the store is opened with the first event, not before.

    What a sweep found counts too. What it raises keeps the event in the inbox: no add is lost. Adds by codes that
    have something to say are greeted first of all.
    """

    @router.on(MemberAdded, MemberAddedUnconfirmed, each_app=True, name="privcrm.live_codes.welcome", ahead=True)
    def greet_by_code(event: Greetable) -> None:
        if codes().welcome_for(event) is not None:
            welcomes().handle(event)

    @router.on(MemberAdded, sweep=True, name="privcrm.live_codes")
    def count_add(event: MemberAdded) -> None:
        codes().take(event)

    @router.on(StaffChanged, StaffDeleted, sweep=True, name="privcrm.live_codes.staff")
    def look_again(event: StaffEvent) -> None:
        codes().take_staff(event)
