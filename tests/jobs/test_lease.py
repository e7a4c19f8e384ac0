"""No send is made by two workers: the lease is kept while a send lasts, and asked for right before a write."""

import threading
from collections.abc import Callable

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import JobError, OutcomeUnknown
from privcrm.jobs import Jobs, JobState, OutcomeState, RunLimits
from privcrm.jobs.records import LEASE_SECONDS
from privcrm.provider import Effect, Endpoint
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import Done
from privcrm.provider.watch import CallWatch
from privcrm.store import Store
from tests.jobs.toy import Toy, all_done, happened, jobs_for, plan

WRITE = Endpoint("write", "POST", "/write", "", Effect.WRITE, Repeat.AFTER_LOOKUP, "")
PATIENCE = 200


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("lease", "sender"):
        monkeypatch.setattr(f"privcrm.jobs.{module}.POLL_SECONDS", 0.005)


def lease_until(store: Store, job_id: str) -> float:
    with store.database.connect() as connection:
        row = connection.one("SELECT lease_until FROM privcrm_job WHERE id = ?", job_id)
    assert row is not None
    return float(row[0])


def lasts_for_minutes(store: Store, clock: ManualClock, job_id: Callable[[], str]) -> None:
    """Let virtual minutes pass, as a slow vendor would; each time the lease must be renewed before the next."""
    never = threading.Event()
    for _ in range(5):
        clock.advance(LEASE_SECONDS / 2)
        for _ in range(PATIENCE):
            if lease_until(store, job_id()) >= clock.time() + LEASE_SECONDS / 2 + 1:
                break
            never.wait(0.005)
        assert lease_until(store, job_id()) > clock.time()


@pytest.mark.parametrize("repeat", Repeat)
def test_the_lease_is_kept_however_long_a_send_lasts(store: Store, clock: ManualClock, repeat: Repeat) -> None:
    def slow(items):
        lasts_for_minutes(store, clock, lambda: job.id)
        return all_done(items)

    jobs = jobs_for(store, Toy(slow, repeat))
    job = plan(jobs, 1)
    assert jobs.run(job.id).counts == {OutcomeState.DONE: 1}


def test_the_lease_is_kept_while_a_lost_answer_is_looked_up(store: Store, clock: ManualClock) -> None:
    def lose(items):
        raise OutcomeUnknown("reset", intent=None, provider="toy", operation="send")

    def slow(items):
        lasts_for_minutes(store, clock, lambda: job.id)
        return Done()

    handler = Toy(lose, Repeat.AFTER_LOOKUP)
    handler.truth = slow
    jobs = jobs_for(store, handler)
    job = plan(jobs, 1)
    assert jobs.run(job.id).counts == {OutcomeState.DONE: 1}


def test_the_lease_is_kept_while_a_canary_is_read_back(store: Store, clock: ManualClock) -> None:
    class Reader(Toy):
        def read_back(self, job, items):
            lasts_for_minutes(store, clock, lambda: job.id)
            return []

    jobs = jobs_for(store, Reader())
    assert jobs.run(plan(jobs, 3, limits=RunLimits(canary=1)).id).state is JobState.WAITING


def test_a_worker_that_was_frozen_does_not_write_once_another_has_the_job(store: Store, clock: ManualClock) -> None:
    vendor: list[str] = []
    watch = CallWatch()

    def write(worker: str) -> Callable[..., object]:
        def send(items):
            if worker == "frozen":
                clock.advance(LEASE_SECONDS + 1)
                other.run(job.id)
            watch.check(WRITE, {})
            vendor.append(worker)
            return all_done(items)

        return send

    handlers = [Toy(write(name), Repeat.AFTER_LOOKUP) for name in ("frozen", "other")]
    mine, other = (Jobs(store, clock, [handler], calls=watch) for handler in handlers)
    handlers[1].truth = lambda items: happened(items) if vendor else handlers[0].truth(items)
    job = plan(mine, 1)
    with pytest.raises(JobError, match="taken over"):
        mine.run(job.id)
    assert vendor == ["other"]
    assert mine.get(job.id).counts == {OutcomeState.DONE: 1}


def test_a_lease_that_ran_out_but_was_not_taken_is_renewed_before_a_write(store: Store, clock: ManualClock) -> None:
    watch = CallWatch()

    def held_back(items):
        clock.advance(LEASE_SECONDS + 1)
        watch.check(WRITE, {})
        assert lease_until(store, job.id) > clock.time()
        return all_done(items)

    jobs = Jobs(store, clock, [Toy(held_back)], calls=watch)
    job = plan(jobs, 2)
    assert jobs.run(job.id).counts == {OutcomeState.DONE: 2}
