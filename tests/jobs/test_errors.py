from collections.abc import Sequence

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import (
    AnswerLost,
    InvalidArgument,
    NotSent,
    OutcomeUnknown,
    OutOfScope,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
)
from privcrm.jobs import Item, JobState, Outcome, OutcomeState, RunLimits
from privcrm.jobs.error_policy import SUSPICIOUS_FROM
from privcrm.jobs.sender import MAX_TRIES
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell, Done
from privcrm.store import Store
from tests.jobs.toy import Toy, all_done, happened, jobs_for, plan

CALL = {"provider": "toy", "operation": "send"}
DONE, PLANNED, UNKNOWN, FAILED = (
    OutcomeState.DONE,
    OutcomeState.PLANNED,
    OutcomeState.UNKNOWN,
    OutcomeState.FAILED,
)


class Trouble:
    """Raises ``errors`` for the item ``key``, one after the other, and answers well otherwise."""

    def __init__(self, key: str, *errors: Exception) -> None:
        self.key = key
        self.errors = list(errors)

    def __call__(self, items: Sequence[Item]) -> Sequence[Outcome]:
        if self.errors and any(item.key == self.key for item in items):
            raise self.errors.pop(0)
        return all_done(items)


def open_sends(store: Store) -> int:
    with store.database.connect() as connection:
        row = connection.one("SELECT count(*) FROM privcrm_send WHERE state = 'sent'")
    assert row is not None
    return int(row[0])


def test_a_refused_batch_fails_each_of_its_items_and_no_other(store: Store) -> None:
    handler = Toy(Trouble("k0003", InvalidArgument("no", code=7, **CALL)))
    handler.batch = 3
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 9).id)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 6, FAILED: 3})
    assert [item.key for item in jobs.items(job.id, FAILED)] == ["k0003", "k0004", "k0005"]


@pytest.mark.parametrize("repeat", Repeat)
def test_a_limit_makes_the_job_wait_and_nothing_is_lost(store: Store, clock: ManualClock, repeat: Repeat) -> None:
    until = clock.time() + 42
    handler = Toy(Trouble("k0005", RateLimited("slow down", retry_at=until, **CALL)), repeat)
    jobs = jobs_for(store, handler)
    waits = []
    job = jobs.run(plan(jobs, 30).id, progress=lambda progress: waits.append(progress.waiting_for))
    assert job.counts == {DONE: 30}
    assert clock.time() == until
    assert sum(wait.startswith("rate_limited") for wait in waits) == 1
    assert len(handler.sent) == 31


def test_a_day_that_is_used_up_can_be_stopped_while_waiting(store: Store, clock: ManualClock) -> None:
    handler = Toy(Trouble("k0005", QuotaExhausted("used up", reset_at=clock.time() + 9_000)))
    jobs = jobs_for(store, handler)
    job = plan(jobs, 30)
    states = []

    def pause_in_the_wait(progress) -> None:
        if progress.waiting_for:
            states.append(jobs.get(job.id))
            jobs.pause(job.id, "amy")

    job = jobs.run(job.id, progress=pause_in_the_wait)
    assert states[0].state is JobState.RUNNING
    assert states[0].reason.startswith("quota")
    assert (job.state, job.counts[DONE]) == (JobState.PAUSED, 5)
    assert open_sends(store) == 0


def test_a_missing_right_pauses_with_the_reason_and_keeps_the_items(store: Store) -> None:
    handler = Toy(Trouble("k0005", PermissionDenied("not allowed", code=48002, **CALL)))
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 30).id)
    assert (job.state, job.counts) == (JobState.PAUSED, {DONE: 5, PLANNED: 25})
    assert "48002" in job.reason
    assert open_sends(store) == 0
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 30}


def test_records_without_the_right_fail_until_too_many_in_a_row_do(store: Store) -> None:
    def denied(items):
        if items[0].payload["n"] in {3, *range(10, 30)}:
            raise PermissionDenied("outside the visible range", code=60011, scope="record", **CALL)
        return all_done(items)

    jobs = jobs_for(store, Toy(denied))
    job = jobs.run(plan(jobs, 30).id)
    assert (job.state, job.counts) == (JobState.PAUSED, {DONE: 9, FAILED: 6, PLANNED: 15})
    assert job.reason == "refused: code 60011 came 5 times in a row"


def test_a_job_goes_on_around_what_lies_outside_the_write_scope(store: Store) -> None:
    jobs = jobs_for(store, Toy(Trouble("k0003", OutOfScope("zhang is outside the write scope"))))
    job = jobs.run(plan(jobs, 10).id)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 9, OutcomeState.SKIPPED: 1})
    assert jobs.reasons(job.id) == {(DONE, ""): 9, (OutcomeState.SKIPPED, "out_of_scope"): 1}


def test_an_unreachable_provider_is_tried_five_times_and_then_pauses(store: Store, clock: ManualClock) -> None:
    handler = Toy(Trouble("k0000", *[NotSent("refused", **CALL)] * MAX_TRIES))
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 1).id)
    assert (job.state, job.counts, job.calls_spent) == (JobState.PAUSED, {PLANNED: 1}, MAX_TRIES)
    assert "cannot be reached" in job.reason
    assert 4 < sum(clock.slept) < 12
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 1}


