import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from privcrm.clock import ManualClock, SystemClock
from privcrm.errors import JobError
from privcrm.jobs import ItemDraft, Job, JobState, Outcome, OutcomeState, Progress, RunLimits, Runner, intent_of
from privcrm.provider.endpoint import Repeat
from privcrm.store import Store, open_store
from privcrm.store.database import MOST_CONNECTIONS
from tests.jobs.toy import Toy, all_done, drafts, jobs_for, plan

DONE, PLANNED = OutcomeState.DONE, OutcomeState.PLANNED


def test_every_item_is_sent_once_and_ends_with_its_outcome(store: Store, clock: ManualClock) -> None:
    handler = Toy()
    jobs = jobs_for(store, handler)
    job = plan(jobs, [*drafts(45), ItemDraft("z", {}, outcome=Outcome.skipped("as wanted"))])
    clock.advance(5)
    seen: list[Progress] = []
    job = jobs.run(job.id, progress=seen.append)
    assert (job.state, job.calls_spent, job.finished_at) == (JobState.DONE, 45, clock.time())
    assert job.counts == {DONE: 45, OutcomeState.SKIPPED: 1}
    assert handler.keys == [draft.key for draft in drafts(45)]
    assert [item.outcome for item in jobs.items(job.id, DONE)][:1] == [Outcome.done(before={"was": "k0000"})]
    assert [one.finished for one in seen] == [21, 41, 46]
    assert {item.attempts for item in jobs.items(job.id, DONE)} == {1}
    assert [entry.what for entry in store.audit.entries(job_id=job.id)] == ["plan", "run", "end done"]
    assert jobs.run(job.id) == job
    assert len(handler.sent) == 45


def test_items_travel_in_batches_with_an_outcome_for_each(store: Store) -> None:
    def halves(items):
        return [Outcome.done() if item.payload["n"] % 2 else Outcome.failed(7, "odd") for item in items]

    handler = Toy(halves)
    handler.batch = 4
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 10).id)
    assert [len(keys) for keys in handler.sent] == [4, 4, 2]
    assert job.counts == {DONE: 5, OutcomeState.FAILED: 5}
    assert job.calls_spent == 3
    assert [item.outcome.code for item in jobs.items(job.id, OutcomeState.FAILED)] == [7] * 5


@pytest.mark.parametrize("wrong", [[], [Outcome(PLANNED)], [Outcome.done(), Outcome.done()]])
def test_answers_that_do_not_fit_the_items_fail_them(store: Store, wrong: list[Outcome]) -> None:
    jobs = jobs_for(store, Toy(lambda items: wrong))
    job = jobs.run(plan(jobs, 1).id)
    assert [item.outcome.code for item in jobs.items(job.id)] == ["internal"]


def test_so_many_calls_are_in_flight_as_the_handler_allows(url: str) -> None:
    lock, flying, most = threading.Lock(), 0, 0

    def slowly(items):
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        time.sleep(0.005)
        with lock:
            flying -= 1
        return all_done(items)

    handler = Toy(slowly)
    handler.parallel = 4
    with open_store(url, clock=SystemClock(), company="acme") as store:
        jobs = jobs_for(store, handler)
        assert jobs.run(plan(jobs, 60).id).counts == {DONE: 60}
    assert most == 4
    assert sorted(handler.keys) == [draft.key for draft in drafts(60)]


def open_sends(store: Store) -> list[tuple[str, str]]:
    with store.database.connect() as connection:
        return [tuple(row) for row in connection.all("SELECT state, marker FROM privcrm_send ORDER BY number")]


def test_a_send_is_in_the_journal_before_it_leaves_and_never_more_than_twenty(store: Store) -> None:
    most = 0

    def look(items):
        nonlocal most
        states = [state for state, _ in open_sends(store)]
        most = max(most, states.count("sent"))
        return all_done(items)

    jobs = jobs_for(store, Toy(look))
    jobs.run(plan(jobs, 70).id)
    assert most == 20
    assert {state for state, _ in open_sends(store)} == {"done"}


