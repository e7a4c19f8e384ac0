"""Working on a job: settle what may have been sent, then the canary, then the rest."""

import random
from collections.abc import Iterator, Sequence

from privcrm.errors import PreconditionFailed
from privcrm.jobs.approvals import ApprovalStage
from privcrm.jobs.error_policy import Again, CircuitBreaker, Wait, judge
from privcrm.jobs.handler import JobHandler, Orphaned
from privcrm.jobs.lease import LeasedJob
from privcrm.jobs.model import Item, JobState, Outcome, OutcomeState, Send
from privcrm.jobs.records import LeaseLost
from privcrm.jobs.sender import MAX_TRIES, Sender
from privcrm.jobs.stop_reason import StopReason
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell, Done, Settled
from privcrm.store.database import Connection

__all__ = ["Worker"]

SHOWN_MISMATCHES = 3
SECOND_LOOK_SECONDS = 5.0  # a list that lags once may lag twice: only what was missed at both looks is sent again

LOOKING_SECONDS = 900.0  # how long a look-up that meets no answer is made again before a person is asked


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
            if why := self._too_early(send) or self._leased.obstacle() or self._settle_one(send):
                return why
        return None

    def _too_early(self, send: Send) -> StopReason | None:
        ready = send.looked_at + SECOND_LOOK_SECONDS if send.looked_at else send.sent_at + self._settle_after
        ready = max(ready, self._leased.quiet_from + self._settle_after)
        return StopReason(JobState.RUNNING, "settling", ready) if self._leased.clock.time() < ready else None

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
            return self._later(error, send) or self._could_not_look(error)
        outcomes = _outcomes(settled, items)
        if None in outcomes and not send.looked_at and not isinstance(settled, Orphaned):
            return self._look_again(send)
        ended = [self._ended(item, outcome) for item, outcome in zip(items, outcomes, strict=True)]
        with self._leased.transaction(durable=True) as connection:
            self._write_settled(connection, send, settled, ended)
        self._leased.finished([outcome for outcome in ended if outcome])
        return None

    def _look_again(self, send: Send) -> StopReason:
        now = self._leased.clock.time()
        with self._leased.transaction(durable=True) as connection:
            self._leased.journal.note_look(connection, send.number, now)
        return StopReason(JobState.RUNNING, "settling", now + SECOND_LOOK_SECONDS)

    def _later(self, error: Exception, send: Send) -> StopReason | None:
        """Return when to look again after what passes by itself: no answer, or the vendor is still at it."""
        now = self._leased.clock.time()
        passes = isinstance(error, PreconditionFailed) or isinstance(judge(error, Repeat.SAFE, now), Again)
        soon = now < send.sent_at + self._settle_after + LOOKING_SECONDS
        return StopReason(JobState.RUNNING, "settling", now + SECOND_LOOK_SECONDS) if passes and soon else None

    def _could_not_look(self, error: Exception) -> StopReason:
        decision = judge(error, Repeat.SAFE, self._leased.clock.time())
        if isinstance(decision, Wait):
            return StopReason(JobState.RUNNING, decision.reason, decision.until)
        return StopReason(JobState.PAUSED, f"settling: looking up what was sent failed ({type(error).__name__})")

    def _ended(self, item: Item, outcome: Outcome | None) -> Outcome | None:
        """Return how an item ends; None if it is to be sent again."""
        again = self._handler.repeat is Repeat.AFTER_LOOKUP and item.attempts + 1 < MAX_TRIES
        return outcome or (None if again else Outcome.failed("not_done", "it did not happen and is not sent again"))

    def _write_settled(
        self, connection: Connection, send: Send, settled: Settled | Orphaned, ended: Sequence[Outcome | None]
    ) -> None:
        journal, pairs = self._leased.journal, list(zip(send.seqs, ended, strict=True))
        self._leased.items.count_attempt(connection, [seq for seq, outcome in pairs if outcome is None])
        self._leased.finish(connection, [(seq, outcome, 1) for seq, outcome in pairs if outcome])
        if isinstance(settled, Orphaned):
            job = self._leased.job
            journal.note_orphan(connection, send.number, settled.orphan)
            self._leased.audit.write(
                connection, job.created_by, "possible orphan", job_id=job.id, seqs=send.seqs, orphan=settled.orphan
            )
        else:
            state = "unknown" if isinstance(settled, CannotTell) else "done" if any(ended) else "lost"
            journal.close(connection, [send.number], state)

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
        happened = (OutcomeState.DONE, OutcomeState.WAITING)
        items = [item for item in self._leased.items.by_seq(seqs) if item.outcome.state in happened]
        try:
            mismatches = list(self._leased.attend(lambda: self._handler.read_back(job, items))) if items else []
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - the canary has run; what it changed can be read again on resume
            return self._could_not_look(error)
        done = sum(item.outcome.state is OutcomeState.DONE for item in items)
        note = _canary_note(len(seqs), done, mismatches)
        if not self._leased.items.any_planned():
            self._leased.note(note)
            return None
        return self._leased.ask_approval(ApprovalStage.CANARY, "canary: look at the note and approve the rest", note)


def _canary_note(sent: int, done: int, mismatches: Sequence[str]) -> str:
    if not mismatches:
        return f"canary: {done} of {sent} done, read back as planned"
    shown = "; ".join(mismatches[:SHOWN_MISMATCHES])
    return f"canary: {done} of {sent} done, {len(mismatches)} not as planned: {shown}"


def _outcomes(settled: Settled | Orphaned, items: Sequence[Item]) -> Sequence[Outcome | None]:
    """Return the outcome of each item, None for what did not happen."""
    match settled:
        case Done(result):
            # A handler may just say that it happened.
            return [Outcome.done()] * len(items) if result is None else list(result)
        case CannotTell(orphan):
            return [Outcome.unknown(orphan, reason="cannot_tell")] * len(items)
        case _:
            return [None] * len(items)