def test_one_slow_item_does_not_hold_up_the_others(store: Store) -> None:
    handler = Toy(Trouble("k0000", NotSent("refused", **CALL)))
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 20).id)
    assert job.counts == {DONE: 20}
    assert handler.keys[-1] == "k0000"
    assert next(jobs.items(job.id)).attempts == 2


def test_answers_lost_again_and_again_end_as_unknown(store: Store) -> None:
    handler = Toy(Trouble("k0001", *[AnswerLost("reset", **CALL)] * MAX_TRIES))
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 3).id)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 2, UNKNOWN: 1})
    assert [item.attempts for item in jobs.items(job.id)] == [1, MAX_TRIES, 1]


def lost() -> OutcomeUnknown:
    return OutcomeUnknown("reset", intent=None, **CALL)


def test_a_lost_answer_is_looked_up_after_the_settle_time(store: Store, clock: ManualClock) -> None:
    handler = Toy(Trouble("k0001", lost()), Repeat.AFTER_LOOKUP)
    handler.truth = lambda items: Done([Outcome.done(before={"found": True})])
    jobs = jobs_for(store, handler, settle_after=30)
    began = clock.time()
    job = jobs.run(plan(jobs, 3).id)
    assert job.counts == {DONE: 3}
    assert handler.keys == ["k0000", "k0001", "k0002"]
    assert [item.outcome.before for item in jobs.items(job.id)][1] == {"found": True}
    assert clock.time() - began == 30
    assert handler.settled[0].sent_at == began
    assert handler.settled[0].intent.created_at == began


def test_what_did_not_happen_is_sent_again_with_the_same_marker(store: Store) -> None:
    handler = Toy(Trouble("k0001", lost(), lost()), Repeat.AFTER_LOOKUP)
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 3).id)
    assert job.counts == {DONE: 3}
    assert handler.keys == ["k0000", "k0001", "k0001", "k0001", "k0002"]
    assert len({send.marker for send in handler.settled}) == 1
    assert [item.attempts for item in jobs.items(job.id)] == [1, 3, 1]


def test_looking_up_does_not_go_on_for_ever(store: Store) -> None:
    handler = Toy(Trouble("k0000", *[lost()] * 50), Repeat.AFTER_LOOKUP)
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 1).id)
    assert job.counts == {FAILED: 1}
    assert len(handler.sent) == MAX_TRIES


def test_what_may_never_be_repeated_is_not_even_when_it_did_not_happen(store: Store) -> None:
    handler = Toy(Trouble("k0000", lost()), Repeat.NEVER)
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 1).id)
    assert job.counts == {FAILED: 1}
    assert handler.keys == ["k0000"]


def test_what_nobody_can_tell_is_unknown_until_a_person_resolves_it(store: Store) -> None:
    handler = Toy(Trouble("k0001", lost()), Repeat.AFTER_LOOKUP)
    handler.truth = lambda items: CannotTell("maybe an orphan code")
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 2).id)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 1, UNKNOWN: 1})
    item = list(jobs.items(job.id))[1]
    assert item.outcome.message == "maybe an orphan code"


def test_a_look_up_that_fails_keeps_the_send_open(store: Store) -> None:
    def cannot_look(items):
        raise PermissionDenied("no", **CALL)

    handler = Toy(Trouble("k0000", lost()), Repeat.AFTER_LOOKUP)
    handler.truth = cannot_look
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 1).id)
    assert (job.state, open_sends(store)) == (JobState.PAUSED, 1)
    handler.truth = happened
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 1}
    assert handler.keys == ["k0000"]


def test_a_handler_that_breaks_fails_the_item_and_five_in_a_row_pause(store: Store) -> None:
    def breaks(items):
        if items[0].payload["n"] not in (2, 9):
            raise ValueError("13800138000")
        return all_done(items)

    jobs = jobs_for(store, Toy(breaks))
    job = jobs.run(plan(jobs, 40).id)
    assert (job.state, job.reason) == (JobState.PAUSED, "internal: the handler failed 5 times in a row")
    assert job.counts == {DONE: 1, FAILED: 7, PLANNED: 32}
    assert {(item.outcome.code, item.outcome.message) for item in jobs.items(job.id, FAILED)} == {
        ("internal", "ValueError")
    }


@pytest.mark.parametrize(("bad", "state"), [(4, JobState.DONE), (3, JobState.PAUSED)])
def test_a_job_pauses_when_too_many_items_look_wrong(store: Store, bad: int, state: JobState) -> None:
    def some_wrong(items):
        if items[0].payload["n"] % (bad + 1) == bad:
            return [Outcome.failed("no such member")]
        return all_done(items)

    jobs = jobs_for(store, Toy(some_wrong))
    job = jobs.run(plan(jobs, 200, limits=RunLimits()).id)
    assert job.state is state
    if state is JobState.PAUSED:
        assert job.reason.startswith("suspicious")
        assert 200 - job.planned == SUSPICIOUS_FROM
        jobs.resume(job.id)
        assert jobs.run(job.id).planned < job.planned
