"""The work kernel's front: what ``crm.jobs`` is."""

import random
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from attrs import evolve

from privcrm.clock import VENDOR_TIME, Clock
from privcrm.errors import JobError
from privcrm.jobs.approvals import Approval, Approvals
from privcrm.jobs.cancelling import write_off
from privcrm.jobs.codec import dump, limits_to_text
from privcrm.jobs.draft import DRAFT_LEASE_SECONDS, Draft, drop_draft
from privcrm.jobs.handler import JobHandler
from privcrm.jobs.history import History
from privcrm.jobs.items import PLANNED, Items
from privcrm.jobs.lease import LeasedJob
from privcrm.jobs.model import Item, Job, JobState, Outcome, OutcomeState, Progress, RunLimits
from privcrm.jobs.records import Lease, Records
from privcrm.jobs.registry import SETTLE_SECONDS, Handlers, nothing_else
from privcrm.jobs.resolving import given_as, resolvable
from privcrm.jobs.run_limits import Calls, OneCallEach
from privcrm.jobs.stop_reason import StopReason
from privcrm.jobs.timers import Timers
from privcrm.jobs.window import Window
from privcrm.jobs.worker import Worker
from privcrm.provider.endpoint import Repeat
from privcrm.store.leases import new_holder
from privcrm.store.store import Store

__all__ = ["Jobs"]

_ENDED = frozenset({JobState.DONE, JobState.CANCELLED})
_ALIVE = frozenset(JobState) - _ENDED - {JobState.PREPARING}
_HAPPENED = (OutcomeState.DONE, OutcomeState.WAITING)
_INTERRUPTED = StopReason(JobState.PAUSED, "interrupted: resume it to go on")


