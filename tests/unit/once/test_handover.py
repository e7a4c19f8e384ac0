"""Handover: many a call, each entry with its own outcome, nobody transferred twice."""

import traceback

import pytest

from privcrm.errors import InputError, JobError, PreconditionFailed
from privcrm.jobs import JobState, OutcomeState, RunLimits
from privcrm.models import HandoverKind, HandoverReceipt
from privcrm.provider import Done
from tests.unit.once.vendor import CALL

DONE, FAILED, UNKNOWN, WAITING = (
    OutcomeState.DONE,
    OutcomeState.FAILED,
    OutcomeState.UNKNOWN,
    OutcomeState.WAITING,
)
MEMBERS = [f"m{number}" for number in range(7)]
ON_JOB = HandoverKind.ON_JOB


def members(crm, ids=MEMBERS, **more):
    return crm.handover.transfer_members(ON_JOB, "zhang", "li", ids, **more)


def test_members_go_in_the_vendors_batches_and_wait_for_a_day(crm, run):
    crm.provider.handover.refused = {"m4": 40128}
    job, outcomes = run(members(crm, message="your new contact"))
    assert (job.state, job.counts) == (JobState.DONE, {WAITING: 6, FAILED: 1})
    assert crm.provider.handover.batches == [MEMBERS[:3], MEMBERS[3:6], MEMBERS[6:]]
    assert outcomes[0].reason == "begun"
    assert (outcomes[4].code, outcomes[4].message) == (40128, "no")


@pytest.mark.parametrize("loss", ["after", "before"])
def test_a_lost_answer_transfers_nobody_twice(crm, run, loss):
    crm.provider.losses = ["", loss]
    assert run(members(crm))[0].counts == {WAITING: 7}
    assert crm.provider.calls["settle"] == (1 if loss == "after" else 2)


def test_only_the_missing_ones_are_sent_again(crm, run):
    crm.provider.losses = ["after"]
    crm.provider.handover.takes = 2
    assert run(members(crm, MEMBERS[:5]))[0].counts == {WAITING: 5}
    assert crm.provider.handover.batches == [["m0", "m1", "m2"], ["m2", "m3", "m4"]]
    assert crm.provider.calls["settle"] == 2


def test_of_whom_a_second_look_cannot_tell_is_left_to_a_person(crm, run):
    port = crm.provider.handover
    port.settle_members = lambda *_: Done(
        [HandoverReceipt("m0"), HandoverReceipt("m1", unknown=True), HandoverReceipt("m2", 40128, "no")]
    )
    crm.provider.losses = ["after"]
    job, outcomes = run(members(crm, MEMBERS[:3]))
    assert job.counts == {WAITING: 1, UNKNOWN: 1, FAILED: 1}
    assert (outcomes[1].reason, outcomes[2].code) == ("cannot_tell", 40128)
    assert len(port.batches) == 1


def test_of_whom_only_the_first_look_cannot_tell_is_not(crm, run):
    port = crm.provider.handover
    first = [HandoverReceipt("m0", unknown=True)]
    settle = port.settle_members
    port.settle_members = lambda *args: Done([first.pop()]) if first else settle(*args)
    crm.provider.losses = ["after"]
    assert run(members(crm, MEMBERS[:1]))[0].counts == {WAITING: 1}


def test_what_the_vendor_refuses_of_single_entries_stops_nothing(crm, run):
    many = [f"m{number}" for number in range(120)]
    crm.provider.handover.refused = dict.fromkeys(many[::2], 40128)
    job, outcomes = run(members(crm, many))
    assert (job.state, job.counts) == (JobState.DONE, {WAITING: 60, FAILED: 60})
    assert (outcomes[0].reason, outcomes[0].code) == ("refused", 40128)


def test_what_the_vendor_refuses_as_a_whole_stops_early(crm, run):
    def refuse(*_, **__):
        raise PreconditionFailed("not resigned", code=40097, **CALL)

    crm.provider.handover.transfer_members = refuse
    job, _ = run(members(crm, [f"m{number}" for number in range(120)]))
    assert (job.state, job.counts[FAILED]) == (JobState.PAUSED, 51)