@pytest.mark.parametrize("repeat", [Repeat.AFTER_LOOKUP, Repeat.NEVER])
def test_what_must_not_be_repeated_travels_one_by_one_and_is_done_before_the_next(store: Store, repeat: Repeat) -> None:
    seen = []

    def look(items):
        states = open_sends(store)
        seen.append([state for state, _ in states])
        assert states[-1][1] == intent_of(job, items).marker
        return all_done(items)

    handler = Toy(look, repeat)
    handler.parallel = 8
    jobs = jobs_for(store, handler)
    job = plan(jobs, 3)
    assert jobs.run(job.id).counts == {DONE: 3}
    assert seen == [["sent"], ["done", "sent"], ["done", "done", "sent"]]


def test_markers_differ_by_job_and_items_and_fit_thirty_characters(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    job, other = plan(jobs, 2), plan(jobs, 2)
    first, second = jobs.items(job.id)
    third, fourth = evolve(first, seq=8), evolve(first, seq=9)
    batches = [(job, [first]), (job, [second]), (other, [first])]
    batches += [(job, [first, second, fourth]), (job, [first, third, fourth])]  # alike but for the middle
    assert len({intent_of(*batch).marker for batch in batches}) == len(batches)
    assert len({intent_of(*batch).key for batch in batches}) == len(batches)
    markers = {intent_of(*batch).marker for batch in batches}
    assert intent_of(job, [first]) == intent_of(job, [evolve(first, attempts=3)])
    assert all(len(marker) <= 30 for marker in markers)


def test_no_more_calls_are_spent_than_allowed(store: Store) -> None:
    handler = Toy()
    jobs = jobs_for(store, handler)
    job = plan(jobs, 30, limits=RunLimits(max_calls=7))
    job = jobs.run(job.id)
    assert (job.state, job.calls_spent, job.planned) == (JobState.PAUSED, 7, 23)
    assert job.reason.startswith("max_calls")
    assert len(handler.sent) == 7


@pytest.mark.parametrize(("granted", "done"), [(None, 14), (3, 10), (0, 30)])
def test_a_resume_grants_as_many_calls_again_or_others(store: Store, granted: int | None, done: int) -> None:
    jobs = jobs_for(store, Toy())
    job = jobs.run(plan(jobs, 30, limits=RunLimits(max_calls=7)).id)
    jobs.resume(job.id, max_calls=granted)
    job = jobs.run(job.id)
    assert job.counts[DONE] == done
    if job.planned:
        jobs.resume(job.id)
        assert jobs.run(job.id).counts[DONE] == done + job.limits.max_calls


def test_planning_calls_count_against_the_limit(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    with jobs.prepare("toy", {}, created_by="amy", limits=RunLimits(max_calls=7)) as draft:
        draft.add(drafts(10))
        job = draft.seal(calls=5)
    assert jobs.run(job.id).counts == {DONE: 2, PLANNED: 8}


def test_outside_its_window_a_job_waits(store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privcrm.jobs.lease.SLICE_SECONDS", 600.0)

    # The clock begins at Beijing's 08:00.
    def slow(items):
        clock.advance(3_600)
        return all_done(items)

    handler = Toy(slow)
    jobs = jobs_for(store, handler)
    job = plan(jobs, 3, limits=RunLimits(window="08:01-10:00"))
    began, waits = clock.time(), []
    job = jobs.run(job.id, progress=lambda progress: waits.append(progress.waiting_for))
    assert job.counts == {DONE: 3}
    assert [wait.partition(":")[0] for wait in waits if wait] == ["window", "window"]
    # One minute to wait, two calls of an hour, then until 08:01 of the next day for the third.
    assert clock.time() - began == 60 + 86_400 + 3_600


def test_a_closed_window_need_not_be_waited_for(store: Store, clock: ManualClock) -> None:
    jobs = jobs_for(store, Toy())
    job = jobs.run(plan(jobs, 3, limits=RunLimits(window="10:00-12:00")).id, wait_for_window=False)
    assert (job.state, job.due_at, clock.slept) == (JobState.WAITING, clock.time() + 2 * 3_600, [])
    runner = Runner(jobs, clock)
    assert not runner.run_once()
    clock.advance(2 * 3_600)
    assert runner.run_once()
    assert jobs.get(job.id).counts == {DONE: 3}


def test_who_interrupts_the_wait_for_a_window_loses_nothing(store: Store, clock: ManualClock) -> None:
    jobs = jobs_for(store, Toy())
    job = plan(jobs, 3, limits=RunLimits(window="10:00-12:00"))
    stop = threading.Event()
    opens = clock.time() + 2 * 3_600
    job = jobs.run(job.id, progress=lambda _: stop.set(), stop=stop)
    assert (job.state, job.due_at) == (JobState.WAITING, opens)
    clock.advance(2 * 3_600)
    assert Runner(jobs, clock).run_once()
    assert jobs.get(job.id).state is JobState.DONE


def test_a_canary_runs_a_spread_sample_is_read_back_and_waits(store: Store) -> None:
    handler = Toy()
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 100, limits=RunLimits(canary=4)).id)
    assert handler.keys == ["k0000", "k0025", "k0050", "k0075"]
    assert handler.read == handler.keys
    assert (job.state, job.note) == (JobState.WAITING, "canary: 4 of 4 done, read back as planned")
    with pytest.raises(JobError, match="canary"):
        jobs.run(job.id)
    with pytest.raises(JobError, match="typed exactly"):
        jobs.approve(job.id, "amy")
    assert jobs.approve(job.id, "amy", count=96).state is JobState.READY
    job = jobs.run(job.id)
    assert job.counts == {DONE: 100}
    assert sorted(handler.keys) == [draft.key for draft in drafts(100)]


def test_a_canary_tells_what_is_not_as_planned(store: Store) -> None:
    handler = Toy()
    handler.mismatches = ["one", "two", "three", "four"]
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 10, limits=RunLimits(canary=2)).id)
    assert job.note == "canary: 2 of 2 done, 4 not as planned: one; two; three"


