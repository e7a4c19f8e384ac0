"""The belt: carries items to the vendor, so few at a time that a kill never repeats more than one window of sends."""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from privcrm.jobs import verdict
from privcrm.jobs.alarm import Alarm
from privcrm.jobs.crew import Crew
from privcrm.jobs.handler import JobHandler
from privcrm.jobs.hold import SLICE_SECONDS, Hold
from privcrm.jobs.journal import new_send
from privcrm.jobs.model import Item, JobState, Outcome, OutcomeState
from privcrm.jobs.parcel import Delivered, Ending, Parcel
from privcrm.provider.endpoint import Repeat

__all__ = ["MAX_TRIES", "WINDOW", "Belt"]

WINDOW = 20  # sends journalled and not yet answered for: what a kill may repeat
MAX_TRIES = 5
BACK_OFF_SECONDS = 0.5
LONGEST_BACK_OFF_SECONDS = 30.0
COMMIT_SECONDS = 0.5  # answers are not kept unwritten for longer, so that progress is seen
POLL_SECONDS = 0.2  # real time between looks at answers, so that leases are renewed during slow calls


class Belt:
    """Carries the items of ``source`` once. Kinds that may not be repeated travel one by one."""

    def __init__(
        self,
        hold: Hold,
        handler: JobHandler,
        source: Iterator[Item],
        *,
        alarm: Alarm,
        rng: random.Random,
        settle_after: float,
    ) -> None:
        safe = handler.repeat is Repeat.SAFE
        self._hold = hold
        self._handler = handler
        self._source = source
        self._alarm = alarm
        self._rng = rng
        self._settle_after = settle_after
        self._window = WINDOW if safe else 1
        self._lanes = handler.parallel if safe else 1
        # Answers are written as late as they can be without leaving lanes empty while the window is full.
        self._commit_at = max(self._window // 2, self._window - self._lanes + 1)
        self._durable = not safe  # what cannot be repeated must be known as done, also after a loss of power
        self._waiting: deque[Parcel] = deque()
        self._flying = 0
        self._delivered: list[Delivered] = []
        self._returned: list[Parcel] = []
        self._ending: Ending | None = None
        self._exhausted = False
        self._committed = hold.clock.monotonic()

    def run(self) -> Ending | None:
        """Carry until the source is empty or something stops it; return what did."""
        crew = Crew[Parcel, Sequence[Outcome]](self._lanes, self._deliver)
        try:
            while self._load():
                self._start(crew)
                self._collect(crew)
        except BaseException:
            self._bring_home(crew)
            raise
        finally:
            crew.close()
        return self._ending

    def _deliver(self, parcel: Parcel) -> Sequence[Outcome]:
        outcomes = self._handler.send(self._hold.job, parcel.items)
        if len(outcomes) != len(parcel.items) or any(each.state is OutcomeState.PLANNED for each in outcomes):
            raise TypeError("a handler must return one outcome for each item")
        return outcomes

    # -- loading

    def _load(self) -> bool:
        """Commit answers and take new parcels when that is worth a commit; return whether work is left."""
        if self._worth_a_commit():
            parcels = [] if self._ending else self._pack(self._window - len(self._waiting) - self._flying)
            if self._delivered or parcels:
                self._hold.commit(self._delivered, parcels, durable=self._durable)
            self._delivered = []
            self._waiting.extend(parcels)
            self._committed = self._hold.clock.monotonic()
        if self._ending:
            self._unload()
        return bool(self._waiting or self._flying or self._delivered or not (self._exhausted or self._ending))

    def _worth_a_commit(self) -> bool:
        if not (self._waiting or self._flying):
            return True
        late = self._hold.clock.monotonic() - self._committed > COMMIT_SECONDS
        return len(self._delivered) >= self._commit_at or (late and bool(self._delivered))

    def _pack(self, room: int) -> list[Parcel]:
        parcels: list[Parcel] = []
        now = self._hold.clock.time()
        while len(parcels) < room and not self._exhausted:
            items = list(islice(self._source, self._handler.batch))
            self._exhausted = len(items) < self._handler.batch
            if items:
                parcels.append(Parcel(new_send(self._hold.job, items, self._hold.next_number(), now), items))
        return parcels

    def _unload(self) -> None:
        """Drop from the journal what will not be sent after all."""
        dropped = [*self._returned, *self._waiting]
        if dropped:
            self._hold.let_go(dropped)
        self._returned.clear()
        self._waiting.clear()

    # -- sending

    def _start(self, crew: Crew[Parcel, Sequence[Outcome]]) -> None:
        while self._flying < self._lanes and self._ending is None:
            parcel = self._next_ready()
            if parcel is None:
                return
            self._ending = self._hold.obstacle()
            if self._ending is None:
                self._waiting.remove(parcel)
                self._hold.spend()
                parcel.sends += 1
                crew.start(parcel)
                self._flying += 1

    def _next_ready(self) -> Parcel | None:
        now = self._hold.clock.monotonic()
        return next((parcel for parcel in self._waiting if parcel.not_before <= now), None)

    def _collect(self, crew: Crew[Parcel, Sequence[Outcome]]) -> None:
        if not self._flying:
            self._back_off()
            return
        answered = crew.answer(POLL_SECONDS)
        while answered is not None:
            self._flying -= 1
            self._take(*answered)
            answered = crew.answer(0) if self._flying else None
        self._hold.keep()

    def _back_off(self) -> None:
        if self._waiting and self._ending is None:
            until = min(parcel.not_before for parcel in self._waiting)
            self._hold.clock.sleep(min(until - self._hold.clock.monotonic(), SLICE_SECONDS))

    # -- answers

    def _take(self, parcel: Parcel, answer: Sequence[Outcome] | Exception) -> None:
        if isinstance(answer, Exception):
            self._judge(parcel, verdict.judge(answer, self._handler.repeat, self._hold.clock.time()))
        else:
            self._finish(parcel, answer)

    def _judge(self, parcel: Parcel, result: verdict.Verdict) -> None:
        match result:
            case verdict.Finish():
                self._finish(parcel, [result.outcome] * len(parcel.items), surprising=result.surprising)
            case verdict.Again():
                self._try_again(parcel, result)
            case verdict.Wait():
                self._returned.append(parcel)
                self._stop(Ending(JobState.RUNNING, result.reason, result.until))
            case verdict.Pause():
                self._returned.append(parcel)
                self._stop(Ending(JobState.PAUSED, result.reason))
            case verdict.Settle():
                self._leave_open(surprising=result.surprising)

    def _finish(self, parcel: Parcel, outcomes: Sequence[Outcome], *, surprising: bool = False) -> None:
        self._delivered.append(Delivered(parcel, outcomes))
        if reason := self._alarm.note(outcomes, surprising=surprising):
            self._stop(Ending(JobState.PAUSED, reason))

    def _try_again(self, parcel: Parcel, again: verdict.Again) -> None:
        if parcel.sends >= MAX_TRIES:
            self._judge(parcel, again.last)
            return
        seconds = min(BACK_OFF_SECONDS * 2 ** (parcel.sends - 1), LONGEST_BACK_OFF_SECONDS)
        parcel.not_before = self._hold.clock.monotonic() + seconds * self._rng.uniform(0.75, 1.25)
        self._waiting.append(parcel)

    def _leave_open(self, *, surprising: bool) -> None:
        """Leave a send in the journal as *sent*; it is looked up when the vendor's lists have had time to catch up."""
        reason = self._alarm.note([], surprising=surprising)
        due = self._hold.clock.time() + self._settle_after
        self._stop(Ending(JobState.PAUSED, reason) if reason else Ending(JobState.RUNNING, "settling", due))

    def _stop(self, ending: Ending) -> None:
        # The first reason stands, except that a pause outranks a wait: the wait would end by itself.
        if self._ending is None or (ending.state is JobState.PAUSED and self._ending.due_at):
            self._ending = ending

    def _bring_home(self, crew: Crew[Parcel, Sequence[Outcome]]) -> None:
        """Wait for what is in flight and keep its answers, whatever it was that went wrong here."""
        self._ending = Ending(JobState.PAUSED, "interrupted")
        with suppress(Exception):
            while self._load():
                self._collect(crew)
