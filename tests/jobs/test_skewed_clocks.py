"""Two machines whose clocks differ by more than a lease lasts: what must happen once is sent by one of them."""

from collections.abc import Callable

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import JobError
from privcrm.jobs import Jobs, OutcomeState
from privcrm.jobs.records import LEASE_SECONDS
from privcrm.provider import Effect, Endpoint
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import NotDone
from privcrm.provider.watch import CallWatch
from privcrm.store import Store, open_store
from tests.jobs.toy import Toy, all_done, happened, plan

WRITE = Endpoint("write", "POST", "/write", "", Effect.WRITE, Repeat.AFTER_LOOKUP, "")


class Other(ManualClock):
    """Another machine's clock, ahead of ours; its sleeps do not move ours."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock.time() + LEASE_SECONDS + 5)
        self.slept_through: Callable[[float], None] = lambda seconds: None

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.slept_through(sum(self.slept))


class Machines:
    """One worker that is held up in a send, and another that comes meanwhile."""

    def __init__(self, store: Store, url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
        # On one machine a living process is known; these two are to know nothing of each other.
        monkeypatch.setattr("privcrm.jobs.records.is_gone", lambda holder: False)
        self.vendor: list[str] = []
        self.watches = CallWatch(), CallWatch()
        self.during: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None
        handlers = [Toy(self.sending("mine", self.watches[0]), Repeat.AFTER_LOOKUP)]
        handlers += [Toy(self.sending("other", self.watches[1]), Repeat.AFTER_LOOKUP)]
        for handler in handlers:
            handler.truth = lambda items: happened(items) if self.vendor else NotDone()
        self.mine = Jobs(store, clock, handlers[:1], calls=self.watches[0])
        self.other_clock = Other(clock)
        self.store = open_store(url, clock=self.other_clock, company="acme")
        self.other = Jobs(self.store, self.other_clock, handlers[1:], calls=self.watches[1])
        self.looked = handlers[1].settled

    def sending(self, name: str, watch: CallWatch):
        def send(items):
            if name == "mine":
                self.during()
            watch.check(WRITE, {})
            if name == "mine":
                self.after()
            self.vendor.append(name)
            return all_done(items)

        return send


@pytest.fixture
def machines(store: Store, url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch):
    made = Machines(store, url, clock, monkeypatch)
    yield made
    made.store.close()


def test_a_worker_that_waits_for_an_allowance_does_not_send_once_it_was_taken_over(machines: Machines) -> None:
    job = plan(machines.mine, 1)
    machines.during = lambda: machines.other.run(job.id) and None
    with pytest.raises(JobError, match="taken over"):
        machines.mine.run(job.id)
    assert machines.vendor == ["other"]
    assert machines.mine.get(job.id).counts == {OutcomeState.DONE: 1}


def test_what_left_just_before_the_job_was_taken_over_has_a_lease_of_time_to_show(machines: Machines) -> None:
    """It was let through, and arrives while the other worker could look for it in vain."""
    job = plan(machines.mine, 1)

    def arrive(waited: float) -> None:
        if waited > LEASE_SECONDS / 2 and not machines.vendor:
            machines.vendor.append("mine")

    def take_over() -> None:
        machines.other_clock.slept_through = arrive
        machines.other.run(job.id)
        raise KeyboardInterrupt

    machines.after = take_over
    with pytest.raises((KeyboardInterrupt, JobError)):
        machines.mine.run(job.id)
    assert machines.vendor == ["mine"]
    assert [send.looked_at for send in machines.looked] == [0.0]  # found at the first look
    assert machines.mine.get(job.id).counts == {OutcomeState.DONE: 1}
