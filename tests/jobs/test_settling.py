"""Settling: two looks before anything is sent again, sends that happened in part, and possible orphans."""

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, JobError, NotSent, OutcomeUnknown, PreconditionFailed
from privcrm.jobs import Item, JobState, Orphaned, Outcome, OutcomeState, Runner
from privcrm.jobs.worker import LOOKING_SECONDS, SECOND_LOOK_SECONDS
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell, Done, NotDone
from privcrm.store import Store
from tests.jobs.toy import Toy, all_done, jobs_for, plan

CALL = {"provider": "toy", "operation": "send"}
DONE, FAILED, PLANNED, UNKNOWN = (
    OutcomeState.DONE,
    OutcomeState.FAILED,
    OutcomeState.PLANNED,
    OutcomeState.UNKNOWN,
)


def losing(times: int):
    left = [times]

    def answer(items):
        if left[0]:
            left[0] -= 1
            raise OutcomeUnknown("reset", intent=None, **CALL)
        return all_done(items)

    return answer


def looked_up(handler: Toy, clock: ManualClock, *answers):
    """Let the look-ups answer so, one after the other, and return when each was made."""
    left, times = list(answers), []

    def truth(items):
        times.append(clock.time())
        return left.pop(0)

    handler.truth = truth
    return times


def test_nothing_is_sent_again_before_it_was_missed_twice(store: Store, clock: ManualClock) -> None:
    handler = Toy(losing(1), Repeat.AFTER_LOOKUP)
    times = looked_up(handler, clock, NotDone(), NotDone())
    jobs = jobs_for(store, handler, settle_after=30)
    began = clock.time()
    assert jobs.run(plan(jobs, 1).id).counts == {DONE: 1}
    assert [time - began for time in times] == [30, 30 + SECOND_LOOK_SECONDS]
    assert handler.keys == ["k0000", "k0000"]


def test_what_shows_at_the_second_look_is_not_sent_again(store: Store, clock: ManualClock) -> None:
    handler = Toy(losing(1), Repeat.AFTER_LOOKUP)
    looked_up(handler, clock, NotDone(), Done([Outcome.done(before={"id": 7})]))
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 1).id)
    assert handler.keys == ["k0000"]
    assert next(jobs.items(job.id)).outcome.before == {"id": 7}


def test_the_first_look_is_remembered_by_another_process(store: Store, clock: ManualClock) -> None:
    handler = Toy(losing(1), Repeat.AFTER_LOOKUP)
    times = looked_up(handler, clock, NotDone(), NotDone())
    job = plan(jobs_for(store, handler), 1)
    for _ in range(6):
        Runner(jobs_for(store, handler), clock).run_once()  # impatient, and each time another one
        clock.advance(SECOND_LOOK_SECONDS)
    assert len(times) == 2
    assert handler.keys == ["k0000", "k0000"]
    assert jobs_for(store, handler).get(job.id).counts == {DONE: 1}


def test_of_a_send_that_happened_in_part_the_rest_is_sent_again(store: Store, clock: ManualClock) -> None:
    handler = Toy(losing(1), Repeat.AFTER_LOOKUP)
    handler.batch = 3
    partly = Done([Outcome.waiting("begun"), None, Outcome.failed(7, "no")])
    times = looked_up(handler, clock, partly, partly)
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 5).id)
    assert len(times) == 2  # what lags may lag for single items
    assert handler.sent == [["k0000", "k0001", "k0002"], ["k0001", "k0003", "k0004"]]
    assert job.counts == {OutcomeState.WAITING: 1, DONE: 3, FAILED: 1}
    assert [item.attempts for item in jobs.items(job.id)] == [1, 2, 1, 1, 1]


def test_what_may_never_be_repeated_fails_for_the_items_that_were_missed(store: Store, clock: ManualClock) -> None:
    handler = Toy(losing(1), Repeat.NEVER)
    handler.batch = 2
    partly = Done([Outcome.done(), None])
    looked_up(handler, clock, partly, partly)
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 2).id)
    assert [item.outcome.code for item in jobs.items(job.id)] == [None, "not_done"]


def test_a_possible_orphan_is_noted_and_the_item_sent_once_more(store: Store, clock: ManualClock) -> None:
    handler = Toy(losing(1), Repeat.AFTER_LOOKUP)
    times = looked_up(handler, clock, Orphaned("a code with the state abc"))
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 2).id)
    assert (job.state, job.counts, len(times)) == (JobState.DONE, {DONE: 2}, 1)
    assert handler.keys == ["k0000", "k0000", "k0001"]
    (orphan,) = jobs.history.orphans(job.id)
    assert (orphan.seq, orphan.key, orphan.what) == (1, "k0000", "a code with the state abc")
    assert orphan.sent_at == handler.settled[0].sent_at
    (entry,) = [entry for entry in store.audit.entries(job_id=job.id) if entry.what == "possible orphan"]
    assert entry.details == {"seqs": [1], "orphan": "a code with the state abc"}


