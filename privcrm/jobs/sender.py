"""Sending: items go to the vendor so few at a time that a kill never repeats more than one window of sends."""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import Empty, SimpleQueue

from attrs import define, field, frozen

from privcrm.jobs import error_policy as policy
from privcrm.jobs.handler import JobHandler
from privcrm.jobs.journal import new_send
from privcrm.jobs.lease import POLL_SECONDS, SLICE_SECONDS, LeasedJob
from privcrm.jobs.model import Item, JobState, Outcome, OutcomeState, Send
from privcrm.jobs.records import LeaseLost
from privcrm.jobs.stop_reason import StopReason
from privcrm.provider.endpoint import Repeat

__all__ = ["MAX_TRIES", "WINDOW", "Sender"]

WINDOW = 20  # sends journalled and not yet answered for: what a kill may repeat
MAX_TRIES = 5
BACK_OFF_SECONDS = 0.5
LONGEST_BACK_OFF_SECONDS = 30.0
COMMIT_SECONDS = 0.5  # answers are not kept unwritten for longer, so that progress is seen


@define(eq=False)
class PendingSend:
    """A journalled send that is under way. ``not_before`` is on the monotonic clock."""

    send: Send
    items: Sequence[Item]
    tries: int = 0
    not_before: float = 0.0
    answer: "Future[Sequence[Outcome]]" = field(factory=Future[Sequence[Outcome]])


@frozen
class Answered:
    """A send whose answer is known."""

    pending: PendingSend
    outcomes: Sequence[Outcome]

    @property
    def results(self) -> Iterator[tuple[int, Outcome, int]]:
        """Yield (number of the item, outcome, sends it took)."""
        for item, outcome in zip(self.pending.items, self.outcomes, strict=True):
            yield item.seq, outcome, self.pending.tries


