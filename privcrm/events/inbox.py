"""The inbox: each delivery is kept until it was handled, and its key for longer, so that nothing comes twice."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from privcrm.models.events import EventSource, Greetable
from privcrm.provider import Callback

__all__ = ["Arrival", "Entry", "EntryState", "Inbox", "InboxSummary", "arrival_of"]


class EntryState(StrEnum):
    """How an entry stands: to be handled (or tried again), handled, or parked after too many tries."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"


_LONGEST_KEY = 200


@frozen
class Arrival:
    """One delivery to be kept. ``received_at`` is unix seconds, real time."""

    storage_key: str = field(repr=False)
    business_key: str
    app: str
    source: EventSource
    kind: str
    subject: str = field(repr=False)
    concerns: str = field(repr=False)
    at: int
    received_at: float
    stale: bool
    urgent: bool
    payload: str = field(repr=False)


@frozen
class Entry:
    """A delivery as it is kept.

    ``first``: the first of its event, whichever app it went to. ``finished`` names the handlers that are through with
    it, ``attempts`` counts the tries that were begun, ``error`` is what the last one met. ``fence`` grows with every
    worker that takes it.
    """

    number: int
    storage_key: str = field(repr=False)
    business_key: str
    first: bool
    app: str
    source: EventSource
    kind: str
    at: int
    received_at: float
    stale: bool
    state: EntryState
    attempts: int
    finished: tuple[str, ...]
    error: str
    fence: int
    payload: str = field(repr=False)


@frozen
class InboxSummary:
    """How many deliveries wait, and how many are parked; ``oldest`` is since when one waits (unix seconds)."""

    new: int = 0
    dead: int = 0
    oldest: float | None = None


class Inbox(Protocol):
    """Keeps deliveries and hands them out, one at a time for each member and each group, in the order of their time.

    Times are unix seconds, ``now`` by the CRM's clock.
    """

    def add(self, arrivals: Sequence[Arrival], patience: float) -> int:
        """Keep deliveries that are not kept yet, all or none; return how many were new. Raises ``StoreError``."""
        ...

    def claim(self, holder: str, now: float, lease: float) -> Entry | None:
        """Take what is to be handled next, or return None."""
        ...

    def finish(self, entry: Entry) -> bool:
        """Note that an entry is handled; False if another worker has taken it meanwhile."""
        ...

    def postpone(self, entry: Entry, *, finished: Iterable[str], error: str, due_at: float | None) -> bool:
        """Note that a try failed: again at ``due_at``, or parked where that is None."""
        ...

    def siblings(self, entry: Entry) -> Mapping[str, str]:
        """Return the payloads of all deliveries of the same event, by app."""
        ...

    def entries(self, state: EntryState | None = None, *, after: int = 0) -> Iterable[Entry]:
        """Yield entries in the order of arrival, those of one state or all, behind number ``after``."""
        ...

    def replay(self, numbers: Iterable[int], *, everybody: bool) -> int:
        """Make entries new again; ``everybody``: also for handlers that were through. Return how many there were."""
        ...

    def purge(self, before: float) -> int:
        """Forget what was done and had arrived before then; return how many deliveries that was."""
        ...

    def summary(self) -> InboxSummary:
        """Count what is not done."""
        ...

    def count(self, state: EntryState) -> int:
        """Return how many entries of a state there are."""
        ...


def arrival_of(callback: Callback, *, received_at: float, stale: bool) -> Arrival:
    """Return what is kept of a callback."""
    event = callback.event
    return Arrival(
        callback.storage_key,
        callback.business_key,
        event.app,
        event.source,
        type(event).__name__,
        _bounded(event.subject),
        _bounded(event.concerns),
        event.at,
        received_at,
        stale,
        isinstance(event, Greetable) and bool(event.welcome_code),
        callback.text,
    )


def _bounded(text: str) -> str:
    """Return a text that an index can hold, whatever a vendor calls its people."""
    return text if len(text) <= _LONGEST_KEY else hashlib.sha256(text.encode()).hexdigest()
