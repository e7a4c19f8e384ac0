"""The handlers that keep the mirror true: they come before the application's."""

import logging
from collections.abc import Callable
from typing import Protocol

from privcrm.errors import (
    ConfigurationError,
    CredentialRejected,
    NotSent,
    PermissionDenied,
    PrivcrmError,
    StoreError,
    UnsupportedCapability,
)
from privcrm.events.router import Router
from privcrm.events.try_again import TryAgain
from privcrm.models.events import DepartmentEvent, Event, MemberEvent, StaffEvent, TagEvent
from privcrm.services.sync.company_keeper import STAFF_EVENTS, CompanyKeeper
from privcrm.services.sync.member_keeper import MEMBER_EVENTS, MemberKeeper

__all__ = ["subscribe"]

log = logging.getLogger("privcrm.events")

MOST_TRIES = 4
RETRY_SECONDS = 2.0
_HOPELESS = (ConfigurationError, CredentialRejected, NotSent, PermissionDenied, UnsupportedCapability)


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
    try:
        take()
    except StoreError:
        raise
    except PrivcrmError as error:
        if event.attempt < MOST_TRIES and not isinstance(error, _HOPELESS):
            seconds = error.seconds if isinstance(error, TryAgain) else RETRY_SECONDS
            raise TryAgain(seconds, type(error).__name__) from None
        log.warning("the mirror may be old after a %s: %s", type(event).__name__, type(error).__name__)
