"""Working on a job: settle what may have been sent, then the canary, then the rest."""

import random
from collections.abc import Iterator, Sequence

from privcrm.jobs.approvals import ApprovalStage
from privcrm.jobs.error_policy import CircuitBreaker, Wait, judge
from privcrm.jobs.handler import JobHandler
from privcrm.jobs.lease import LeasedJob
from privcrm.jobs.model import Item, JobState, Outcome, OutcomeState, Send
from privcrm.jobs.records import LeaseLost
from privcrm.jobs.sender import MAX_TRIES, Sender
from privcrm.jobs.stop_reason import StopReason
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell, Done, NotDone, Settled
from privcrm.store.database import Connection

__all__ = ["Worker"]

SHOWN_MISMATCHES = 3


class Worker:
    """One run of one job under its lease."""

    def __init__(self, leased: LeasedJob, handler: JobHandler, *, rng: random.Random, settle_after: float) -> None:
        self._leased = leased
        self._handler = handler
        self._rng = rng
        self._settle_after = settle_after
        self._breaker = CircuitBreaker(handler.suspicious)

    def run(self, *, patient: bool, wait_for_window: bool) -> StopReason:
        """Work until the job is done or cannot go on.

        A patient worker waits on the clock where waiting helps; for the window, hours maybe, only if told.
        """
        while True:
            why = self._settle() or self._canary() or self._rest()
            waits = patient and (wait_for_window or why.state is not JobState.WAITING)
            if not (waits and why.due_at):
                return why
            if early := self._leased.wait(why):
                return early

    def _send(self, source: Iterator[Item]) -> StopReason | None:
        return Sender(
            self._leased,
            self._handler,
            source,
            breaker=self._breaker,
            rng=self._rng,
            settle_after=self._settle_after,
        ).run()

    def _rest(self) -> StopReason:
        while self._leased.items.any_planned():
            if why := self._leased.obstacle() or self._send(self._leased.items.stream(OutcomeState.PLANNED)):
                return why
        return StopReason(JobState.DONE)

    # -- what a killed worker, or a lost answer, left open

    def _settle(self) -> StopReason | None:
        sends = self._leased.open_sends()
        if self._handler.repeat is Repeat.SAFE:
            if sends:
                with self._leased.transaction(durable=True) as connection:
                    self._may_repeat(connection, sends)
            return None
        for send in sends:
            ready = send.sent_at + self._settle_after
            if self._leased.clock.time() < ready:
                return StopReason(JobState.RUNNING, "settling", ready)
            if why := self._leased.obstacle() or self._settle_one(send):
                return why
        return None

    def _may_repeat(self, connection: Connection, sends: Sequence[Send]) -> None:
        self._leased.journal.close(connection, [send.number for send in sends], "lost")
        self._leased.items.count_attempt(connection, [seq for send in sends for seq in send.seqs])

    def _settle_one(self, send: Send) -> StopReason | None:
        items = self._leased.items.by_seq(send.seqs)
        try:
            settled = self._leased.attend(lambda: self._handler.settle(self._leased.job, items, send))
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the send stays open and is asked about again
            return self._could_not_look(error)
        outcomes = self._settled(settled, items)
        with self._leased.transaction(durable=True) as connection:
            self._write_settled(connection, send, settled, outcomes)
        self._leased.finished(outcomes)
        return None

    def _could_not_look(self, error: Exception) -> StopReason:
        decision = judge(error, Repeat.SAFE, self._leased.clock.time())
        if isinstance(decision, Wait):
            return StopReason(JobState.RUNNING, decision.reason, decision.until)
        return StopReason(JobState.PAUSED, f"settling: looking up what was sent failed ({type(error).__name__})")

    def _settled(self, settled: Settled, items: Sequence[Item]) -> list[Outcome]:
        """Return the outcomes that follow, or none if the items are to be sent again."""
        match settled:
            case Done(result):
                # A handler may just say that it happened.
                return [Outcome.done()] * len(items) if result is None else list(result)
            case CannotTell(orphan):
                return [Outcome.unknown(orphan, reason="cannot_tell")] * len(items)
            case NotDone() if self._handler.repeat is Repeat.AFTER_LOOKUP and items[0].attempts + 1 < MAX_TRIES:
                return []
            case NotDone():
                return [Outcome.failed("not_done", "it did not happen and is not sent again")] * len(items)

    def _write_settled(self, connection: Connection, send: Send, settled: Settled, outcomes: Sequence[Outcome]) -> None:
        if not outcomes:
            self._may_repeat(connection, [send])
            return
        results = [(seq, outcome, 1) for seq, outcome in zip(send.seqs, outcomes, strict=True)]
        self._leased.finish(connection, results)
        state = "unknown" if isinstance(settled, CannotTell) else "done"
        self._leased.journal.close(connection, [send.number], state)

    # -- the canary

    def _canary(self) -> StopReason | None:
        size = self._leased.job.limits.canary
        if not size or self._leased.approvals.was_asked(self._leased.job.id, ApprovalStage.CANARY):
            return None
        seqs = self._chosen(size)
        left = [item for item in self._leased.items.by_seq(seqs) if item.outcome.state is OutcomeState.PLANNED]
        if why := self._send(iter(left)):
            return why
        return self._present(seqs)

    def _chosen(self, size: int) -> list[int]:
        """Return the canary's items, chosen once: a killed canary goes on with the same ones."""
        job_id = self._leased.job.id
        seqs = self._leased.records.canary(job_id)
        if not seqs:
            seqs = self._leased.items.sample(size)
            with self._leased.transaction(durable=True) as connection:
                self._leased.records.set_canary(connection, job_id, seqs)
        return seqs

    def _present(self, seqs: Sequence[int]) -> StopReason | None:
        """Read the canary back and ask a person whether to go on, if anything is left to go on with."""
        job = self._leased.job
        items = [item for item in self._leased.items.by_seq(seqs) if item.outcome.state is OutcomeState.DONE]
        try:
            mismatches = list(self._leased.attend(lambda: self._handler.read_back(job, items))) if items else []
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - the canary has run; what it changed can be read again on resume
            return self._could_not_look(error)
        note = _canary_note(len(seqs), len(items), mismatches)
        if not self._leased.items.any_planned():
            self._leased.note(note)
            return None
        return self._leased.ask_approval(ApprovalStage.CANARY, "canary: look at the note and approve the rest", note)


def _canary_note(sent: int, done: int, mismatches: Sequence[str]) -> str:
    if not mismatches:
        return f"canary: {done} of {sent} done, read back as planned"
    shown = "; ".join(mismatches[:SHOWN_MISMATCHES])
    return f"canary: {done} of {sent} done, {len(mismatches)} not as planned: {shown}"
