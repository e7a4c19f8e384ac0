"""One worker's hold on one job: everything it reads and writes while it works goes through here, under its lease."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from privcrm.clock import Clock
from privcrm.jobs.approvals import Approvals
from privcrm.jobs.items import Items
from privcrm.jobs.journal import Journal
from privcrm.jobs.model import Job, JobState, Outcome, OutcomeState, Progress
from privcrm.jobs.parcel import Delivered, Ending, Parcel
from privcrm.jobs.records import LEASE_SECONDS, Lease, Records
from privcrm.jobs.window import Window
from privcrm.store.database import Connection
from privcrm.store.store import Store

__all__ = ["Hold"]

SLICE_SECONDS = 1.0  # how long a wait may last before stop, pause and the kill switch are looked at again


class Hold:
    """A context manager; the connection on which it looks before each send is open between."""

    def __init__(
        self,
        store: Store,
        job: Job,
        lease: Lease,
        *,
        interrupted: Ending,
        progress: Callable[[Progress], None] | None,
        stop: threading.Event,
    ) -> None:
        self.job = job
        self.clock: Clock = store.clock
        self.items = Items(store.database, job.id)
        self.journal = Journal(store.database, job.id)
        self.records = Records(store.database)
        self.approvals = Approvals(store.database)
        self.stop = stop
        self._database = store.database
        self._lease = lease
        self._interrupted = interrupted
        self._progress = progress
        self._window = Window.parse(job.limits.window) if job.limits.window else None
        self._counts = dict(job.counts)
        self._calls = job.calls_spent
        self._unwritten_calls = 0
        self._done_here = 0
        self._began = self._renewed = self.clock.monotonic()
        self._number = self.journal.last_number()
        self._state = JobState.RUNNING

    def __enter__(self) -> Self:
        self._open_eyes()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._lent.close()

    @property
    def holder(self) -> str:
        """The worker's name: where it runs, and its process."""
        return self._lease.holder

    @property
    def planned(self) -> int:
        """How many items are still to be sent."""
        return self._counts.get(OutcomeState.PLANNED, 0)

    def next_number(self) -> int:
        """Return the number of the next send; only the holder of the job gives them out."""
        self._number += 1
        return self._number

    def spend(self, calls: int = 1) -> None:
        """Count calls; they are written with the next commit."""
        self._calls += calls
        self._unwritten_calls += calls

    def obstacle(self) -> Ending | None:
        """Return why the next send must not start, or None. Raises ``LeaseLost``."""
        return self._interruption(self._eyes) or self._outside_limits()

    def commit(self, delivered: Sequence[Delivered], parcels: Sequence[Parcel], *, durable: bool) -> None:
        """Write answers and journal new sends, in one transaction under the lease.

        New sends make it durable, because nothing may leave that the journal does not know.
        """
        now = self.clock.time()
        with self._database.transaction(durable=durable or bool(parcels)) as connection:
            self._check_in(connection)
            self.items.finish(connection, [result for each in delivered for result in each.results], now)
            self.journal.close(connection, [each.parcel.send.number for each in delivered], "done")
            self.journal.write(connection, [parcel.send for parcel in parcels], self._lease.fence)
        for each in delivered:
            self._count(each.outcomes)
        if delivered:
            self.report()

    def let_go(self, parcels: Sequence[Parcel]) -> None:
        """Drop the journal rows of sends that surely had no effect; their items are planned, as before."""
        with self._database.transaction() as connection:
            self._check_in(connection)
            self.journal.forget(connection, [parcel.send.number for parcel in parcels])

    def change(self, what: Callable[[Connection], None]) -> None:
        """Run statements in a durable transaction under the lease."""
        with self._database.transaction(durable=True) as connection:
            self._check_in(connection)
            what(connection)

    def count_settled(self, outcomes: Sequence[Outcome]) -> None:
        """Count outcomes that were found by looking up instead of sending."""
        self._count(outcomes)
        self.report()

    def keep(self) -> None:
        """Renew the lease when a third of it has passed: for waits without commits."""
        if self.clock.monotonic() - self._renewed > LEASE_SECONDS / 3:
            with self._database.transaction() as connection:
                self._check_in(connection)

    def wait(self, ending: Ending) -> Ending | None:
        """Wait on the clock until ``ending.due_at``, showing why; return what ended the wait early, or None."""
        self._show(ending)
        self.report(ending.reason)
        self._lent.close()  # a server may drop a connection that is idle for hours
        try:
            early = self._sleep_until(ending.due_at)
        finally:
            self._open_eyes()
        if early is None:
            self._show(Ending(JobState.RUNNING))
        return early

    def report(self, waiting_for: str = "") -> None:
        """Tell the caller how far the job has come."""
        if self._progress is not None:
            seconds = self.clock.monotonic() - self._began
            counts = dict(self._counts)
            self._progress(
                Progress(self.job.id, self.job.items, counts, self._calls, self._done_here, seconds, waiting_for)
            )

    def release(self, ending: Ending) -> bool:
        """Give the job back in the state of ``ending``, unless somebody has changed it meanwhile; tell whether so."""
        with self._database.transaction(durable=True) as connection:
            self._check_in(connection)
            moved = self.records.move(
                connection,
                self.job.id,
                (JobState.RUNNING, JobState.WAITING),
                ending.state,
                reason=ending.reason,
                due_at=ending.due_at,
                finished_at=self.clock.time() if ending.state is JobState.DONE else 0.0,
            )
            self.records.give_back(connection, self._lease)
        return moved

    def _open_eyes(self) -> None:
        self._lent = ExitStack()
        self._eyes = self._lent.enter_context(self._database.connect())

    def _sleep_until(self, due_at: float) -> Ending | None:
        while True:
            with self._database.connect() as connection:
                early = self._interruption(connection)
            left = due_at - self.clock.time()
            if early or left <= 0:
                return early
            self.keep()
            self.clock.sleep(min(left, SLICE_SECONDS))

    def _check_in(self, connection: Connection) -> None:
        self.records.check_in(connection, self._lease, self.clock.time() + LEASE_SECONDS, self._unwritten_calls)
        self._unwritten_calls = 0
        self._renewed = self.clock.monotonic()

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        self._done_here += len(outcomes)
        self._counts[OutcomeState.PLANNED] = self.planned - len(outcomes)
        for outcome in outcomes:
            self._counts[outcome.state] = self._counts.get(outcome.state, 0) + 1
            self.spend(outcome.calls)

    def _show(self, ending: Ending) -> None:
        """Put the job into the state of ``ending``; somebody who paused or cancelled it just now wins."""
        with self._database.transaction(durable=True) as connection:
            self._check_in(connection)
            if self.records.move(
                connection, self.job.id, (self._state,), ending.state, reason=ending.reason, due_at=ending.due_at
            ):
                self._state = ending.state

    def _interruption(self, connection: Connection) -> Ending | None:
        if self.stop.is_set():
            return self._interrupted
        look = self.records.look(connection, self._lease)
        if look.state is not self._state:
            return Ending(look.state)
        if look.stopped:
            return Ending(JobState.PAUSED, "stopped: `privcrm stop` is in force")
        return None

    def _outside_limits(self) -> Ending | None:
        most = self.job.limits.max_calls
        if most and self._calls >= most:
            return Ending(JobState.PAUSED, f"max_calls: {self._calls} of {most} calls are spent")
        if self._window is not None:
            now = self.clock.time()
            opens = self._window.opens_at(now)
            if opens > now:
                return Ending(JobState.WAITING, f"window: runs at {self.job.limits.window} Beijing time", opens)
        return None
