import os
import threading

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import JobError, OutcomeUnknown, WriteForbidden
from privcrm.jobs import JobState, Outcome, OutcomeState, RunLimits
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import CannotTell
from privcrm.store import Store, open_store
from tests.jobs.toy import Toy, all_done, jobs_for, plan

DONE, PLANNED, UNKNOWN = OutcomeState.DONE, OutcomeState.PLANNED, OutcomeState.UNKNOWN


def journal_states(store: Store) -> set[str]:
    with store.database.connect() as connection:
        return {row[0] for row in connection.all("SELECT state FROM privcrm_send")}


@pytest.mark.parametrize("repeat", [Repeat.SAFE, Repeat.AFTER_LOOKUP])
def test_pause_lets_no_further_send_start(store: Store, repeat: Repeat) -> None:
    def third_pauses(items):
        if len(handler.sent) == 3:
            jobs_for(store, Toy()).pause(job.id, "bob")
        return all_done(items)

    handler = Toy(third_pauses, repeat)
    jobs = jobs_for(store, handler)
    job = plan(jobs, 30)
    paused = jobs.run(job.id)
    assert (paused.state, paused.counts) == (JobState.PAUSED, {DONE: 3, PLANNED: 27})
    assert journal_states(store) == {"done"}
    with pytest.raises(JobError, match="paused"):
        jobs.run(job.id)
    assert jobs.resume(job.id, "bob").state is JobState.READY
    assert jobs.run(job.id).counts == {DONE: 30}
    assert len(handler.sent) == 30
    told = [(entry.who, entry.what) for entry in store.audit.entries(job_id=job.id) if entry.who == "bob"]
    assert told == [("bob", "pause"), ("bob", "resume")]


def test_cancel_ends_a_job_for_good(store: Store) -> None:
    def third_cancels(items):
        if len(handler.sent) == 3:
            jobs.cancel(job.id, "bob")
        return all_done(items)

    handler = Toy(third_cancels)
    jobs = jobs_for(store, handler)
    job = plan(jobs, 30)
    cancelled = jobs.run(job.id)
    assert (cancelled.state, cancelled.counts) == (JobState.CANCELLED, {DONE: 3, PLANNED: 27})
    for steer in (jobs.run, jobs.resume, jobs.pause, jobs.cancel):
        with pytest.raises(JobError, match="cancelled"):
            steer(job.id)


def test_what_a_cancelled_job_may_have_sent_is_unknown(store: Store) -> None:
    def lose(items):
        raise OutcomeUnknown("reset", intent=None, provider="toy", operation="send")

    def cannot_look(items):
        raise KeyError

    handler = Toy(lose, Repeat.AFTER_LOOKUP)
    handler.truth = cannot_look
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 3).id)
    assert job.state is JobState.PAUSED
    assert jobs.cancel(job.id).counts == {UNKNOWN: 1, PLANNED: 2}
    assert journal_states(store) == {"unknown"}


def test_the_kill_switch_stops_before_the_next_send(store: Store) -> None:
    def third_is_an_accident(items):
        if len(handler.sent) == 3:
            store.switch.stop("wrong list", "bob")
        return all_done(items)

    handler = Toy(third_is_an_accident)
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 30).id)
    assert (job.state, job.counts) == (JobState.PAUSED, {DONE: 3, PLANNED: 27})
    assert job.reason.startswith("stopped")
    jobs.resume(job.id)
    assert jobs.run(job.id).counts[DONE] == 3
    store.switch.start("bob")
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 30}


def test_a_forbidden_write_pauses_and_keeps_the_items(store: Store) -> None:
    def forbidden(items):
        raise WriteForbidden("read-only")

    jobs = jobs_for(store, Toy(forbidden))
    job = jobs.run(plan(jobs, 3).id)
    assert (job.state, job.reason, job.counts) == (JobState.PAUSED, "forbidden: read-only", {PLANNED: 3})


def test_the_stop_event_ends_after_the_sends_in_flight_and_gives_the_lease_back(store: Store) -> None:
    stop = threading.Event()

    def third_is_interrupted(items):
        if len(handler.sent) == 3:
            stop.set()
        return all_done(items)

    handler = Toy(third_is_interrupted)
    jobs = jobs_for(store, handler)
    job = jobs.run(plan(jobs, 30).id, stop=stop)
    assert (job.state, job.counts) == (JobState.PAUSED, {DONE: 3, PLANNED: 27})
    assert job.reason.startswith("interrupted")
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 30}
    assert len(handler.sent) == 30


def test_an_interrupt_in_the_middle_of_a_send_loses_nothing(store: Store) -> None:
    def interrupted_once(items):
        if len(handler.sent) == 3:
            raise KeyboardInterrupt
        return all_done(items)

    handler = Toy(interrupted_once)
    jobs = jobs_for(store, handler)
    job = plan(jobs, 30)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.id)
    assert jobs.get(job.id).state is JobState.PAUSED
    jobs.resume(job.id)
    assert jobs.run(job.id).counts == {DONE: 30}
    assert len(handler.sent) == 31


