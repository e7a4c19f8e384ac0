"""Passive replies: what an employee who wrote to the app is answered at once."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from privcrm.events.router import PassiveReplier, Router
from privcrm.forks import reset_in_children
from privcrm.models import Content
from privcrm.models.events import Event
from privcrm.provider.quiet import without_calls

__all__ = ["Replying"]

log = logging.getLogger("privcrm.events")

MOST_AT_ONCE = 16
_NO_CALLS = "a passive reply is made while the vendor waits: make no calls, or let a handler (crm.on) do it afterwards"


class Replying:
    """Asks the repliers in threads of its own, so that none of them can hold up the answer."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start without threads: a forked child has none of its parent's."""
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def reply_to(self, event: Event, seconds: float) -> Content | None:
        """Return what to say, None for nothing; whoever takes longer than ``seconds`` is not waited for."""
        repliers = self._router.repliers(event)
        if not repliers or seconds <= 0:
            return None
        if not self._free.acquire(blocking=False):
            log.warning("%d passive replies are being made already; this one is left out", MOST_AT_ONCE)
            return None
        asked = self._pool().submit(self._ask, repliers, event)
        try:
            return asked.result(seconds)
        except TimeoutError:
            log.warning("the passive reply to %s was not there in time", type(event).__name__)
        except Exception as error:  # noqa: BLE001 - the event is kept; only the reply is missing
            log.warning("the passive reply to %s failed with %s", type(event).__name__, type(error).__name__)
        return None

    def close(self) -> None:
        """End the threads; one that hangs is not waited for."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "privcrm-reply")
            return self._threads

    def _ask(self, repliers: list[PassiveReplier], event: Event) -> Content | None:
        try:
            with without_calls(_NO_CALLS):
                said = next((said for replier in repliers if (said := replier(event)) is not None), None)
            return Content(said) if isinstance(said, str) else said
        finally:
            self._free.release()
