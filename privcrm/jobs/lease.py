"""A job under lease: everything that its worker reads and writes goes through here, fenced against a later worker."""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

from privcrm.clock import Clock
from privcrm.jobs.approvals import Approvals, ApprovalStage
from privcrm.jobs.cancelling import write_off
from privcrm.jobs.items import Items
from privcrm.jobs.journal import Journal
from privcrm.jobs.model import Job, JobState, Outcome, OutcomeState, Progress, Send
from privcrm.jobs.records import LEASE_SECONDS, Lease, Records
from privcrm.jobs.run_limits import CallCount, Calls, LimitCheck
from privcrm.jobs.stop_reason import StopReason
from privcrm.store.database import Connection
from privcrm.store.store import Store

__all__ = ["POLL_SECONDS", "SLICE_SECONDS", "LeasedJob"]

SLICE_SECONDS = 1.0  # how long a wait may last before stop, pause and the kill switch are looked at again
POLL_SECONDS = 0.2  # real time between looks at what threads do, so that the lease is renewed during slow calls

Answer = TypeVar("Answer")


class LeasedJob:
    """A job that a worker has taken.

    No connection is kept from one look to the next: as many jobs as a process has threads may run at once.
    ``confirm``, ``watched`` and ``calls.add`` are for any thread, the rest is for the one that took the lease. From
    ``quiet_from`` on (unix seconds) nothing of an earlier worker is under way.
    """

    def __init__(
        self,
        store: Store,
        job: Job,
        lease: Lease,
        *,
        interrupted: StopReason,
        progress: Callable[[Progress], None] | None,
        stop: threading.Event,
        calls: Calls,
        once: bool,
    ) -> None:
        """``once``: what is sent must not be sent twice."""
        self.job = job
        self.clock: Clock = store.clock
        self.items = Items(store.database, job.id)
        self.journal = Journal(store.database, job.id)
        self.records = Records(store.database)
        self.approvals = Approvals(store.database)
        self.audit = store.audit
        self.calls = CallCount(job.calls_spent)
        self.stop = stop
        self._database = store.database
        self._lease = lease
        self._interrupted = interrupted
        self._progress = progress
        self._watch = calls
        self._limits = LimitCheck(job.limits)
        self._counts = dict(job.counts)
        self._done_here = 0
        self._began = self._renewed = self.clock.monotonic()
        self._until = lease.until
        # Another worker that lost the lease has confirmed it before, and a call of its own may still be under way.
        self.quiet_from = self.clock.time() + LEASE_SECONDS if lease.taken_over else 0.0
        self._once = once
        self._number = self.journal.last_number()
        self._state = JobState.RUNNING

    @property
    def holder(self) -> str:
        """The worker's name: where it runs, and its process."""
        return self._lease.holder

    def next_number(self) -> int:
        """Return the number of the next send; only the holder of the job gives them out."""
        self._number += 1
        return self._number

    # -- looking before a send

    def obstacle(self) -> StopReason | None:
        """Return why the next send must not start, or None. Raises ``LeaseLost``."""
        return self._interruption() or self._limits.reached(self.calls.spent, self.clock.time())

    def affords(self, sends: int) -> bool:
        """Tell whether so many sends may be in flight at once."""
        return self._limits.allows(self.calls.spent + sends)

    def confirm(self) -> None:
        """Make sure, right before something leaves, that no other worker has the job. Raises ``LeaseLost``.

        By our own clock nobody can have taken it before it has run out, but another machine's may be ahead. Where that
        would send something twice the database is asked each time, and the lease renewed, in one statement.
        """
        if self._once or self.clock.time() >= self._until:
            with self._database.connect() as connection:
                self._renew(connection)

    @contextmanager
    def watched(self) -> Generator[None]:
        """Count the calls that this thread makes in the block, and ``confirm`` before each of its writes."""
        with self._watch.watching(self.confirm, self.calls.add):
            yield

    # -- writing

    @contextmanager
    def transaction(self, *, durable: bool) -> Generator[Connection]:
        """Lend a write transaction that renews the lease and writes the calls spent. Raises ``LeaseLost``."""
        calls = self.calls.unwritten
        with self._database.transaction(durable=durable) as connection:
            self._renew(connection, calls)
            yield connection
        self.calls.wrote(calls)
        self._renewed = self.clock.monotonic()

    def finish(self, connection: Connection, results: Sequence[tuple[int, Outcome, int]]) -> None:
        """Write outcomes of planned items: (number of the item, outcome, sends it took)."""
        self.items.finish(connection, results, self.clock.time())
        self.records.shift(connection, self.job.id, _changes(outcome for _, outcome, _ in results))

    def finished(self, outcomes: Sequence[Outcome]) -> None:
        """Count outcomes that have been committed, and tell the caller."""
        self._done_here += len(outcomes)
        for state, change in _changes(outcomes).items():
            self._counts[state] = self._counts.get(state, 0) + change
        if outcomes:
            self.report()

    def keep(self) -> None:
        """Renew the lease when a third of it has passed: for waits without commits."""
        if self.clock.monotonic() - self._renewed > LEASE_SECONDS / 3:
            with self.transaction(durable=False):
                pass

    def open_sends(self) -> list[Send]:
        """Return the sends that may have left and whose answer is not known."""
        with self._database.connect() as connection:
            return self.journal.open(connection)

    def note(self, note: str) -> None:
        """Put a sentence for people on the job."""
        with self.transaction(durable=True) as connection:
            self.records.set_note(connection, self.job.id, note)

    def ask_approval(self, stage: ApprovalStage, reason: str, note: str) -> StopReason:
        """Ask a person, and let the job wait for the answer: in one commit, or a kill between would let it go on."""
        why = StopReason(JobState.WAITING, reason)
        with self.transaction(durable=True) as connection:
            self.records.set_note(connection, self.job.id, note)
            self.approvals.ask(connection, self.job.id, stage, self.job.plan_hash, self.clock.time())
            self.records.move(connection, self.job.id, (self._state,), why.state, reason=why.reason)
        return why

    def release(self, why: StopReason) -> Job:
        """Give the job back as ``why`` says, unless somebody has changed it meanwhile; return how it stands."""
        with self.transaction(durable=True) as connection:
            self.records.move(
                connection,
                self.job.id,
                (JobState.RUNNING, JobState.WAITING),
                why.state,
                reason=why.reason,
                due_at=why.due_at,
                finished_at=self.clock.time() if why.state is JobState.DONE else 0.0,
            )
            if self.records.read(connection, self.job.id).state is JobState.CANCELLED:
                write_off(connection, self._database, self.job.id, self.clock.time())
            self.records.give_back(connection, self._lease)
            return self.records.read(connection, self.job.id)

    # -- waiting

    def attend(self, look: Callable[[], Answer]) -> Answer:
        """Run something slow in a thread, counting its calls, and keep the lease meanwhile."""
        with ThreadPoolExecutor(1, "privcrm-look") as threads:
            looking = threads.submit(self._look, look)
            while wait([looking], POLL_SECONDS).not_done:
                self.keep()
        return looking.result()

    def wait(self, why: StopReason) -> StopReason | None:
        """Wait on the clock until ``why.due_at``, showing why; return what ended the wait early, or None.

        An interrupted wait for the window leaves the job waiting for it: nothing was under way.
        """
        self._show(why)
        self.report(why.reason)
        early = self._sleep_until(why.due_at)
        if early is None:
            self._show(StopReason(JobState.RUNNING))
        return why if early is self._interrupted and why.state is JobState.WAITING else early

    def report(self, waiting_for: str = "") -> None:
        """Tell the caller how far the job has come."""
        if self._progress is not None:
            seconds = self.clock.monotonic() - self._began
            counts, calls = dict(self._counts), self.calls.spent
            self._progress(Progress(self.job.id, self.job.items, counts, calls, self._done_here, seconds, waiting_for))

    # -- parts

    def _look(self, look: Callable[[], Answer]) -> Answer:
        with self.watched():
            return look()

    def _sleep_until(self, due_at: float) -> StopReason | None:
        while True:
            early = self._interruption()
            left = due_at - self.clock.time()
            if early or left <= 0:
                return early
            self.keep()
            self.clock.sleep(min(left, SLICE_SECONDS))

    def _renew(self, connection: Connection, calls: int = 0) -> None:
        until = self.clock.time() + LEASE_SECONDS
        self.records.renew(connection, self._lease, until, calls)
        self._until = until

    def _show(self, why: StopReason) -> None:
        """Put the job into the state of ``why``; somebody who paused or cancelled it just now wins."""
        with self.transaction(durable=True) as connection:
            if self.records.move(
                connection, self.job.id, (self._state,), why.state, reason=why.reason, due_at=why.due_at
            ):
                self._state = why.state

    def _interruption(self) -> StopReason | None:
        if self.stop.is_set():
            return self._interrupted
        with self._database.connect() as connection:
            look = self.records.look(connection, self._lease)
        if look.state is not self._state:
            return StopReason(look.state)
        if look.stopped:
            return StopReason(JobState.PAUSED, "stopped: `privcrm stop` is in force")
        return None


def _changes(outcomes: Iterable[Outcome]) -> dict[OutcomeState, int]:
    """Return by how much the numbers of items in each state change when planned ones end so."""
    changes: dict[OutcomeState, int] = {}
    for outcome in outcomes:
        changes[outcome.state] = changes.get(outcome.state, 0) + 1
        changes[OutcomeState.PLANNED] = changes.get(OutcomeState.PLANNED, 0) - 1
    return changes