def test_undo_is_a_job_of_its_own_made_from_what_was_done(store: Store) -> None:
    handler = Toy(lambda items: [Outcome.failed(7)] if items[0].key == "k0001" else all_done(items))
    jobs = jobs_for(store, handler)
    job = plan(jobs, 3)
    with pytest.raises(JobError, match="ready"):
        jobs.undo(job.id, "bob")
    jobs.run(job.id)
    back = jobs.undo(job.id, "bob")
    assert (back.undo_of, back.created_by, back.state) == (job.id, "bob", JobState.READY)
    assert [(item.key, item.payload) for item in jobs.items(back.id)] == [
        ("k0000", {"restore": {"was": "k0000"}}),
        ("k0002", {"restore": {"was": "k0002"}}),
    ]
    assert jobs.run(back.id).counts == {DONE: 2}


def test_undo_runs_within_the_limits_of_the_first_and_only_once(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    limits = RunLimits(canary=1, window="07:00-10:00")
    job = jobs.run(plan(jobs, 3, limits=limits).id)
    with pytest.raises(JobError, match="waiting"):
        jobs.undo(job.id, "bob")
    jobs.approve(job.id, "bob")
    jobs.run(job.id)
    back = jobs.undo(job.id, "bob", RunLimits())
    assert back.limits == RunLimits()
    with pytest.raises(JobError, match=back.id):
        jobs.undo(job.id, "bob")
    jobs.cancel(back.id, "bob")
    again = jobs.undo(job.id, "bob")
    assert again.limits == limits
    assert jobs.run(again.id).state is JobState.WAITING


def test_nothing_to_undo_makes_no_job(store: Store) -> None:
    jobs = jobs_for(store, Toy(lambda items: [Outcome.done()]))
    job = jobs.run(plan(jobs, 3).id)
    with pytest.raises(JobError, match="nothing"):
        jobs.undo(job.id, "bob")
    assert [each.id for each in jobs.list()] == [job.id]


def unknown_job(store: Store) -> tuple[Toy, str]:
    def lose_the_first(items):
        if len(handler.sent) == 1:
            raise OutcomeUnknown("reset", intent=None, provider="toy", operation="send")
        return all_done(items)

    handler = Toy(lose_the_first, Repeat.AFTER_LOOKUP)
    handler.truth = lambda items: CannotTell("orphan")
    jobs = jobs_for(store, handler)
    return handler, jobs.run(plan(jobs, 2).id).id


def test_a_person_resolves_an_unknown_item_as_done(store: Store) -> None:
    handler, job_id = unknown_job(store)
    jobs = jobs_for(store, handler)
    assert jobs.resolve(job_id, "k0000", as_done=True, who="bob").outcome.state is DONE
    assert jobs.get(job_id).counts == {DONE: 2}
    for item in ("k0000", 1, "nobody"):
        with pytest.raises(JobError):
            jobs.resolve(job_id, item, as_done=True, who="bob")


def test_an_item_resolved_as_not_done_is_sent_when_somebody_resumes(store: Store) -> None:
    handler, job_id = unknown_job(store)
    jobs = jobs_for(store, handler)
    assert jobs.resolve(job_id, 1, as_done=False, who="bob").outcome == Outcome(PLANNED)
    assert jobs.get(job_id).state is JobState.PAUSED
    jobs.resume(job_id)
    assert jobs.run(job_id).counts == {DONE: 2}
    assert handler.keys == ["k0000", "k0001", "k0000"]


def test_nothing_is_resolved_while_a_worker_has_the_job(store: Store, clock: ManualClock) -> None:
    """An item planned again behind the worker's back once made it look for it for ever."""

    def first_is_unknown(items):
        if len(handler.sent) == 1:
            return [Outcome.unknown("?")]
        clock.advance(3 * 3_600)  # the window closes, so that the worker waits
        return all_done(items)

    def resolve_in_the_wait(progress) -> None:
        if progress.waiting_for:
            with pytest.raises(JobError, match="worker"):
                jobs.resolve(job.id, 1, as_done=False, who="bob")

    handler = Toy(first_is_unknown)
    jobs = jobs_for(store, handler)
    job = plan(jobs, 2, limits=RunLimits(window="07:00-10:00"))
    assert jobs.run(job.id, progress=resolve_in_the_wait).counts == {UNKNOWN: 1, DONE: 1}


@pytest.mark.parametrize(("who", "told"), [("bob", "bob"), ("", "amy")])
def test_the_audit_names_the_person_and_tells_the_worker(store: Store, who: str, told: str) -> None:
    jobs = jobs_for(store, Toy())
    job = jobs.run(plan(jobs, 2).id, who=who)
    entries = {entry.what: entry for entry in store.audit.entries(job_id=job.id)}
    assert [entries[what].who for what in ("plan", "run", "end done")] == ["amy", told, told]
    assert str(os.getpid()) in entries["run"].details["worker"]
    assert entries["end done"].details["counts"] == {"done": 2}


def test_a_stop_is_seen_in_every_round(store: Store) -> None:
    stop = threading.Event()
    stop.set()
    jobs = jobs_for(store, Toy())
    job = plan(jobs, 3)
    assert jobs.run(job.id, stop=stop).counts == {PLANNED: 3}


def test_a_job_of_another_company_is_not_seen(url: str, store: Store, clock: ManualClock) -> None:
    job = plan(jobs_for(store, Toy()), 1)
    with open_store(url, clock=clock, company="other") as other:
        jobs = jobs_for(other, Toy())
        with pytest.raises(JobError, match="no job"):
            jobs.get(job.id)
        assert list(jobs.list()) == []