class Sender:
    """Sends the items of ``source`` once. Kinds that may not be repeated are sent one by one.

    Sends are made by threads, so that this one can renew the lease however long they take.
    """

    def __init__(
        self,
        leased: LeasedJob,
        handler: JobHandler,
        source: Iterator[Item],
        *,
        breaker: policy.CircuitBreaker,
        rng: random.Random,
        settle_after: float,
    ) -> None:
        safe = handler.repeat is Repeat.SAFE
        self._leased = leased
        self._handler = handler
        self._source = source
        self._breaker = breaker
        self._rng = rng
        self._settle_after = settle_after
        self._window = WINDOW if safe else 1
        self._lanes = max(1, handler.parallel) if safe else 1
        # Answers are written as late as they can be without leaving lanes empty while the window is full.
        self._commit_at = max(self._window // 2, self._window - self._lanes + 1)
        self._durable = not safe  # what cannot be repeated must be known as done, also after a loss of power
        self._waiting: deque[PendingSend] = deque()
        self._flying = 0
        self._back: SimpleQueue[PendingSend] = SimpleQueue()
        self._answered: list[Answered] = []
        self._returned: list[PendingSend] = []
        self._stopped: StopReason | None = None
        self._exhausted = False
        self._committed = leased.clock.monotonic()

    def run(self) -> StopReason | None:
        """Send until the source is empty or something stops it; return what did."""
        with ThreadPoolExecutor(self._lanes, "privcrm-send") as threads:
            try:
                while self._load():
                    self._start(threads)
                    self._collect()
            except BaseException:
                self._wind_up()
                raise
            finally:
                self._leased.calls.in_doubt = 0
        return self._stopped

    def _send(self, pending: PendingSend) -> Sequence[Outcome]:
        with self._leased.watched():
            outcomes = self._handler.send(self._leased.job, pending.items)
        if len(outcomes) != len(pending.items) or any(each.state is OutcomeState.PLANNED for each in outcomes):
            raise TypeError("a handler must return one outcome for each item")
        return outcomes

    # -- loading

    def _load(self) -> bool:
        """Commit answers and journal new sends when that is worth a commit; return whether work is left."""
        if self._worth_a_commit():
            new = [] if self._stopped else self._pack(self._window - len(self._waiting) - self._flying)
            self._commit(new)
            self._waiting.extend(new)
        if self._stopped:
            self._drop_unsent()
        return bool(self._waiting or self._flying or self._answered or not (self._exhausted or self._stopped))

    def _worth_a_commit(self) -> bool:
        if not (self._waiting or self._flying):
            return True
        late = self._leased.clock.monotonic() - self._committed > COMMIT_SECONDS
        return len(self._answered) >= self._commit_at or (late and bool(self._answered))

    def _pack(self, room: int) -> list[PendingSend]:
        packed: list[PendingSend] = []
        now = self._leased.clock.time()
        while len(packed) < room and not self._exhausted:
            items = list(islice(self._source, self._handler.batch))
            self._exhausted = len(items) < self._handler.batch
            if items:
                packed.append(PendingSend(new_send(self._leased.job, items, self._leased.next_number(), now), items))
        return packed

    def _commit(self, new: Sequence[PendingSend]) -> None:
        """Write answers and journal new sends in one transaction.

        New sends make it durable, because nothing may leave that the journal does not know.
        """
        answered = self._answered
        if answered or new:
            self._leased.calls.in_doubt = len(self._waiting) + self._flying + len(new)
            with self._leased.transaction(durable=self._durable or bool(new)) as connection:
                self._leased.finish(connection, [result for each in answered for result in each.results])
                self._leased.journal.close(connection, [each.pending.send.number for each in answered], "done")
                self._leased.journal.write(connection, [pending.send for pending in new])
            self._answered = []
            self._leased.finished([outcome for each in answered for outcome in each.outcomes])
        self._committed = self._leased.clock.monotonic()

    def _drop_unsent(self) -> None:
        """Drop from the journal the sends that surely had no effect; their items are planned, as before."""
        dropped = [*self._returned, *self._waiting]
        if dropped:
            self._leased.calls.in_doubt = self._flying
            with self._leased.transaction(durable=False) as connection:
                self._leased.journal.forget(connection, [pending.send.number for pending in dropped])
        self._returned.clear()
        self._waiting.clear()

    # -- sending

    def _start(self, threads: ThreadPoolExecutor) -> None:
        while self._flying < self._lanes and self._stopped is None:
            pending = self._next_ready()
            if pending is None or (self._flying and not self._leased.affords(self._flying + 1)):
                return
            self._stopped = self._leased.obstacle()
            if self._stopped is None:
                self._waiting.remove(pending)
                self._hand_over(threads, pending)

    def _hand_over(self, threads: ThreadPoolExecutor, pending: PendingSend) -> None:
        pending.tries += 1
        self._flying += 1
        pending.answer = threads.submit(self._send, pending)
        pending.answer.add_done_callback(lambda _: self._back.put(pending))

    def _next_ready(self) -> PendingSend | None:
        now = self._leased.clock.monotonic()
        return next((pending for pending in self._waiting if pending.not_before <= now), None)

    def _collect(self) -> None:
        if not self._flying:
            self._back_off()
            return
        with suppress(Empty):
            self._take(self._back.get(timeout=POLL_SECONDS))
            while self._flying:
                self._take(self._back.get_nowait())
        self._leased.keep()

    def _back_off(self) -> None:
        if self._waiting and self._stopped is None:
            until = min(pending.not_before for pending in self._waiting)
            self._leased.clock.sleep(min(until - self._leased.clock.monotonic(), SLICE_SECONDS))
            self._leased.keep()

    # -- answers

    def _take(self, pending: PendingSend) -> None:
        self._flying -= 1
        try:
            outcomes = pending.answer.result()
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - judged by the policy
            self._decide(pending, policy.judge(error, self._handler.repeat, self._leased.clock.time()))
        else:
            self._finish(pending, outcomes)

    def _decide(self, pending: PendingSend, decision: policy.Decision) -> None:
        match decision:
            case policy.Finish():
                self._finish(pending, [decision.outcome] * len(pending.items), alarming=decision.alarming)
            case policy.Again():
                self._try_again(pending, decision)
            case policy.Wait():
                self._returned.append(pending)
                self._stop(StopReason(JobState.RUNNING, decision.reason, decision.until))
            case policy.Pause():
                self._returned.append(pending)
                self._stop(StopReason(JobState.PAUSED, decision.reason))
            case policy.Settle():
                self._leave_open(alarming=decision.alarming)

    def _finish(self, pending: PendingSend, outcomes: Sequence[Outcome], *, alarming: str = "") -> None:
        self._answered.append(Answered(pending, outcomes))
        if reason := self._breaker.note(outcomes, alarming=alarming):
            self._stop(StopReason(JobState.PAUSED, reason))

    def _try_again(self, pending: PendingSend, again: policy.Again) -> None:
        if pending.tries >= MAX_TRIES:
            self._decide(pending, again.last)
            return
        seconds = min(BACK_OFF_SECONDS * 2 ** (pending.tries - 1), LONGEST_BACK_OFF_SECONDS)
        pending.not_before = self._leased.clock.monotonic() + seconds * self._rng.uniform(0.75, 1.25)
        self._waiting.append(pending)

    def _leave_open(self, *, alarming: str) -> None:
        """Leave a send in the journal as *sent*; it is looked up when the vendor's lists have had time to catch up."""
        reason = self._breaker.note([], alarming=alarming)
        due = self._leased.clock.time() + self._settle_after
        self._stop(StopReason(JobState.PAUSED, reason) if reason else StopReason(JobState.RUNNING, "settling", due))

    def _stop(self, why: StopReason) -> None:
        # The first reason stands, except that a pause outranks a wait: the wait would end by itself.
        if self._stopped is None or (why.state is JobState.PAUSED and self._stopped.due_at):
            self._stopped = why

    def _wind_up(self) -> None:
        """Wait for what is in flight and keep its answers, whatever it was that went wrong here."""
        self._stopped = StopReason(JobState.PAUSED, "interrupted")
        with suppress(Exception):
            while self._load():
                self._collect()
