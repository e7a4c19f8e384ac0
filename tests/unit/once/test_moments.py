"""Moments: made in the background, found late."""

import pytest

from privcrm.errors import InputError, JobError
from privcrm.jobs import JobState, OutcomeState, RunLimits
from privcrm.models import Content, GroupCodeSpec, MomentJob, MomentJobState, MomentSpec

DONE, FAILED, SKIPPED, WAITING = OutcomeState.DONE, OutcomeState.FAILED, OutcomeState.SKIPPED, OutcomeState.WAITING


def shown(text, *staff_ids, **more):
    return MomentSpec(Content(text), staff_ids or None, **more)


def test_the_vendors_background_job_is_kept(crm, run):
    job, outcomes = run(crm.moments.order([shown("new"), shown("newer")]))
    assert job.counts == {WAITING: 2}
    assert [outcome.before for outcome in outcomes] == [{"job": "job1"}, {"job": "job2"}]


def test_they_are_done_once_the_vendor_made_them(crm, run):
    job, _ = run(crm.moments.order([shown("new"), shown("newer")]))
    crm.provider.moments.state = MomentJobState.RUNNING
    assert crm.moments.follow_up(job.id).counts == {WAITING: 2}
    crm.provider.moments.state = MomentJobState.DONE
    assert crm.moments.follow_up(job.id, who="amy").counts == {DONE: 2}
    assert [item.outcome.before["id"] for item in crm.jobs.items(job.id)] == ["moment1", "moment2"]
    assert [entry.who for entry in crm.audit.entries(job_id=job.id) if entry.what == "conclude"] == ["amy"]
    crm.moments.follow_up(job.id)
    assert crm.provider.calls["job"] == 4


def test_those_that_the_vendor_could_not_make_are_failed_with_its_code(crm, run):
    job, _ = run(crm.moments.order([shown("new", "zhang")]))
    failed = MomentJob(MomentJobState.FAILED, None, 40031, invalid_staff_ids=("zhang",), invalid_tag_ids=("a", "b"))
    crm.provider.moments.job = lambda _: failed
    assert crm.moments.follow_up(job.id).counts == {FAILED: 1}
    (item,) = crm.jobs.items(job.id)
    assert (item.outcome.code, item.outcome.reason) == (40031, "not_made")
    assert item.outcome.message == "the vendor could not make it; not valid: 1 staff, 2 tags"
    with pytest.raises(JobError, match="nothing that could be undone"):
        crm.jobs.undo(job.id, "amy")


def test_those_that_the_vendor_has_forgotten_wait_on(crm, run):
    job, _ = run(crm.moments.order([shown("new")]))
    crm.provider.moments.forgotten = True
    assert crm.moments.follow_up(job.id).counts == {WAITING: 1}


def test_only_moments_are_followed_up(crm, run):
    job, _ = run(crm.live_codes.create_group_codes([GroupCodeSpec(("g1",))]))
    with pytest.raises(JobError, match=r"not a moment\.order"):
        crm.moments.follow_up(job.id)


def test_a_lost_answer_is_looked_for_after_a_minute(crm, run):
    crm.provider.losses = ["after"]
    job, (outcome,) = run(crm.moments.order([shown("new")]))
    assert (job.counts, outcome.before) == ({DONE: 1}, {"id": "moment1"})
    assert crm.provider.moments.looks == [(60.0, set())]


def test_a_lost_order_is_made_once_it_was_missed_twice(crm, run):
    crm.provider.losses = ["before"]
    assert run(crm.moments.order([shown("new")]))[0].counts == {WAITING: 1}
    assert [after for after, _ in crm.provider.moments.looks] == [60.0, 65.0]
    assert len(crm.provider.moments.made) == 1


def test_equal_ones_by_others_are_told_apart_by_their_background_jobs(crm, run):
    crm.provider.losses = ["", "", "after", "after"]
    specs = [shown("new", "zhang"), shown("old", "zhang"), shown("new", "li"), shown("new", "wang")]
    job, outcomes = run(crm.moments.order(specs))
    assert job.counts == {WAITING: 2, DONE: 2}
    assert [outcome.before for outcome in outcomes][2:] == [{"id": "moment3"}, {"id": "moment4"}]
    claims = [claimed for _, claimed in crm.provider.moments.looks]
    assert claims == [{"moment1", "moment2"}, {"moment1", "moment2", "moment3"}]
    assert crm.provider.calls["job"] == 2  # each once


def test_a_background_job_that_is_forgotten_claims_nothing(crm, run):
    run(crm.moments.order([shown("new", "zhang")]))
    crm.clock.advance(600)
    crm.provider.moments.forgotten = True
    crm.provider.losses = ["after"]
    assert run(crm.moments.order([shown("new", "li")]))[1][0].before == {"id": "moment2"}


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (shown("new", "zhang", "li"), shown("new", "LI", "Zhang"), True),
        (shown("new", "zhang"), shown("new", "ZHANG", tag_ids=("t1",)), True),
        (shown("new", "zhang"), shown("new", "li"), False),
        (shown("new"), shown("new", "li"), True),
        (shown("new", department_ids=("7",)), shown("new", "li"), False),
        (shown("new", department_ids=("7",)), shown("new", department_ids=("7",)), True),
    ],
)
def test_open_ones_that_could_not_be_told_apart_are_refused(crm, first, second, alike):
    job = crm.moments.order([first])
    if not alike:
        crm.moments.order([second])
        return
    with pytest.raises(JobError, match=job.id):
        crm.moments.order([second])
    if first.staff_ids:
        crm.jobs.cancel(job.id)
        with pytest.raises(InputError, match="twice"):
            crm.moments.order([first, second])


def test_undoing_cancels_within_a_day(crm, run):
    crm.provider.losses = ["", "after"]
    job, _ = run(crm.moments.order([shown("new"), shown("newer")]))
    assert run(crm.jobs.undo(job.id, "amy"))[0].counts == {DONE: 2}
    assert sorted(crm.provider.moments.cancelled) == ["moment1", "moment2"]


def test_what_the_vendor_has_forgotten_is_not_cancelled(crm, run):
    crm.provider.losses = ["after"]
    job, _ = run(crm.moments.order([shown("new"), shown("newer")]))
    crm.provider.moments.forgotten = True
    undo, outcomes = run(crm.jobs.undo(job.id, "amy"))
    assert undo.counts == {DONE: 1, SKIPPED: 1}
    assert outcomes[1].reason == "not_known"
    assert crm.provider.moments.cancelled == ["moment1"]


@pytest.mark.parametrize(
    ("state", "losses", "note"),
    [
        (MomentJobState.RUNNING, [], "read back as planned"),
        (MomentJobState.FAILED, [], "could not make it"),
        (MomentJobState.FAILED, ["after"], "read back as planned"),
    ],
)
def test_a_canary_is_read_back_by_its_background_job(crm, run, state, losses, note):
    crm.provider.moments.state = state
    crm.provider.losses = losses
    job, _ = run(crm.moments.order([shown("new"), shown("newer")], limits=RunLimits(canary=1)))
    assert job.state is JobState.WAITING
    assert note in job.note
