"""What a job has cost is what was called: not more for a runner's turns, not less for a failed commit."""

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, StoreError
from privcrm.jobs import Jobs, JobState, OutcomeState, RunLimits, Runner
from privcrm.jobs.journal import Journal
from privcrm.jobs.lease import LeasedJob
from privcrm.jobs.records import LEASE_SECONDS
from privcrm.provider import CallRecord
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell, Done
from privcrm.provider.watch import CallWatch
from privcrm.store import Store
from tests.jobs.toy import Toy, all_done, jobs_for, plan

RECORD = CallRecord("toy", "acme", "call", 1, 0, 0.0, 0.0)


def lose(items):
    raise AnswerLost("reset", provider="toy", operation="send")


class Costly(Toy):
    """Makes so many calls for each thing it does, as an observer of calls would see them."""

    def __init__(self, watch: CallWatch, calls: int, answer=all_done, repeat: Repeat = Repeat.SAFE) -> None:
        super().__init__(answer, repeat)
        self.watch = watch
        self.calls = calls
        self.made = 0

    def call(self) -> None:
        for _ in range(self.calls):
            self.watch.observe(RECORD)
            self.made += 1

    def send(self, job, items):
        self.call()
        return super().send(job, items)

    def settle(self, job, items, send):
        self.call()
        return super().settle(job, items, send)

    def read_back(self, job, items):
        self.call()
        return super().read_back(job, items)


def test_every_call_of_sends_and_read_backs_counts(store: Store, clock: ManualClock) -> None:
    watch = CallWatch()
    handler = Costly(watch, calls=3)
    jobs = Jobs(store, clock, [handler], calls=watch)
    job = jobs.run(plan(jobs, 10, limits=RunLimits(canary=2)).id)
    assert job.calls_spent == handler.made == 9
    jobs.approve(job.id, "bob")
    assert jobs.run(job.id).calls_spent == handler.made == 33
    watch.observe(RECORD)  # nobody's: made outside a job
    assert jobs.get(job.id).calls_spent == 33


def test_look_ups_count_and_a_runners_turns_do_not(store: Store, clock: ManualClock) -> None:
    watch = CallWatch()
    handler = Costly(watch, 2, lose, Repeat.AFTER_LOOKUP)
    handler.truth = lambda items: CannotTell("orphan")
    jobs = Jobs(store, clock, [handler], calls=watch)
    job = plan(jobs, 3)
    runner = Runner(jobs, clock)
    for _ in range(12):
        runner.run_once()
        clock.advance(10)
    job = jobs.get(job.id)
    assert job.counts == {OutcomeState.UNKNOWN: 3}
    assert job.calls_spent == handler.made == 12


def test_many_lanes_spend_no_more_than_allowed(store: Store) -> None:
    handler = Toy()
    handler.parallel = 8
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 60, limits=RunLimits(max_calls=13)).id)
    assert (job.state, job.calls_spent, len(handler.sent)) == (JobState.PAUSED, 13, 13)


def test_a_failed_commit_loses_no_count(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = Toy()
    jobs = jobs_for(store, handler)
    job = plan(jobs, 30)
    close = Journal.close

    def fails_once(self, connection, numbers, state):
        if len(handler.sent) > 15:
            monkeypatch.setattr(Journal, "close", close)
            raise StoreError("locked")
        close(self, connection, numbers, state)

    monkeypatch.setattr(Journal, "close", fails_once)
    with pytest.raises(StoreError):
        jobs.run(job.id)
    assert jobs.get(job.id).calls_spent == len(handler.sent)
    jobs.resume(job.id)
    assert jobs.run(job.id).calls_spent == len(handler.sent)


def test_a_job_cancelled_while_it_waits_to_look_up_leaves_nothing_open(store: Store) -> None:
    handler = Toy(lose, Repeat.AFTER_LOOKUP)
    handler.truth = lambda items: Done()
    jobs = jobs_for(store, handler)
    job = plan(jobs, 2)

    def cancel_in_the_wait(progress) -> None:
        if progress.waiting_for and jobs.get(job.id).state is not JobState.CANCELLED:
            jobs.cancel(job.id, "bob")

    jobs.run(job.id, progress=cancel_in_the_wait)
    job = jobs.get(job.id)
    assert (job.state, job.counts) == (JobState.CANCELLED, {OutcomeState.UNKNOWN: 1, OutcomeState.PLANNED: 1})
    with store.database.connect() as connection:
        assert connection.all("SELECT state FROM privcrm_send") == [("unknown",)]


def test_what_a_worker_killed_after_the_cancelling_left_open_is_written_off(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled_meanwhile(items):
        jobs.cancel(job.id, "bob")
        lose(items)

    def killed(self, why) -> None:
        raise KeyboardInterrupt

    jobs = jobs_for(store, Toy(cancelled_meanwhile, Repeat.AFTER_LOOKUP))
    job = plan(jobs, 1)
    monkeypatch.setattr(LeasedJob, "release", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.id)
    jobs.sweep()
    assert jobs.get(job.id).counts == {OutcomeState.PLANNED: 1}  # the lease has not run out: it may still end this
    clock.advance(LEASE_SECONDS + 1)
    jobs.sweep()
    assert jobs.get(job.id).counts == {OutcomeState.UNKNOWN: 1}
