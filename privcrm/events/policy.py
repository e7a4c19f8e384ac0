"""How a CRM receives: ages, deadlines and tries."""

from collections.abc import Callable

from attrs import field, frozen, validators

from privcrm.clock import Clock, SystemClock
from privcrm.models.events import Event

__all__ = ["FailureObserver", "WebhookPolicy"]

DAY_SECONDS = 86_400.0

FailureObserver = Callable[[Event, str, BaseException], None]
"""Told of a handler's failure: the event, the handler's name, what it raised."""


@frozen
class WebhookPolicy:
    """How callbacks are taken in and handled; all times are seconds.

    ``max_age``: a signature older than that is refused or, where a store keeps the keys of what was taken in, accepted
    once and marked ``stale``; one from further ahead is refused. ``keep``: how long events and their keys are kept;
    nothing older is ever accepted. ``commit_within``: from arrival until the last try to store (the vendor hangs up
    after five). ``reply_within``: for passive replies. ``max_attempts``: tries of an event until it is parked; the
    first pause between them is ``first_pause``, doubled up to ``longest_pause``. ``lease``: after so long without an
    end an event is given to another worker; an ended process is noticed at once on its own machine. ``on_failure`` is
    told what handlers raise. ``clock`` is the real one, by which vendors sign, whatever the CRM's clock shows.
    """

    max_age: float = field(default=300.0, validator=validators.gt(0))
    keep: float = field(default=7 * DAY_SECONDS, validator=validators.ge(DAY_SECONDS))
    commit_within: float = field(default=4.0, validator=validators.gt(0))
    reply_within: float = field(default=1.0, validator=validators.gt(0))
    max_attempts: int = field(default=8, validator=validators.ge(1))
    first_pause: float = field(default=1.0, validator=validators.gt(0))
    longest_pause: float = field(default=300.0, validator=validators.gt(0))
    lease: float = field(default=900.0, validator=validators.gt(0))
    on_failure: FailureObserver | None = field(default=None, repr=False)
    clock: Clock = field(factory=SystemClock, repr=False)

    def pause(self, attempts: int) -> float:
        """Return how long to wait after so many failed tries."""
        doublings = min(attempts - 1, 60)
        return min(self.first_pause * 2.0**doublings, self.longest_pause)