def test_an_orphan_and_then_nobody_can_tell(store: Store, clock: ManualClock) -> None:
    handler = Toy(losing(2), Repeat.AFTER_LOOKUP)
    looked_up(handler, clock, Orphaned("first"), CannotTell("second"))
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 1).id)
    assert (job.state, job.counts) == (JobState.DONE, {UNKNOWN: 1})
    assert [orphan.what for orphan in jobs.history.orphans(job.id)] == ["first"]
    item = jobs.resolve(job.id, "k0000", as_done=False, who="amy")
    assert (item.attempts, item.outcome.state) == (2, PLANNED)
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 1}
    assert handler.keys == ["k0000"] * 3


@pytest.mark.parametrize("error", [PreconditionFailed("still at it", **CALL), AnswerLost("reset", **CALL)])
def test_a_look_up_that_meets_no_answer_is_made_again(store: Store, clock: ManualClock, error: Exception) -> None:
    handler = Toy(losing(1), Repeat.AFTER_LOOKUP)
    looks = []

    def truth(items):
        looks.append(clock.time())
        if len(looks) < 4:
            raise error
        return Done()

    handler.truth = truth
    jobs = jobs_for(store, handler)
    began = clock.time()
    assert jobs.run(plan(jobs, 1).id).counts == {DONE: 1}
    assert [look - began for look in looks] == [5, 10, 15, 20]


def test_a_look_up_that_never_meets_an_answer_is_a_persons(store: Store, clock: ManualClock) -> None:
    def gone(items):
        raise NotSent("refused", **CALL)

    handler = Toy(losing(1), Repeat.AFTER_LOOKUP)
    handler.truth = gone
    jobs = jobs_for(store, handler)
    began = clock.time()
    job = jobs.run(plan(jobs, 1).id)
    assert job.state is JobState.PAUSED
    assert job.reason.startswith("settling: looking up what was sent failed")
    assert clock.time() - began == LOOKING_SECONDS + 5


# -- what other jobs have done, and what they still may do


def given(items: list[Item]) -> list[Outcome]:
    return [Outcome.done(before={"id": item.key}) for item in items]


def test_what_done_items_were_given_is_known_across_jobs(store: Store, clock: ManualClock) -> None:
    jobs = jobs_for(store, Toy(given))
    early = jobs.run(plan(jobs, 2).id)
    clock.advance(100)
    late = jobs.run(plan(jobs, 1).id)
    plan(jobs, 5)
    since = {when: {(each.job_id, each.before["id"]) for each in jobs.history.given("toy", when)} for when in (0, 90)}
    began = clock.time() - 100
    assert since[0] == {(early.id, "k0000"), (early.id, "k0001"), (late.id, "k0000")}
    assert {each.job_id for each in jobs.history.given("toy", began + 50)} == {late.id}
    assert list(jobs.history.given("other", 0)) == []


def test_open_items_are_planned_in_living_jobs_or_unknown_in_any(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    living, cancelled, done = plan(jobs, 2), plan(jobs, 2), plan(jobs, 1)
    jobs.cancel(cancelled.id)
    jobs.run(done.id)
    lost = Toy(losing(1), Repeat.AFTER_LOOKUP)
    lost.truth = lambda items: CannotTell("?")
    other = jobs_for(store, lost)
    unknown = other.run(plan(other, 2).id)
    with jobs.prepare("toy", {}, created_by="") as draft:
        draft.add(iter([]))
        found = {(each.job_id, each.key, each.state) for each in jobs.history.open_items("toy", besides=draft.job_id)}
    assert found == {(living.id, "k0000", PLANNED), (living.id, "k0001", PLANNED), (unknown.id, "k0000", UNKNOWN)}
    assert {each.job_id for each in jobs.history.open_items("toy", besides=living.id)} == {unknown.id}


def test_a_job_is_found_by_its_key_unless_it_was_cancelled(store: Store) -> None:
    jobs = jobs_for(store, Toy())

    def keyed(key: str):
        with jobs.prepare("toy", {"key": key}, created_by="") as draft:
            draft.add([])
            assert jobs.history.of_key("toy", key, besides=draft.job_id) is None
            return draft.seal()

    first, _ = keyed("a"), keyed("b")
    found = jobs.history.of_key("toy", "a", besides="")
    assert found is not None
    assert found.id == first.id
    jobs.cancel(first.id)
    assert jobs.history.of_key("toy", "a", besides="") is None
    with jobs.prepare("toy", {"key": "c"}, created_by=""), pytest.raises(JobError, match="being planned"):
        jobs.history.of_key("toy", "c", besides="")
