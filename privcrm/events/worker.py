"""Handling what the inbox holds: one entry at a time, each handler by itself, tried again until it is parked."""

import logging
from collections.abc import Iterable, Iterator
from inspect import isawaitable
from random import Random
from typing import Any

from attrs import evolve, frozen

from privcrm.clock import Clock
from privcrm.events.codec import load_event
from privcrm.events.inbox import Entry, Inbox
from privcrm.events.loop_thread import LoopThread
from privcrm.events.policy import WebhookPolicy
from privcrm.events.router import Router, Subscription
from privcrm.events.try_again import TryAgain
from privcrm.models.events import Event, EventSource, Greetable
from privcrm.provider import Provider

__all__ = ["InboxWorker"]

log = logging.getLogger("privcrm.events")


@frozen
class _Failure:
    """What went wrong with one handler, and in how many seconds it wants to be called again, if it said so.

    ``holds`` tells whether those after it have to wait.
    """

    text: str
    seconds: float | None = None
    holds: bool = False


class InboxWorker:
    """Safe for several threads; each hands in a ``holder`` of its own.

    A handler is called at least once for each event: a process killed in it, or before its end was noted, leaves the
    event to another.
    """

    def __init__(
        self,
        inbox: Inbox,
        provider: Provider,
        router: Router,
        *,
        policy: WebhookPolicy,
        clock: Clock,
        rng: Random,
        loop: LoopThread,
    ) -> None:
        """``loop`` runs async handlers."""
        self._inbox = inbox
        self._provider = provider
        self._router = router
        self._policy = policy
        self._clock = clock
        self._rng = rng
        self._loop = loop

    def work_one(self, holder: str) -> bool:
        """Handle one entry that is due; return whether there was one."""
        entry = self._inbox.claim(holder, self._clock.time(), self._policy.lease)
        if entry is None:
            return False
        if entry.attempts > self._policy.max_attempts:  # each time, whoever handled it came to an end before it did
            self._park(entry, entry.finished, entry.error or "no try came to its end")
            return True
        finished = list(entry.finished)
        if not self._note(entry, finished, self._handle(entry, finished)):
            log.warning("event %d was taken over by another worker while it was handled", entry.number)
        return True

    def _handle(self, entry: Entry, finished: list[str]) -> list[_Failure]:
        """Call the handlers that are not through yet; return what went wrong."""
        try:
            event = self.event_of(entry)
        except Exception as error:  # noqa: BLE001 - whatever cannot be read must not stop the others
            log.error("event %d cannot be read: %s", entry.number, type(error).__name__)  # noqa: TRY400 - the text may quote it
            return [_Failure(type(error).__name__)]
        failures: list[_Failure] = []
        comes_again = entry.attempts < self._policy.max_attempts
        for subscription in self._router.subscriptions(event, first=entry.first):
            if subscription.name not in finished:
                failure = self._call(subscription, event)
                if failure is None:
                    finished.append(subscription.name)
                else:
                    failures.append(failure)
                    if failure.holds and comes_again:
                        break
        return failures

    def _call(self, subscription: Subscription, event: Event) -> _Failure | None:
        name = subscription.name
        try:
            self._router.run(event, lambda: self._finish(subscription.handler(event)))
        except TryAgain as early:
            return _Failure(f"{name}: {early}", early.seconds, early.holds)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - one handler must not keep the others from theirs, nor end us
            # The text may quote anything: it is for the observer, who is the application itself.
            kind = type(error).__name__
            log.warning("handler %s failed with %s, try %d of event %s", name, kind, event.attempt, event.key)
            self._tell(event, name, error)
            return _Failure(f"{name}: {kind}")
        return None

    def _finish(self, result: Any) -> None:
        if isawaitable(result):
            self._loop.run(_awaited(result))

    def _tell(self, event: Event, name: str, error: BaseException) -> None:
        if self._policy.on_failure is None:
            return
        try:
            self._policy.on_failure(event, name, error)
        except Exception as second:  # noqa: BLE001 - an observer changes nothing
            log.warning("on_failure raised %s", type(second).__name__)

    def _note(self, entry: Entry, finished: list[str], failures: list[_Failure]) -> bool:
        if not failures:
            return self._inbox.finish(evolve(entry, finished=tuple(finished)))
        error = "; ".join(failure.text for failure in failures)
        if entry.attempts >= self._policy.max_attempts:
            return self._park(entry, finished, error)
        due_at = self._clock.time() + self._pause(entry.attempts, failures)
        return self._inbox.postpone(entry, finished=finished, error=error, due_at=due_at)

    def _park(self, entry: Entry, finished: Iterable[str], error: str) -> bool:
        log.error(
            "event %d is parked after %d tries: `privcrm webhook list --state dead`", entry.number, entry.attempts
        )
        return self._inbox.postpone(entry, finished=finished, error=error, due_at=None)

    def _pause(self, attempts: int, failures: list[_Failure]) -> float:
        wanted = [failure.seconds for failure in failures if failure.seconds is not None]
        if len(wanted) == len(failures):
            return max(wanted)
        return max(self._policy.pause(attempts) * self._rng.uniform(0.75, 1.25), *wanted, 0.0)

    # -- reading

    def event_of(self, entry: Entry) -> Event:
        """Return the event of an entry, with all that the inbox knows of it."""
        known: dict[str, Any] = {
            "company": self._provider.company,
            "key": entry.business_key,
            "attempt": max(entry.attempts, 1),
            "stale": entry.stale,
        }
        event = self._read(entry.source, entry.payload, entry.app)
        if isinstance(event, Greetable):
            known["welcome_codes"] = dict(self._codes(entry))
        return evolve(event, **known)

    def _codes(self, entry: Entry) -> Iterator[tuple[str, str]]:
        for app, payload in self._inbox.siblings(entry).items():
            told = self._read(entry.source, payload, app)
            if isinstance(told, Greetable) and told.welcome_code:
                yield app, told.welcome_code

    def _read(self, source: EventSource, payload: str, app: str) -> Event:
        if source is EventSource.SWEEP:
            return load_event(payload)
        return self._provider.callbacks.read(payload, app=app)


async def _awaited(awaitable: Any) -> Any:
    return await awaitable
