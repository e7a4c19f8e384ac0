import threading

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import JobError, RateLimited
from privcrm.jobs import Jobs, JobState, OutcomeState, RunLimits, Runner
from privcrm.jobs.records import LEASE_SECONDS
from privcrm.provider.endpoint import Repeat
from privcrm.store import Store, Timer
from tests.jobs.toy import Toy, all_done, happened, jobs_for, plan

DONE, PLANNED = OutcomeState.DONE, OutcomeState.PLANNED


def test_the_runner_takes_what_is_ready_the_oldest_first(store: Store, clock: ManualClock) -> None:
    handler = Toy()
    jobs = jobs_for(store, handler)
    first = plan(jobs, 2)
    clock.advance(1)
    second = plan(jobs, 3)
    waiting = plan(jobs, 3, limits=RunLimits(approve_above=1))
    runner = Runner(jobs, clock)
    assert runner.run_once()
    assert (jobs.get(first.id).state, jobs.get(second.id).state) == (JobState.DONE, JobState.READY)
    assert runner.run_once()
    assert not runner.run_once()
    assert jobs.get(waiting.id).state is JobState.WAITING


@pytest.mark.parametrize("repeat", [Repeat.SAFE, Repeat.AFTER_LOOKUP])
def test_a_worker_that_lost_its_lease_cannot_commit(store: Store, clock: ManualClock, repeat: Repeat) -> None:
    def sleeps_through_its_lease(items):
        if len(slow.sent) == 3:
            clock.advance(LEASE_SECONDS + 1)
            assert quick_jobs.run(job.id).counts == {DONE: 10}
            raise ValueError("too late")
        return all_done(items)

    slow, quick = Toy(sleeps_through_its_lease, repeat), Toy(repeat=repeat)
    quick.truth = happened
    slow_jobs, quick_jobs = jobs_for(store, slow), jobs_for(store, quick)
    job = plan(slow_jobs, 10)
    with pytest.raises(JobError, match="taken over"):
        slow_jobs.run(job.id)
    job = slow_jobs.get(job.id)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 10})
    assert len(slow.sent) == 3
    if repeat is not Repeat.SAFE:
        assert sorted(slow.keys + quick.keys) == [f"k{number:04}" for number in range(10)]


def test_a_job_that_a_living_worker_holds_is_left_alone(store: Store, clock: ManualClock) -> None:
    def try_to_steal(items):
        with pytest.raises(JobError, match="another worker"):
            jobs.run(job.id)
        assert not Runner(jobs, clock).run_once()
        return all_done(items)

    jobs = jobs_for(store, Toy(try_to_steal))
    job = plan(jobs, 2)
    assert jobs.run(job.id).counts == {DONE: 2}


def test_a_waiting_job_does_not_keep_the_runner(store: Store, clock: ManualClock) -> None:
    until = clock.time() + 40

    def limited_at_first(items):
        if clock.time() < until:
            raise RateLimited("slow down", retry_at=until, provider="toy", operation="send")
        return all_done(items)

    jobs = jobs_for(store, Toy(limited_at_first))
    job = plan(jobs, 2)
    runner = Runner(jobs, clock)
    assert runner.run_once()
    assert not runner.run_once()
    waiting = jobs.get(job.id)
    assert (waiting.state, waiting.due_at, waiting.reason[:12]) == (JobState.RUNNING, until, "rate_limited")
    clock.advance(40)
    assert runner.run_once()
    assert jobs.get(job.id).counts == {DONE: 2}


def test_the_runner_comes_back_when_a_window_opens(store: Store, clock: ManualClock) -> None:
    jobs = jobs_for(store, Toy())
    job = plan(jobs, 2, limits=RunLimits(window="09:00-10:00"))  # the clock begins at 08:00 in Beijing
    runner = Runner(jobs, clock)
    runner.run_once()
    assert (jobs.get(job.id).state, runner.run_once()) == (JobState.WAITING, False)
    clock.advance(3_600)
    assert runner.run_once()
    assert jobs.get(job.id).state is JobState.DONE