class Jobs:
    """Plans, runs and oversees the jobs of one company."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        handlers: Iterable[JobHandler] = (),
        rng: random.Random | None = None,
        calls: Calls | None = None,
        *,
        rest: Callable[[], None] = nothing_else,
    ) -> None:
        """``calls`` tells of the calls that handlers make; without it each send and look-up counts as one.

        ``rest`` offers handlers and timers that are not here yet, when one is wanted.
        """
        self.timers = Timers(store.timers, clock, rest)
        self.files = store.files
        self.handlers = Handlers(handlers, rest)
        self._store = store
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._calls = calls or OneCallEach()
        self.history = History(store.database, clock)
        self._records = Records(store.database)
        self._approvals = Approvals(store.database)

    def register(self, handler: JobHandler, *, settle_after: float = SETTLE_SECONDS) -> None:
        """Add a kind of job; ``settle_after``: seconds after a send until its effect can be looked up."""
        self.handlers.add(handler, settle_after)

    def offer(self, handler: JobHandler, *, settle_after: float = SETTLE_SECONDS) -> None:
        """Add a kind of job as ``register`` does, unless somebody has registered it: for services, which come late."""
        self.handlers.offer(handler, settle_after)

    def settle_after(self, kind: str, seconds: float) -> None:
        """Look up what was sent of a kind so many seconds later, where the vendor's lists lag longer than thought."""
        self.handlers.add(self.handlers.of(kind).handler, seconds)

    # -- planning

    @contextmanager
    def prepare(
        self,
        kind: str,
        params: Mapping[str, Any],
        *,
        created_by: str,
        limits: RunLimits = RunLimits(),  # noqa: B008 - frozen
        undo_of: str = "",
    ) -> Generator[Draft]:
        """Lend a draft to fill and ``seal``; one that is not sealed in the block is dropped, as a dry run is.

        Raises ``JobError`` for an unknown kind, ``InputError`` for a window that is none.
        """
        handler = self.handlers.of(kind).handler
        if limits.window:
            Window.parse(limits.window)
        self.sweep()
        above = handler.approval_above if limits.approve_above is None else limits.approve_above
        job, lease = self._create(handler, params, created_by, limits, undo_of)
        draft = Draft(self._store, job, lease, approval_above=above)
        try:
            yield draft
        finally:
            if not draft.sealed:
                drop_draft(self._store, job.id)

    def sweep(self) -> None:
        """Tidy up after killed processes: drop plans never sealed, write off what cancelled jobs may have sent."""
        for job_id in self._records.cancelled_with_open_sends():
            self._write_off(job_id)
        for job_id in self._records.drafts():
            with self._store.database.transaction() as connection:
                # Taken first, so that a maker who is alive after all cannot seal what is left of its plan.
                taken = self._records.take_abandoned(connection, job_id, new_holder(self._rng), self._clock.time())
            if taken:
                drop_draft(self._store, job_id)

    def undo(self, job_id: str, created_by: str, limits: RunLimits | None = None) -> Job:
        """Plan the way back from what a job has done, as a new job of the same kind.

        It runs within the limits of the first unless told otherwise. Raises ``JobError``, also where another undo of
        that job exists and is not cancelled, and what the ports raise: what was changed since is looked up first.
        """
        job = self.get(job_id)
        handler = self.handlers.for_job(job).handler
        if job.state not in _ENDED and job.state is not JobState.PAUSED:
            raise JobError(f"job {job_id} is {job.state}: only a paused, cancelled or finished job can be undone")
        limits = job.limits if limits is None else limits
        with self.prepare(job.kind, job.params, created_by=created_by, limits=limits, undo_of=job_id) as draft:
            happened = (item for state in _HAPPENED for item in self.items(job_id, state))
            calls = handler.undo(job, happened, draft)
            if draft.is_empty:
                raise JobError(f"job {job_id} has done nothing that could be undone")
            with self._store.database.transaction(durable=True) as connection:
                # Looking came first and nobody could bound it: what was allowed is for the way back itself.
                self._records.set_limits(connection, draft.job_id, evolve(limits, calls_before=calls))
                self._store.audit.write(connection, created_by, "undo", job_id=job_id, by=draft.job_id)
            return draft.seal(calls=calls)

    # -- looking

    def get(self, job_id: str) -> Job:
        """Return a job as it stands. Raises ``JobError`` when there is none of that id."""
        return self._records.load(job_id)

    def list(self, state: JobState | None = None) -> Generator[Job]:
        """Yield jobs, the oldest first: those in one state, or all."""
        return self._records.stream(tuple(JobState) if state is None else (state,))

    def items(self, job_id: str, state: OutcomeState | None = None, after: int = 0) -> Generator[Item]:
        """Yield a job's items behind number ``after`` in order, those of one state or all; memory stays flat."""
        return Items(self._store.database, job_id).stream(state, after)

    def reasons(self, job_id: str) -> dict[tuple[OutcomeState, str], int]:
        """Return how many items of a job there are of each state and reason; reads them all."""
        return Items(self._store.database, job_id).reasons()

    # -- running

    def run(
        self,
        job_id: str,
        *,
        progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
        who: str = "",
        wait_for_window: bool = True,
    ) -> Job:
        """Run a job here and now until it is done, waits for a person, or is stopped; return how it stands then.

        Waits on the clock for limits, and for its window unless told not to: then it is left waiting for a runner.
        ``stop`` ends it after the sends in flight. ``who`` stands in the audit (else who made the job). Raises
        ``JobError`` when the job cannot be run as it is, and whatever ``progress`` raises.
        """
        job = self.get(job_id)
        if job.state is JobState.DONE:
            return job
        stop = stop or threading.Event()
        if not self.work(job, patient=True, wait_for_window=wait_for_window, progress=progress, stop=stop, who=who):
            raise JobError(f"job {job_id} is being run by another worker; look at it, or pause it first")
        return self.get(job_id)

    def work(
        self,
        job: Job,
        *,
        patient: bool,
        progress: Callable[[Progress], None] | None,
        stop: threading.Event,
        interrupted: StopReason = _INTERRUPTED,
        who: str = "",
        wait_for_window: bool = True,
    ) -> bool:
        """Take a job and work on it; return False if another worker has it. ``run`` and ``Runner`` both end here."""
        registered = self.handlers.for_job(job)
        who = who or job.created_by
        claimed = self._claim(job.id, who)
        if claimed is None:
            return False
        job, lease = claimed
        why = interrupted
        leased = LeasedJob(
            self._store,
            job,
            lease,
            interrupted=interrupted,
            progress=progress,
            stop=stop,
            calls=self._calls,
            once=registered.handler.repeat is not Repeat.SAFE,
        )
        worker = Worker(leased, registered.handler, rng=self._rng, settle_after=registered.settle_after)
        try:
            why = worker.run(patient=patient, wait_for_window=wait_for_window)
        finally:
            self._release(leased, why, who)
        return True

    # -- steering

    def pause(self, job_id: str, who: str = "") -> Job:
        """Let no further send start; those in flight end. Raises ``JobError`` for a job that has ended."""
        return self._steer(job_id, who, "pause", _ALIVE, JobState.PAUSED, reason="paused: resume it to go on")

    def cancel(self, job_id: str, who: str = "") -> Job:
        """End a job for good: its items still planned are never sent. Raises ``JobError`` for one that has ended.

        Sends that a killed worker left open, and that nobody will look up any more, become unknown.
        """
        self._steer(job_id, who, "cancel", _ALIVE, JobState.CANCELLED, reason="cancelled")
        self._write_off(job_id)
        return self.get(job_id)

    def resume(self, job_id: str, who: str = "", *, max_calls: int | None = None) -> Job:
        """Make a paused job one that can be run; a job that can be run already stays as it is.

        It may spend as many calls again as its limits allow, or from now on ``max_calls`` (0 for no bound). One that
        was paused while it waited for an approval waits again. Raises ``JobError``.
        """
        job = self._allow(job_id, max_calls)
        if job.state in (JobState.READY, JobState.RUNNING):
            return job
        with self._store.database.connect() as connection:
            waits = self._approvals.pending(connection, job_id)
        if waits is None:
            allowed = (JobState.PAUSED, JobState.WAITING)
            return self._steer(job_id, who, "resume", allowed, JobState.READY, reason="")
        if job.state is not JobState.PAUSED:
            raise JobError(f"job {job_id} is {job.state}: it waits for an approval ({waits.stage})")
        reason = f"approval: it still waits for one ({waits.stage})"
        return self._steer(job_id, who, "resume", (JobState.PAUSED,), JobState.WAITING, reason=reason)

    def approve(self, job_id: str, who: str, count: int | None = None) -> Job:
        """Approve a plan, or the rest of one after its canary, and make the job one that can be run.

        Both want another person than the one who made it, or ``count``: the number of items to send, exactly. Raises
        ``JobError``.
        """
        now = self._clock.time()
        with self._store.database.transaction(durable=True) as connection:
            job = self._records.read(connection, job_id)
            approval = self._approvals.pending(connection, job_id)
            if approval is None:
                raise JobError(f"job {job_id} is {job.state} and waits for no approval")
            _check_approval(job, approval, who, count, now)
            self._approvals.grant(connection, job, approval.stage, who, now)
            if not self._records.move(connection, job_id, (JobState.WAITING, JobState.PAUSED), JobState.READY):
                raise JobError(f"job {job_id} is {job.state}: it cannot be approved")
            self._store.audit.write(connection, who, "approve", job_id=job_id, stage=approval.stage, items=job.planned)
        return self.get(job_id)

    def resolve(self, job_id: str, item: int | str, as_done: bool, who: str, *, vendor_id: str = "") -> Item:
        """Say what became of an item whose outcome nobody could tell, given by number or key.

        ``vendor_id`` is what the vendor calls that which was made: without it a later order of the same content may
        not be told from this one, and undoing passes over it. As not done the item is planned again, and a finished job
        pauses until somebody resumes it. Raises ``JobError``, also for an id where the kind of job keeps none.
        """
        items = Items(self._store.database, job_id)
        with self._store.database.transaction(durable=True) as connection:
            job = self._records.read(connection, job_id)
            lease = self._records.take(connection, job_id, new_holder(self._rng), self._clock.time())
            if lease is None:
                raise JobError(f"job {job_id} is {job.state} and in a worker's hands: pause it, then resolve its items")
            found = resolvable(job_id, items, item)
            given = given_as(job, found, self.handlers, vendor_id, as_done=as_done)
            if as_done:
                outcome = Outcome.done(before=given, calls=found.outcome.calls)
                items.finish(connection, [(found.seq, outcome, 0)], self._clock.time())
            else:
                outcome = PLANNED
                items.plan_again(connection, found.seq)
                reason = "resolved: an item is to be sent again; resume the job"
                self._records.move(connection, job_id, (JobState.DONE,), JobState.PAUSED, reason=reason)
            self._records.shift(connection, job_id, {found.outcome.state: -1, outcome.state: 1})
            self._records.give_back(connection, lease)
            self._store.audit.write(connection, who, "resolve", job_id=job_id, seq=found.seq, as_done=as_done)
        return items.by_seq([found.seq])[0]

    def conclude(self, job_id: str, ended: Mapping[int, Outcome], who: str = "") -> None:
        """Write how items ended that waited for the vendor, by number; those that wait no more keep what they have.

        Raises ``JobError`` while a worker has the job.
        """
        items, now = Items(self._store.database, job_id), self._clock.time()
        with self._store.database.transaction(durable=True) as connection:
            lease = self._records.take(connection, job_id, new_holder(self._rng), now)
            if lease is None:
                raise JobError(f"job {job_id} is in a worker's hands: look again when that is over")
            waiting = [item.seq for item in items.by_seq(list(ended)) if item.outcome.state is OutcomeState.WAITING]
            items.finish(connection, [(seq, ended[seq], 0) for seq in waiting], now)
            for seq in waiting:
                self._records.shift(connection, job_id, {OutcomeState.WAITING: -1, ended[seq].state: 1})
            self._records.give_back(connection, lease)
            self._store.audit.write(connection, who, "conclude", job_id=job_id, items=len(waiting))

    # -- parts

    def due(self) -> Generator[Job]:
        """Yield jobs that a runner may take now, the oldest first."""
        found = self._records.due(self.handlers.kinds, self._clock.time())
        return (self.get(job_id) for job_id, kind, version in found if self.handlers.can_run(kind, version))

    def _create(
        self, handler: JobHandler, params: Mapping[str, Any], created_by: str, limits: RunLimits, undo_of: str
    ) -> tuple[Job, Lease]:
        now = self._clock.time()
        while True:
            lease = Lease(_new_id(now, self._rng), new_holder(self._rng), 1, now + DRAFT_LEASE_SECONDS)
            with self._store.database.transaction() as connection:
                if undo_of and (other := self._records.undone_by(connection, undo_of)):
                    raise JobError(f"job {undo_of} is undone by job {other} already: run that, or cancel it first")
                if self._records.create(
                    connection,
                    lease,
                    kind=handler.kind,
                    version=handler.version,
                    params=dump(params),
                    limits=limits_to_text(limits),
                    created_at=now,
                    created_by=created_by,
                    undo_of=undo_of,
                ):
                    return self._records.read(connection, lease.job_id), lease

    def _allow(self, job_id: str, max_calls: int | None) -> Job:
        """Grant a job its calls anew if it stands still, or others."""
        with self._store.database.transaction(durable=True) as connection:
            job = self._records.read(connection, job_id)
            if max_calls is not None or job.state is JobState.PAUSED:
                most = job.limits.max_calls if max_calls is None else max_calls
                limits = evolve(job.limits, max_calls=most, calls_before=job.calls_spent)
                self._records.set_limits(connection, job_id, limits)
        return job

    def _claim(self, job_id: str, who: str) -> tuple[Job, Lease] | None:
        """Take a job that can be run and mark it running; None while another worker has it."""
        with self._store.database.transaction(durable=True) as connection:
            lease = self._records.take(connection, job_id, new_holder(self._rng), self._clock.time())
            if lease is None:
                return None
            job = self._records.read(connection, job_id)
            waits = self._approvals.pending(connection, job_id) is not None
            if waits or not _is_runnable(job):
                raise JobError(f"job {job_id} is {job.state} ({job.reason}) and cannot be run")
            self._records.move(connection, job_id, (job.state,), JobState.RUNNING)
            if job.state is not JobState.RUNNING:
                self._store.audit.write(connection, who, "run", job_id=job_id, to_send=job.planned, worker=lease.holder)
        return job, lease

    def _release(self, leased: LeasedJob, why: StopReason, who: str) -> None:
        job = leased.release(why)
        if not why.due_at:
            counts = {state.value: count for state, count in job.counts.items()}
            details = {"counts": counts, "calls": job.calls_spent, "reason": job.reason, "worker": leased.holder}
            self._store.audit.add(who, f"end {job.state}", job_id=job.id, **details)

    def _steer(
        self, job_id: str, who: str, what: str, allowed: Iterable[JobState], state: JobState, *, reason: str
    ) -> Job:
        with self._store.database.transaction(durable=True) as connection:
            moved = self._records.move(connection, job_id, allowed, state, reason=reason)
            job = self._records.read(connection, job_id)
            if not moved:
                raise JobError(f"job {job_id} is {job.state}: it cannot be made {state}")
            self._store.audit.write(connection, who, what, job_id=job_id)
        return job

    def _write_off(self, job_id: str) -> None:
        now = self._clock.time()
        with self._store.database.transaction(durable=True) as connection:
            # A living worker does it when it gives the job back.
            if lease := self._records.take(connection, job_id, new_holder(self._rng), now):
                write_off(connection, self._store.database, job_id, now)
                self._records.give_back(connection, lease)


def _is_runnable(job: Job) -> bool:
    waits_for_time = job.state is JobState.WAITING and job.due_at > 0
    return job.state in (JobState.READY, JobState.RUNNING) or waits_for_time


def _check_approval(job: Job, approval: Approval, who: str, count: int | None, now: float) -> None:
    if now > approval.expires_at:
        raise JobError(f"the plan of job {job.id} is too old to be approved: cancel it and plan it again")
    if count is not None and count != job.planned:
        raise JobError(f"job {job.id} would send {job.planned} items, not {count}")
    # Two persons can be told apart only if both have names.
    another = bool(who and job.created_by) and who != job.created_by
    if count is None and not another:
        maker = job.created_by or "its unnamed maker"
        raise JobError(f"job {job.id} wants another person than {maker}, or its number of items typed exactly")


def _new_id(now: float, rng: random.Random) -> str:
    """Return an id that people can read out: Beijing's date and six letters or digits that are not mixed up."""
    day = datetime.fromtimestamp(now, VENDOR_TIME).strftime("%Y%m%d")
    return f"{day}-{''.join(rng.choices('abcdefghjkmnpqrstuvwxyz23456789', k=6))}"
