"""What ``crm.webhooks`` is: one company's way in."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from random import Random
from threading import Event as Flag
from typing import Any

from privcrm.clock import Clock
from privcrm.errors import StoreError
from privcrm.events.crew import Crew
from privcrm.events.inbox import Entry, EntryState, Inbox
from privcrm.events.loop_thread import LoopThread
from privcrm.events.policy import WebhookPolicy
from privcrm.events.receiver import EventReceiver
from privcrm.events.replying import Replying
from privcrm.events.router import Middleware, Router
from privcrm.events.worker import InboxWorker
from privcrm.models.events import Event
from privcrm.provider import Provider
from privcrm.store.leases import new_holder
from privcrm.web.answering import Answering, Desk
from privcrm.web.asgi import AsgiApp
from privcrm.web.reply import Reply
from privcrm.web.wsgi import WsgiApp

__all__ = ["Webhooks"]

# Longer than a signature may be ahead: the key of what is still accepted must not be forgotten.
_MARGIN_SECONDS = 3_600.0
_BACKLOG_SECONDS = 600.0
_LOOK_SECONDS = 0.05


class Webhooks:
    """Takes callbacks in and has them handled.

    Mount ``wsgi`` or ``asgi``, or call ``handle`` from a view of any framework. Nothing is handled before ``start`` (or
    ``work``) is called, in this process or another one on the same store; what has come is kept meanwhile.
    """

    def __init__(
        self,
        provider: Provider,
        router: Router,
        inbox: Callable[[], Inbox],
        *,
        durable: bool,
        policy: WebhookPolicy,
        clock: Clock,
        rng: Random,
    ) -> None:
        """``inbox`` opens it, when it is first needed; ``durable``: it outlives the process."""
        self.policy = policy
        self._durable = durable
        self._provider = provider
        self._router = router
        self._open_inbox = inbox
        self._clock = clock
        self._rng = rng
        self._replying = Replying(router)
        self._crew = Crew(lambda holder: self._worker.work_one(holder), self.purge, rng, policy.clock)  # noqa: PLW0108 - opens the store only when asked
        self._loop = LoopThread()

    # -- taking in

    @cached_property
    def desk(self) -> Desk:
        """What a receiver of several companies needs of this one."""
        return Desk(self._provider, lambda: self.receiver)

    @cached_property
    def receiver(self) -> EventReceiver:
        """What verifies and keeps; opens the store with the first callback, not for a check of our address."""
        return EventReceiver(
            self._provider,
            lambda: self.inbox,
            self._replying,
            self.policy,
            durable=self._durable,
            on_stored=self._crew.wake,
        )

    @cached_property
    def inbox(self) -> Inbox:
        """What has come and is not handled yet; opens the store. Lasts as long as the process without one."""
        return self._open_inbox()

    @cached_property
    def _answering(self) -> Answering:
        return Answering([self.desk], self.policy.clock)

    def handle(
        self,
        method: str,
        query: str,
        headers: Iterable[tuple[str, str]] | Mapping[str, str],
        body: bytes,
        path: str = "",
    ) -> Reply:
        """Verify, decrypt, keep and answer one request, within the vendor's five seconds.

        ``query`` is the raw query string, ``headers`` pairs as they came, ``body`` the untouched bytes. Where the reply
        says ``abort``, the connection is to be closed without an answer. Raises ``ConfigurationError`` where no app is
        told of events, and nothing else.
        """
        return self._answering.handle(method, query, headers, body, path)

    @cached_property
    def wsgi(self) -> WsgiApp:
        """``handle`` as a WSGI application. Raises ``ConfigurationError`` as ``handle`` does."""
        return WsgiApp(self._answering.handle)

    @cached_property
    def asgi(self) -> AsgiApp:
        """``handle`` as an ASGI application. Raises ``ConfigurationError`` as ``handle`` does."""
        return AsgiApp(self._answering.handle)

    # -- handling

    @cached_property
    def _worker(self) -> InboxWorker:
        return InboxWorker(
            self.inbox,
            self._provider,
            self._router,
            policy=self.policy,
            clock=self._clock,
            rng=self._rng,
            loop=self._loop,
        )

    def use(self, middleware: Middleware) -> Middleware:
        """Put ``middleware(event, proceed)`` around every handler; it calls ``proceed()``."""
        return self._router.use(middleware)

    def start(self, workers: int = 2) -> None:
        """Handle events in threads of this process, from now on; after a fork, call it in the child."""
        self._crew.start(workers)

    def stop(self) -> None:
        """End those threads after what each of them is at; what is left waits for the next start."""
        self._crew.stop()

    def work(self, stop: Flag | None = None) -> int:
        """Handle what is due here and now, until nothing is or ``stop`` is set; return how many deliveries it was."""
        holder, count = new_holder(self._rng), 0
        while not (stop and stop.is_set()) and self._worker.work_one(holder):
            count += 1
        self.purge()
        return count

    def drain(self, timeout: float) -> bool:
        """Wait ``timeout`` seconds at most until all is handled, by whoever handles it; return whether it is.

        What is tried again later counts as not handled.
        """
        end = self.policy.clock.monotonic() + timeout
        while self.inbox.summary().new:
            if self.policy.clock.monotonic() >= end:
                return False
            self.policy.clock.sleep(_LOOK_SECONDS)
        return True

    # -- looking and steering

    def dead(self) -> Iterable[Entry]:
        """Yield what was parked after too many tries."""
        return self.inbox.entries(EntryState.DEAD)

    def event_of(self, entry: Entry) -> Event:
        """Return the event that an entry holds."""
        return self._worker.event_of(entry)

    def replay(self, numbers: Iterable[int] | None = None, *, everybody: bool = False) -> int:
        """Have entries handled again: those of these numbers, or all that are parked; return how many.

        Handlers that were through with one are passed over, unless ``everybody`` is to be called again.
        """
        chosen = [entry.number for entry in self.dead()] if numbers is None else numbers
        replayed = self.inbox.replay(chosen, everybody=everybody)
        self._crew.wake()
        return replayed

    def purge(self) -> int:
        """Forget what was done longer ago than is kept; whoever handles events does it by itself. Return how many."""
        margin = max(_MARGIN_SECONDS, self.policy.max_age)
        return self.inbox.purge(self.policy.clock.time() - self.policy.keep - margin)

    def waiting_for(self) -> float:
        """Return for how many seconds the oldest event that is not handled has been waiting; 0 if none is."""
        oldest = self.inbox.summary().oldest
        return 0.0 if oldest is None else max(0.0, self.policy.clock.time() - oldest)

    def health(self) -> dict[str, Any]:
        """Return how the inbox stands and what this process has seen: counts and times (``…_at``, unix seconds) only.

        ``status`` is ``ok``, ``store_unreachable``, or ``backlog`` when something has waited for ten minutes.
        """
        try:
            summary, figures = self.inbox.summary(), self.receiver.figures()
        except StoreError:
            return {"status": "store_unreachable", "company": self._provider.company}
        late = summary.oldest is not None and summary.oldest < self.policy.clock.time() - _BACKLOG_SECONDS
        return {
            "status": "backlog" if late else "ok",
            "company": self._provider.company,
            "durable": self._durable,
            "workers": self._crew.size,
            "pending": summary.new,
            "dead": summary.dead,
            "stored": figures.stored,
            "repeated": figures.repeated,
            "stale": figures.stale,
            "lost": figures.lost,
            "refused": dict(figures.refused),
            "oldest_pending_at": summary.oldest,
            "last_event_at": figures.last_at,
        }

    def close(self) -> None:
        """End all threads."""
        self._crew.stop()
        self._replying.close()
        self._loop.close()