def test_a_stopped_runner_leaves_its_job_to_the_next(store: Store, clock: ManualClock) -> None:
    stop = threading.Event()

    def terminated(items):
        if len(handler.sent) == 3:
            stop.set()
        return all_done(items)

    handler = Toy(terminated)
    jobs = jobs_for(store, handler)
    job = plan(jobs, 10)
    Runner(jobs, clock).run_forever(stop)
    left = jobs.get(job.id)
    assert (left.state, left.counts) == (JobState.READY, {DONE: 3, PLANNED: 7})
    assert Runner(jobs, clock).run_once()
    assert jobs.get(job.id).counts == {DONE: 10}


def test_a_handler_that_breaks_the_kernel_pauses_its_job_only(store: Store, clock: ManualClock) -> None:
    class Broken(Toy):
        kind = "toy"

        def suspicious(self, outcome):
            raise ValueError("13800138000")

    jobs = jobs_for(store, Broken())
    job = plan(jobs, 3)
    assert not Runner(jobs, clock).run_once()
    assert jobs.get(job.id).state is JobState.PAUSED


def test_kinds_and_versions_not_known_here_are_left_to_others(store: Store, clock: ManualClock) -> None:
    job = plan(jobs_for(store, Toy()), 1)
    newer = Toy()
    newer.version = 2
    for jobs in (jobs_for(store), jobs_for(store, newer)):
        assert not Runner(jobs, clock).run_once()
    assert jobs.get(job.id).state is JobState.READY


def test_timers_go_to_the_handler_of_their_kind(store: Store, clock: ManualClock) -> None:
    jobs, fired = jobs_for(store), []
    jobs.timers.register("poll", fired.append)
    jobs.timers.set("poll", "a", clock.time(), {"n": 1})
    jobs.timers.set("poll", "b", clock.time() + 5, {"n": 2})
    jobs.timers.set("other", "c", clock.time(), {})
    jobs.timers.set("poll", "d", clock.time(), {})
    jobs.timers.cancel("poll", "d")
    runner = Runner(jobs, clock)
    assert [runner.run_once(), runner.run_once()] == [True, False]
    clock.advance(5)
    assert [runner.run_once(), runner.run_once()] == [True, False]
    assert [timer.payload["n"] for timer in fired] == [1, 2]


def test_a_timer_that_fails_comes_again_later_and_later(store: Store, clock: ManualClock) -> None:
    def fail(timer: Timer) -> None:
        attempts.append((timer.attempts, clock.time()))
        raise ValueError("13800138000")

    jobs, attempts, began = jobs_for(store), [], clock.time()
    jobs.timers.register("poll", fail)
    jobs.timers.set("poll", "a", began, {})
    runner, stop = Runner(jobs, clock), threading.Event()
    while clock.time() < began + 200 and not stop.is_set():
        if not runner.run_once():
            clock.advance(1)
    assert attempts == [(0, began), (1, began + 60), (2, began + 180)]


def test_services_that_nobody_asked_for_are_loaded_when_there_is_work_for_them(
    store: Store, clock: ManualClock
) -> None:
    planned = plan(jobs_for(store, Toy()), 2)
    store.timers.set("bell", "a", clock.time(), {})
    rung, loaded = [], []

    def rest() -> None:
        if not loaded:
            loaded.append(jobs)
            jobs.offer(Toy())
            jobs.timers.offer("bell", rung.append)

    jobs = Jobs(store, clock, rest=rest)
    assert (jobs.get(planned.id).state, loaded) == (JobState.READY, [])
    runner = Runner(jobs, clock)
    while runner.run_once():
        pass
    assert (len(rung), jobs.get(planned.id).state) == (1, JobState.DONE)


def test_a_handler_put_in_place_of_a_services_own_stays_there(store: Store, clock: ManualClock) -> None:
    mine, theirs = Toy(), Toy()
    jobs = Jobs(store, clock, rest=lambda: jobs.offer(theirs))
    jobs.register(mine)
    jobs.offer(theirs)  # its service was asked for
    assert jobs.handlers.kinds == ("toy",)
    jobs.run(plan(jobs, 2).id)
    assert (len(mine.sent), len(theirs.sent)) == (2, 0)


def test_what_is_done_at_a_time_stays_when_services_are_loaded(store: Store, clock: ManualClock) -> None:
    mine, theirs = [], []
    jobs = Jobs(store, clock, rest=lambda: jobs.timers.offer("bell", theirs.append))
    jobs.timers.register("bell", mine.append)
    jobs.timers.set("bell", "a", clock.time(), {})
    assert jobs.timers.fire_one("me")
    assert (len(mine), theirs) == (1, [])
