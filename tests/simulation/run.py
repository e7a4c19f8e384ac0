"""A company whose people act in virtual time, and its real ``CRM`` on a real store."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random
from types import TracebackType
from typing import Self

from attrs import evolve

from privcrm import CRM
from privcrm.clock import ManualClock
from privcrm.events import TryAgain
from privcrm.events.router import Subscription
from privcrm.jobs.runner import Runner
from privcrm.models import StaffId
from privcrm.models.events import Event
from privcrm.provider import CallRecord
from privcrm.store.database import marks
from privcrm.testing.memory import MemoryProvider
from tests.simulation.lag import PROMPT, Lag
from tests.simulation.loop import Loop
from tests.simulation.vendor import Habits, Scans

MOST_TRIES = 8
PAUSE_SECONDS = 2.0

START = 1_767_196_800.0
"""2026-01-01 00:00 in Beijing."""


class Simulation:
    """One seed, one crowd. ``staff`` are the ids of employees with customer contact, in order.

    Events go to every handler of the CRM as the inbox hands them on: what raises comes again later, and after some
    tries is given up. They do not pass the inbox itself, which has tests of its own. Timers are run when they are due.
    """

    def __init__(
        self,
        url: str,
        *,
        seed: int = 1,
        lag: Lag = PROMPT,
        habits: Habits | None = None,
        staff: int = 12,
        start: float = START,
    ) -> None:
        self.rng = Random(seed)
        self.lag = lag
        self.calls: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.gave_up: list[str] = []
        self.loop = Loop(ManualClock(start))
        self.crm = CRM.connect(
            MemoryProvider,
            store=url,
            clock=self.loop.clock,
            on_call=self._note,
            random=Random(seed),
            seed=seed,
            staff=staff,
            members=0,
            groups=0,
        )
        assert isinstance(self.crm.provider, MemoryProvider)
        self.scans = Scans(self.crm.provider, Random(seed + 1), habits or Habits())
        self.staff: list[StaffId] = sorted(self.crm.provider.staff.serving())
        self._runner = Runner(self.crm.jobs, self.loop.clock, Random(seed))
        self._timers_at: float | None = None

    # -- what is told

    def tell(self, events: Iterable[Event]) -> None:
        """Let the vendor tell something that happened just now."""
        for event in events:
            self.told[type(event).__name__] += 1
            for delay in self.lag.deliveries(self.rng):
                self.loop.after(delay, self._delivery(event))

    def _delivery(self, event: Event) -> Callable[[], None]:
        return lambda: self.deliver(event)

    def deliver(self, event: Event) -> None:
        """Hand an event to everybody who wants it."""
        self._hand(event, self.crm._router.subscriptions(event, first=True))

    def _hand(self, event: Event, subscriptions: Sequence[Subscription]) -> None:
        for place, subscription in enumerate(subscriptions):
            held = self._call(subscription, event, subscriptions[place + 1 :])
            if held:
                return

    def _call(self, subscription: Subscription, event: Event, behind: Sequence[Subscription] = ()) -> bool:
        """Call a handler, now and as often as it asks; return whether those behind it are to wait for it."""
        held = False
        try:
            subscription.handler(event)
        except TryAgain as early:
            seconds, held = early.seconds, early.holds
        except Exception as error:
            self.told[f"{subscription.name}: {type(error).__name__}"] += 1
            seconds = PAUSE_SECONDS * 2**event.attempt
            if event.attempt >= MOST_TRIES:
                raise
        else:
            return False
        if event.attempt >= MOST_TRIES:
            self.gave_up.append(f"{subscription.name} {event.key}")
            return held
        later = evolve(event, attempt=event.attempt + 1)
        self.loop.after(seconds, lambda: self._hand(later, (subscription, *(behind if held else ()))))
        return held

    # -- going on

    def run(self, until: float | None = None) -> None:
        """Let everything happen that is to happen up to a moment (unix seconds), or all people's deeds with None."""
        while True:
            deed_at, timer_at = self.loop.next_at, self.next_timer()
            if deed_at is None and (until is None or timer_at is None):
                break
            due = min(at for at in (deed_at, timer_at) if at is not None)
            if until is not None and due > until:
                break
            if timer_at is not None and timer_at <= due:
                self.loop.reach(timer_at)
                self._fire()
            else:
                self.loop.step()
        if until is not None:
            self.loop.reach(until)

    def run_for(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.run(self.loop.now + seconds)

    def settle(self, seconds: float = 3_600.0) -> None:
        """Let everything arrive that is on its way, and timers do what they do in that time."""
        self.run()
        self.run_for(seconds)

    def next_timer(self) -> float | None:
        """Return when the next timer is due that somebody would run; what is overdue is due now."""
        kinds = sorted(self.crm.jobs.timers._handlers)
        with self.crm.store.database.connect() as connection:
            row = connection.one(
                "SELECT MIN(due) FROM privcrm_timer"
                f" WHERE company = ? AND lease_until <= ? AND kind IN ({marks(kinds)})",
                *(self.crm.provider.company, self.loop.now, *kinds),
            )
        return None if row is None or row[0] is None else max(float(row[0]), self.loop.now)

    def _fire(self) -> None:
        while self._runner.run_once():
            pass

    def _note(self, record: CallRecord) -> None:
        self.calls[record.operation] += 1

    def close(self) -> None:
        """Close the CRM."""
        self.crm.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