@pytest.mark.parametrize("problem", ["same employee", "twice"])
def test_what_members_are_to_read_is_in_no_traceback(crm, problem):
    to, ids = ("zhang", ["m1"]) if problem == "same employee" else ("li", ["m1", "m1"])
    with pytest.raises(InputError, match=problem) as caught:
        crm.handover.transfer_members(ON_JOB, "zhang", to, ids, "a secret word")
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
    ours = [frame for frame in frames if "/tests/" not in frame.filename]
    assert ours
    assert not any("secret" in value for frame in ours for value in (frame.locals or {}).values())


def test_groups_are_done_at_once(crm, run):
    crm.provider.losses = ["after"]
    crm.provider.handover.refused = {"g2": 90500}
    job, outcomes = run(crm.handover.transfer_groups(HandoverKind.DEPARTURE, ["g1", "g2"], "li"))
    assert job.counts == {DONE: 1, FAILED: 1}
    assert outcomes[1].code == 90500
    assert crm.provider.handover.batches == [["g1", "g2"], ["g2"]]


@pytest.mark.parametrize("receipts", [[], [HandoverReceipt("m1"), HandoverReceipt("m2", unknown=True)]])
def test_what_an_answer_leaves_out_is_looked_up(crm, run, receipts):
    port = crm.provider.handover
    transfer = port.transfer_members

    def half_said(*args, **more):
        transfer(*args, **more)
        return receipts

    port.transfer_members = half_said
    assert run(members(crm, ["m1", "m2"]))[0].counts == {WAITING: 2}
    assert len(port.batches) == 1


def test_a_transfer_cannot_be_undone_and_says_why(crm, run):
    job, _ = run(crm.handover.transfer_groups(ON_JOB, ["g1"], "li"))
    with pytest.raises(JobError, match="cannot be undone: a transfer back is one more"):
        crm.jobs.undo(job.id, "amy")
    assert len(list(crm.jobs.list())) == 1


def test_bad_lists_are_refused_at_once(crm):
    with pytest.raises(InputError, match="same employee"):
        crm.handover.transfer_members(ON_JOB, "zhang", "ZHANG", MEMBERS)
    with pytest.raises(InputError, match="on-job transfers"):
        crm.handover.transfer_members(HandoverKind.DEPARTURE, "zhang", "li", MEMBERS, "hello")
    with pytest.raises(InputError, match="twice"):
        members(crm, ["m1", "m1"])
    with pytest.raises(InputError, match="empty"):
        members(crm, [])
    assert list(crm.jobs.list()) == []


def test_what_the_port_refuses_fails_each_of_the_call(crm, run):
    job, outcomes = run(members(crm, MEMBERS[:2], message="too long"))
    assert job.counts == {FAILED: 2}
    assert {outcome.code for outcome in outcomes} == {"invalid_input"}


def test_the_same_transfer_in_two_open_jobs_is_refused(crm):
    job = members(crm, ["m1", "m2"])
    members(crm, ["m3"])
    crm.handover.transfer_members(ON_JOB, "wang", "li", ["m1"])
    with pytest.raises(JobError, match=job.id):
        crm.handover.transfer_members(ON_JOB, "Zhang", "wang", ["m2"])


def test_a_key_stands_for_one_list(crm):
    assert members(crm, key="left").id == members(crm, key="left").id
    with pytest.raises(JobError, match="something else"):
        crm.handover.transfer_members(ON_JOB, "zhang", "wang", MEMBERS, key="left")


def test_a_canary_of_groups_is_read_back_by_owner(crm, run):
    job = crm.handover.transfer_groups(ON_JOB, ["g1", "g2"], "Li", limits=RunLimits(canary=1))
    assert "read back as planned" in run(job)[0].note
    crm.provider.handover.taken["g1"] = "wang"
    crm.jobs.cancel(job.id)
    other = crm.handover.transfer_groups(ON_JOB, ["g3", "g4"], "li", limits=RunLimits(canary=1))
    crm.provider.groups.get = lambda group_id: type("Group", (), {"owner_id": None})
    assert "it has another owner" in run(other)[0].note


def test_members_are_not_read_back_before_the_day_is_over(crm, run):
    job, _ = run(members(crm, MEMBERS, limits=RunLimits(canary=2)))
    assert job.state is JobState.WAITING
    assert "0 of 2 done" in job.note