def test_an_interrupted_canary_goes_on_with_the_same_items(store: Store) -> None:
    handler = Toy()
    jobs = jobs_for(store, handler)
    job = plan(jobs, 100, limits=RunLimits(canary=4))

    def second_pauses(items):
        if len(handler.sent) == 2:
            jobs.pause(job.id)
        return all_done(items)

    handler.answer = second_pauses
    assert jobs.run(job.id).counts[DONE] == 2
    jobs.resume(job.id)
    assert jobs.run(job.id).state is JobState.WAITING
    assert handler.keys == ["k0000", "k0025", "k0050", "k0075"]


def test_a_canary_of_the_whole_plan_is_the_plan(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    job = jobs.run(plan(jobs, 3, limits=RunLimits(canary=9)).id)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 3})


def test_what_a_broken_progress_raises_reaches_the_caller_and_loses_nothing(store: Store) -> None:
    handler = Toy()
    jobs = jobs_for(store, handler)
    job = plan(jobs, 50)

    def broken(progress: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        jobs.run(job.id, progress=broken)
    stopped: Job = jobs.get(job.id)
    assert stopped.state is JobState.PAUSED
    assert stopped.counts[DONE] == len(handler.sent) > 0
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 50}
    assert len(handler.sent) == 50


def test_as_many_jobs_run_at_once_as_a_process_has_connections(store: Store) -> None:
    all_here = threading.Barrier(MOST_CONNECTIONS, timeout=20)

    def meet(items):
        all_here.wait()
        return all_done(items)

    jobs = jobs_for(store, Toy(meet))
    planned = [plan(jobs, 1) for _ in range(MOST_CONNECTIONS)]
    with ThreadPoolExecutor(MOST_CONNECTIONS) as threads:
        ended = list(threads.map(lambda job: jobs.run(job.id), planned))
    assert [job.counts for job in ended] == [{OutcomeState.DONE: 1}] * MOST_CONNECTIONS
