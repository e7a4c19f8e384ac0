"""Things to do at a time: handlers by kind, run by the runner."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from privcrm.clock import Clock
from privcrm.jobs.registry import nothing_else
from privcrm.store.timers import StoredTimers, Timer

__all__ = ["TimerHandler", "Timers"]

TimerHandler = Callable[[Timer], None]

RETRY_SECONDS = 60.0
LONGEST_RETRY_SECONDS = 3_600.0

log = logging.getLogger("privcrm.jobs")


class Timers:
    """The timers of a company, and what to do when they are due.

    ``rest`` offers what services do that nobody has asked for yet; it is called before one is looked for.
    """

    def __init__(self, stored: StoredTimers, clock: Clock, rest: Callable[[], None] = nothing_else) -> None:
        self._stored = stored
        self._clock = clock
        self._rest = rest
        self._handlers: dict[str, TimerHandler] = {}

    def register(self, kind: str, handler: TimerHandler) -> None:
        """Say what to do when timers of a kind are due.

        The timer is forgotten when the handler returns and comes again later when it raises. A process killed in a
        handler leaves its timer to another, so a handler must bear being run twice. It may set its own timer anew.
        """
        self._handlers[kind] = handler

    def offer(self, kind: str, handler: TimerHandler) -> None:
        """Say it as ``register`` does, unless somebody has said it: for services, which come late."""
        self._handlers.setdefault(kind, handler)

    def set(self, kind: str, key: str, due: float, payload: Mapping[str, Any]) -> None:
        """Set the timer of that kind and key for ``due`` (unix seconds), in place of one already set."""
        self._stored.set(kind, key, due, payload)

    def set_first(self, kind: str, key: str, due: float, payload: Mapping[str, Any]) -> None:
        """Set the timer of that kind and key for ``due`` (unix seconds), unless one is set already."""
        self._stored.set_first(kind, key, due, payload)

    def cancel(self, kind: str, key: str) -> None:
        """Forget the timer, if there is one."""
        self._stored.cancel(kind, key)

    def fire_one(self, holder: str) -> bool:
        """Run the handler of one timer that is due; return whether there was one."""
        self._rest()
        timer = self._stored.claim(sorted(self._handlers), holder)
        if timer is None:
            return False
        try:
            self._handlers[timer.kind](timer)
        except Exception as error:  # noqa: BLE001 - one bad timer must not stop the others
            log.warning("timer of kind %s failed: %s", timer.kind, type(error).__name__)
            delay = min(RETRY_SECONDS * 2**timer.attempts, LONGEST_RETRY_SECONDS)
            self._stored.postpone(timer, holder, self._clock.time() + delay)
        else:
            self._stored.finish(timer, holder)
        return True
