"""The values of the work kernel: a job, its items, their outcomes, and the sends that carry them."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Self

from attrs import field, frozen

from privcrm.provider.intents import Intent

__all__ = [
    "FINAL",
    "Item",
    "ItemDraft",
    "Job",
    "JobState",
    "Orphan",
    "Outcome",
    "OutcomeState",
    "Progress",
    "RunLimits",
    "Send",
    "intent_of",
]

MARKER_LENGTH = 26  # the narrowest field for markers holds 30 characters; this is 104 bits


class JobState(StrEnum):
    """Where a job stands. ``WAITING``: for an approval, for a person after its canary, or for its window."""

    PREPARING = "preparing"
    READY = "ready"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class OutcomeState(StrEnum):
    """How an item stands. ``UNKNOWN``: it may have happened, and nobody can tell; a person resolves it."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    WAITING = "waiting"
    UNKNOWN = "unknown"


FINAL = frozenset(OutcomeState) - {OutcomeState.PLANNED}
"""The states of items that are not sent (any more)."""


@frozen
class Outcome:
    """What became of an item.

    ``reason`` and ``code`` are for programs, ``message`` for people; neither holds personal data. ``before`` is what
    undo needs to know. ``calls`` tells what this item cost beyond its send (look-ups); the job counts calls by itself.
    """

    state: OutcomeState
    reason: str = ""
    code: int | str | None = None
    message: str = ""
    before: Mapping[str, Any] | None = field(default=None, repr=False)
    calls: int = 0

    @classmethod
    def done(cls, *, before: Mapping[str, Any] | None = None, calls: int = 0) -> Self:
        """It happened."""
        return cls(OutcomeState.DONE, before=before, calls=calls)

    @classmethod
    def skipped(cls, reason: str, message: str = "", *, calls: int = 0) -> Self:
        """Nothing had to be done, or nothing could be: ``reason`` says which."""
        return cls(OutcomeState.SKIPPED, reason, message=message, calls=calls)

    @classmethod
    def failed(cls, code: int | str | None, message: str = "", *, reason: str = "", calls: int = 0) -> Self:
        """It did not happen."""
        return cls(OutcomeState.FAILED, reason, code, message, calls=calls)

    @classmethod
    def unknown(cls, message: str = "", *, reason: str = "", calls: int = 0) -> Self:
        """It may have happened."""
        return cls(OutcomeState.UNKNOWN, reason, message=message, calls=calls)

    @classmethod
    def waiting(cls, reason: str, *, before: Mapping[str, Any] | None = None, calls: int = 0) -> Self:
        """It was sent, and the vendor or a person has still to finish it."""
        return cls(OutcomeState.WAITING, reason, before=before, calls=calls)


@frozen
class ItemDraft:
    """An item of a plan in the making; one that already has an outcome is kept for the report and never sent.

    ``key`` is unique in its job. ``subject`` is the person concerned ("" for none), by whom rows are found and erased.
    """

    key: str
    payload: Mapping[str, Any] = field(repr=False)
    subject: str = field(default="", repr=False)
    outcome: Outcome | None = None


@frozen
class Item:
    """An item of a sealed job; ``seq`` orders items, ``attempts`` counts the sends it was in."""

    seq: int
    key: str
    payload: Mapping[str, Any] = field(repr=False)
    subject: str = field(repr=False)
    outcome: Outcome
    attempts: int


@frozen
class RunLimits:
    """How a job may run, apart from what it does.

    ``canary``: so many items go first and a person looks at them. ``window``: Beijing hours such as "22:00-08:00".
    ``max_calls``: the most vendor calls to spend beyond the ``calls_before`` that were spent when it was granted, 0 for
    no limit; each resume grants it anew. ``approve_above``: plans with more items to send need an approval; None
    leaves it to the handler.
    """

    canary: int = 0
    window: str = ""
    max_calls: int = 0
    approve_above: int | None = None
    calls_before: int = 0


@frozen
class Job:
    """A job as it stands. Times are unix seconds; ``finished_at`` and ``due_at`` are 0 where they do not apply.

    ``plan_hash`` is the same for the same plan, whoever made it and in whatever order. ``due_at``: not before then.
    """

    id: str
    kind: str
    version: int
    company: str
    state: JobState
    reason: str
    params: Mapping[str, Any] = field(repr=False)
    plan_hash: str
    items: int
    counts: Mapping[OutcomeState, int]
    created_at: float
    created_by: str
    finished_at: float
    calls_spent: int
    undo_of: str
    note: str
    limits: RunLimits = RunLimits()
    due_at: float = 0.0

    @property
    def planned(self) -> int:
        """How many items are still to be sent."""
        return self.counts.get(OutcomeState.PLANNED, 0)


@frozen
class Send:
    """One vendor call for one or more items: a row of the journal, written before the first byte leaves.

    ``sent_at`` is unix seconds and opens the window in which to look for its effect; ``looked_at`` is when that was
    done first and in vain, 0 for not yet.
    """

    number: int
    key: str
    marker: str
    digest: str
    seqs: tuple[int, ...]
    sent_at: float
    looked_at: float = 0.0

    @property
    def intent(self) -> Intent:
        """The same as the ports know it."""
        return Intent(self.key, self.marker, self.sent_at, self.digest)


@frozen
class Orphan:
    """What a send whose answer was lost may have left at the vendor: nobody can look it up, and it does no harm.

    ``seq`` and ``key`` are those of the item, which was sent once more; ``sent_at`` is unix seconds.
    """

    seq: int
    key: str
    sent_at: float
    what: str


@frozen
class Progress:
    """How far a run has come. ``done_here`` items were finished in ``seconds`` by this run."""

    job_id: str
    items: int
    counts: Mapping[OutcomeState, int]
    calls_spent: int
    done_here: int
    seconds: float
    waiting_for: str = ""

    @property
    def finished(self) -> int:
        """Items with an outcome."""
        return self.items - self.counts.get(OutcomeState.PLANNED, 0)

    @property
    def rate(self) -> float:
        """Items a second in this run."""
        return self.done_here / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at this rate; None while there is no rate."""
        return (self.items - self.finished) / self.rate if self.rate else None


def intent_of(job: Job, items: Sequence[Item]) -> Intent:
    """Return the intent of sending these items: for handlers to plant its marker.

    Sending the same items again gives the same key and marker, so that a look-up finds either. ``created_at`` is the
    job's, a lower bound; the ``Send`` that ``settle`` is given knows the moment.
    """
    seqs = " ".join(str(item.seq) for item in items)
    hashed = hashlib.sha256(f"{job.company}\n{job.id}\n{seqs}".encode()).hexdigest()
    return Intent(f"{job.id}:{hashed}", hashed[:MARKER_LENGTH], job.created_at)
