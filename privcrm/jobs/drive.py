"""Driving a job: settle what may have been sent, then the canary, then the rest."""

import random
from collections.abc import Iterator, Sequence

from privcrm.jobs.alarm import Alarm
from privcrm.jobs.approvals import Stage
from privcrm.jobs.belt import MAX_TRIES, Belt
from privcrm.jobs.handler import JobHandler
from privcrm.jobs.hold import Hold
from privcrm.jobs.model import Item, JobState, Outcome, OutcomeState, Send
from privcrm.jobs.parcel import Ending
from privcrm.jobs.verdict import Wait, judge
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell, Done, NotDone, Settled
from privcrm.store.database import Connection

__all__ = ["Drive"]

SHOWN_MISMATCHES = 3


class Drive:
    """One run of one job by the worker that holds it."""

    def __init__(self, hold: Hold, handler: JobHandler, *, rng: random.Random, settle_after: float) -> None:
        self._hold = hold
        self._handler = handler
        self._rng = rng
        self._settle_after = settle_after
        self._alarm = Alarm(handler.suspicious)

    def run(self, *, patient: bool) -> Ending:
        """Work until the job is done or cannot go on; a patient worker waits on the clock where waiting helps."""
        self._hold.spend(len(self._hold.journal.open()))  # calls of a killed worker that it could not count
        while True:
            ending = self._settle() or self._canary() or self._rest()
            if not (patient and ending.due_at):
                return ending
            if early := self._hold.wait(ending):
                return early

    def _carry(self, source: Iterator[Item]) -> Ending | None:
        return Belt(
            self._hold,
            self._handler,
            source,
            alarm=self._alarm,
            rng=self._rng,
            settle_after=self._settle_after,
        ).run()

    def _rest(self) -> Ending:
        while self._hold.planned:
            if ending := self._carry(self._hold.items.stream(OutcomeState.PLANNED)):
                return ending
        return Ending(JobState.DONE)

    # -- what a killed worker, or a lost answer, left open

    def _settle(self) -> Ending | None:
        sends = self._hold.journal.open()
        if self._handler.repeat is Repeat.SAFE:
            if sends:
                self._hold.change(lambda connection: self._may_repeat(connection, sends))
            return None
        for send in sends:
            ready = send.sent_at + self._settle_after
            if self._hold.clock.time() < ready:
                return Ending(JobState.RUNNING, "settling", ready)
            if ending := self._hold.obstacle() or self._settle_one(send):
                return ending
        return None

    def _may_repeat(self, connection: Connection, sends: Sequence[Send]) -> None:
        self._hold.journal.close(connection, [send.number for send in sends], "lost")
        self._hold.items.count_attempt(connection, [seq for send in sends for seq in send.seqs])

    def _settle_one(self, send: Send) -> Ending | None:
        items = self._hold.items.by_seq(send.seqs)
        try:
            settled = self._handler.settle(self._hold.job, items, send)
        except Exception as error:  # noqa: BLE001 - whatever it was, the send stays open and is asked about again
            return self._could_not_look(error)
        outcomes = self._settled(settled, items)
        self._hold.change(lambda connection: self._write_settled(connection, send, settled, outcomes))
        self._hold.count_settled(outcomes)
        return None

    def _could_not_look(self, error: Exception) -> Ending:
        verdict = judge(error, Repeat.SAFE, self._hold.clock.time())
        if isinstance(verdict, Wait):
            return Ending(JobState.RUNNING, verdict.reason, verdict.until)
        return Ending(JobState.PAUSED, f"settling: looking up what was sent failed ({type(error).__name__})")

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
        self._hold.items.finish(connection, results, self._hold.clock.time())
        state = "unknown" if isinstance(settled, CannotTell) else "done"
        self._hold.journal.close(connection, [send.number], state)

    # -- the canary

    def _canary(self) -> Ending | None:
        size = self._hold.job.limits.canary
        if not size or self._hold.approvals.was_asked(self._hold.job.id, Stage.CANARY):
            return None
        seqs = self._chosen(size)
        left = [item for item in self._hold.items.by_seq(seqs) if item.outcome.state is OutcomeState.PLANNED]
        if ending := self._carry(iter(left)):
            return ending
        return self._present(seqs)

    def _chosen(self, size: int) -> list[int]:
        """Return the canary's items, chosen once: a killed canary goes on with the same ones."""
        job_id = self._hold.job.id
        seqs = self._hold.records.canary(job_id)
        if not seqs:
            seqs = self._hold.items.sample(size)
            self._hold.change(lambda connection: self._hold.records.set_canary(connection, job_id, seqs))
        return seqs

    def _present(self, seqs: Sequence[int]) -> Ending | None:
        """Read the canary back and ask a person whether to go on, if anything is left to go on with."""
        job = self._hold.job
        items = [item for item in self._hold.items.by_seq(seqs) if item.outcome.state is OutcomeState.DONE]
        try:
            mismatches = list(self._handler.read_back(job, items)) if items else []
        except Exception as error:  # noqa: BLE001 - the canary has run; what it changed can be read again on resume
            return self._could_not_look(error)
        note = _canary_note(len(seqs), len(items), mismatches)
        more = bool(self._hold.planned)

        def present(connection: Connection) -> None:
            self._hold.records.set_note(connection, job.id, note)
            if more:
                self._hold.approvals.ask(connection, job.id, Stage.CANARY, job.plan_hash, self._hold.clock.time())

        self._hold.change(present)
        return Ending(JobState.WAITING, "canary: look at the note and approve the rest") if more else None


def _canary_note(sent: int, done: int, mismatches: Sequence[str]) -> str:
    if not mismatches:
        return f"canary: {done} of {sent} done, read back as planned"
    shown = "; ".join(mismatches[:SHOWN_MISMATCHES])
    return f"canary: {done} of {sent} done, {len(mismatches)} not as planned: {shown}"
