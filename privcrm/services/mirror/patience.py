"""Reading from the vendor on behalf of an event that is the application's."""

import logging
from collections.abc import Callable
from typing import Final

from privcrm.errors import (
    ConfigurationError,
    CredentialRejected,
    PermissionDenied,
    PrivcrmError,
    StoreError,
    UnsupportedCapability,
)
from privcrm.events.try_again import TryAgain
from privcrm.models.events import Event

__all__ = ["MOST_TRIES", "RETRY_SECONDS", "patiently"]

log = logging.getLogger("privcrm.events")

MOST_TRIES: Final = 4
RETRY_SECONDS: Final = 2.0
_HOPELESS: Final = (ConfigurationError, CredentialRejected, PermissionDenied, UnsupportedCapability)


def patiently(
    event: Event, take: Callable[[], None], outcome: str, *, hopeless: tuple[type[PrivcrmError], ...] = ()
) -> None:
    """Let an event be taken in; what cannot be read is tried again a few times, and then given up with a warning.

    The event must not be parked for our sake: the next one, a sweep or a synchronisation heals. ``outcome`` is the
    warning; ``hopeless`` are further errors that are not tried again. Raises ``TryAgain``, and
    ``StoreError``, which is everybody's.
    """
    try:
        take()
    except StoreError:
        raise
    except PrivcrmError as error:
        if event.attempt < MOST_TRIES and not isinstance(error, _HOPELESS + hopeless):
            seconds, holds = (error.seconds, error.holds) if isinstance(error, TryAgain) else (RETRY_SECONDS, False)
            raise TryAgain(seconds, type(error).__name__, holds) from None
        log.warning("%s: %s", outcome, type(error).__name__)
