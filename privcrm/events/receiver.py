"""Taking in: verify, keep, and only then say yes."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Final

from attrs import evolve, field, frozen

from privcrm.errors import CallbackRejected, PrivcrmError, StoreError
from privcrm.events.group_commit import GroupCommit
from privcrm.events.inbox import Arrival, Inbox, arrival_of
from privcrm.events.policy import WebhookPolicy
from privcrm.events.replying import Replying
from privcrm.models import Content
from privcrm.models.events import Event
from privcrm.provider import CallbackRequest, Opened, Provider, SealedReply

__all__ = ["EventReceiver", "NotStored", "Received", "ReceiverFigures"]

log = logging.getLogger("privcrm.events")

NO_STORE_EVENT_SECONDS: Final = 3_600.0
COMMIT_PAUSE: Final = 0.1
ACCEPTED: Final = SealedReply(b"", "text/plain")


class NotStored(PrivcrmError):
    """What came could not be kept: it must not be answered, so that the vendor comes again."""


@frozen
class Received:
    """How a request is to be answered, with 200: the vendor's challenge, a sealed reply, or nothing."""

    answer: SealedReply = field(repr=False)


@frozen
class ReceiverFigures:
    """What this process has seen since it began.

    Requests ``refused`` by reason, deliveries ``stored``, ``repeated`` (known already) and ``stale``, requests ``lost``
    because they could not be kept, and when one came last (``last_at``, unix seconds).
    """

    stored: int = 0
    repeated: int = 0
    stale: int = 0
    lost: int = 0
    refused: Mapping[str, int] = field(factory=dict[str, int])
    last_at: float | None = None


class EventReceiver:
    """The door of one company; safe for threads."""

    def __init__(
        self,
        provider: Provider,
        inbox: Callable[[], Inbox],
        replying: Replying,
        policy: WebhookPolicy,
        *,
        durable: bool,
        on_stored: Callable[[], None],
    ) -> None:
        """``inbox`` opens it, with the first callback; ``durable``: it outlives the process.

        ``on_stored`` is called when there is something new to handle.
        """
        self._provider = provider
        self._inbox = inbox
        self._replying = replying
        self._policy = policy
        self._on_stored = on_stored
        self._clock = policy.clock
        self._commits = GroupCommit(self._write, policy.clock)
        self._counts: Counter[str] = Counter()
        self._counting = Lock()
        self._last_at: float | None = None
        # Without a store a repeated message would not be recognised for longer than this.
        self._oldest = policy.keep if durable else policy.max_age
        # Whoever knows the token can sign an old message anew, and its key may be forgotten; what it says is sealed.
        self._oldest_event = max(self._oldest, NO_STORE_EVENT_SECONDS)

    def receive(self, request: CallbackRequest, *, app: str = "", arrived: float) -> Received:
        """Take in one request; ``arrived`` is when it came, in monotonic seconds.

        ``app`` is the one whose path it came on, "" where the token tells. Raises ``CallbackRejected`` for what is no
        callback of this company, ``NotStored`` for one that could not be kept in time.
        """
        now = self._clock.time()
        opened = self._provider.callbacks.open(
            request, app=app, since=now - self._oldest, until=now + self._policy.max_age
        )
        if opened.challenge is not None:
            return Received(SealedReply(opened.challenge, "text/plain"))
        if any(0 < callback.event.at < now - self._oldest_event for callback in opened.callbacks):
            raise CallbackRejected("stale")
        self._keep(opened, now, arrived + self._policy.commit_within)
        return Received(self._reply(opened, arrived))

    def note_refusal(self, reason: str) -> None:
        """Count a request that was nobody's."""
        self._count(f"refused {reason}")

    def figures(self) -> ReceiverFigures:
        """Return what this process has seen."""
        with self._counting:
            counts, last_at = dict(self._counts), self._last_at
        refused = {name.partition(" ")[2]: count for name, count in counts.items() if name.startswith("refused ")}
        plain = {name: counts.get(name, 0) for name in ("stored", "repeated", "stale", "lost")}
        return ReceiverFigures(**plain, refused=refused, last_at=last_at)

    # -- keeping

    def _keep(self, opened: Opened, now: float, until: float) -> None:
        stale = opened.signed_at < now - self._policy.max_age
        arrivals = [arrival_of(callback, received_at=now, stale=stale) for callback in opened.callbacks]
        if stale:
            self._count("stale", len(arrivals))
            log.warning(
                "a message to app %s was signed %d s ago: is a clock wrong, or is somebody sending old ones again?",
                opened.app,
                now - opened.signed_at,
            )
        while not self._kept(arrivals, until):
            if self._clock.monotonic() + COMMIT_PAUSE >= until:
                self._count("lost")
                log.error("a message to app %s could not be kept; the vendor is left without an answer", opened.app)
                raise NotStored("the store could not keep it in time")
            self._clock.sleep(COMMIT_PAUSE)
        self._last_at = now

    def _kept(self, arrivals: Sequence[Arrival], until: float) -> bool:
        try:
            self._commits.add(arrivals, until)
        except StoreError as error:
            log.warning("keeping a message failed, trying again: %s", error)
            return False
        except Exception as error:  # noqa: BLE001 - anything but a commit means that it is not kept
            log.error("keeping a message failed, trying again: %s", type(error).__name__)  # noqa: TRY400 - may quote it
            return False
        return True

    def _write(self, groups: Sequence[Sequence[Arrival]], patience: float) -> None:
        arrivals = [arrival for group in groups for arrival in group]
        new = self._inbox().add(arrivals, patience)
        self._count("stored", new)
        if new:
            self._on_stored()
        self._count("repeated", len(arrivals) - new)

    # -- answering

    def _reply(self, opened: Opened, arrived: float) -> SealedReply:
        seconds = min(self._policy.reply_within, arrived + self._policy.commit_within - self._clock.monotonic())
        for callback in opened.callbacks:
            event = evolve(callback.event, company=self._provider.company, key=callback.business_key)
            said = self._replying.reply_to(event, seconds)
            if said is not None:
                return self._sealed(opened, event, said)
        return ACCEPTED

    def _sealed(self, opened: Opened, event: Event, said: Content) -> SealedReply:
        try:
            return self._provider.callbacks.seal(opened, event, said, at=self._clock.time())
        except PrivcrmError as error:
            log.warning("the passive reply to %s cannot be sent: %s", type(event).__name__, error)
            return ACCEPTED

    def _count(self, name: str, amount: int = 1) -> None:
        if amount:
            with self._counting:
                self._counts[name] += amount
