"""The handlers that keep the mirror true: they come before the application's."""

from collections.abc import Callable
from typing import Protocol

from privcrm.errors import NotSent
from privcrm.events.router import Router
from privcrm.models.events import DepartmentEvent, Event, MemberEvent, StaffEvent, TagEvent
from privcrm.services.mirror.patience import patiently
from privcrm.services.sync.company_keeper import STAFF_EVENTS, CompanyKeeper
from privcrm.services.sync.member_keeper import MEMBER_EVENTS, MemberKeeper

__all__ = ["subscribe"]


class _Keepers(Protocol):
    """What a ``Sync`` lends."""

    @property
    def members(self) -> MemberKeeper: ...

    @property
    def company(self) -> CompanyKeeper: ...


def subscribe(router: Router, keepers: Callable[[], _Keepers]) -> None:
    """Register them; the store is opened with the first event, not before.

    A read that fails is tried again a few times and then left to the next synchronisation: the event is the
    application's, and must not be parked for our sake.
    """

    @router.on(*MEMBER_EVENTS, sweep=True, name="privcrm.relations")
    def keep_relations(event: MemberEvent) -> None:
        _patiently(event, lambda: keepers().members.take(event))

    @router.on(TagEvent, name="privcrm.library")
    def keep_library(event: TagEvent) -> None:
        _patiently(event, lambda: keepers().company.take_tags(event))

    @router.on(*STAFF_EVENTS, name="privcrm.directory")
    def keep_staff(event: StaffEvent) -> None:
        _patiently(event, lambda: keepers().company.take_staff(event))

    @router.on(DepartmentEvent, name="privcrm.departments")
    def keep_departments(event: DepartmentEvent) -> None:
        _patiently(event, lambda: keepers().company.take_department(event))


def _patiently(event: Event, take: Callable[[], None]) -> None:
    """While the vendor is out of reach no event waits for it: each try costs seconds, and the next sync heals."""
    patiently(event, take, f"the mirror may be old after a {type(event).__name__}", hopeless=(NotSent,))
