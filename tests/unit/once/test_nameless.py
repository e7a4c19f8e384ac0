"""Orders of which nobody knows the vendor's id: what is found later may be theirs, so nobody is told it is ours."""

import pytest

from privcrm.jobs import OutcomeState
from privcrm.models import Channel, ContactCodeSpec, Content, MassMessageSpec, MomentSpec
from privcrm.services.once.likeness import Likeness, could_be

DONE, UNKNOWN, WAITING = OutcomeState.DONE, OutcomeState.UNKNOWN, OutcomeState.WAITING


def said(text, sender="zhang", **more):
    return MassMessageSpec(Channel.MEMBERS, Content(text), sender, **more)


def resolved(crm, run, specs, vendor_id=""):
    """Order messages of which the first is left to a person, who says that it was sent."""
    crm.provider.messages.made["theirs"] = (specs[0], crm.clock.time())
    crm.provider.losses = ["after"]
    job, outcomes = run(crm.mass_messages.order(specs))
    assert outcomes[0].state is UNKNOWN
    crm.jobs.resolve(job.id, 1, as_done=True, who="amy", vendor_id=vendor_id)
    crm.provider.messages.made["theirs"] = (said("something else", "somebody"), crm.clock.time())
    return job


def test_the_next_equal_order_that_is_lost_is_not_taken_for_sent(crm, run):
    job = resolved(crm, run, [said("hello")])
    crm.provider.losses = ["before"]
    _, (outcome,) = run(crm.mass_messages.order([said("hello")]))
    assert (outcome.state, outcome.reason) == (UNKNOWN, "cannot_tell")
    assert f"item 1 of job {job.id}" in outcome.message


def test_with_its_id_the_next_one_is_sent(crm, run):
    resolved(crm, run, [said("hello")], "msg2")
    crm.provider.losses = ["before"]
    _, (outcome,) = run(crm.mass_messages.order([said("hello")]))
    assert (outcome.state, outcome.before["id"]) == (DONE, "msg3")


@pytest.mark.parametrize(("later", "ends"), [(0, UNKNOWN), (4_000, DONE)])
def test_only_those_of_about_the_same_time_count(crm, run, later, ends):
    resolved(crm, run, [said("hello")])
    crm.clock.advance(later)
    crm.provider.losses = ["after"]
    crm.provider.messages.made.clear()
    assert run(crm.mass_messages.order([said("hello")]))[0].counts == {ends: 1}


def test_another_sender_or_text_is_told_apart(crm, run):
    resolved(crm, run, [said("hello")])
    crm.provider.losses = ["after", "after"]
    assert run(crm.mass_messages.order([said("hello", "li"), said("bye")]))[0].counts == {DONE: 2}


def test_an_unknown_one_stands_in_the_way_of_those_to_others_in_its_own_job(crm, run):
    """Only the list of recipients differs, and the vendor's answer does not always show it."""
    crm.provider.messages.made["theirs"] = (said("hello", member_ids=("m9",)), crm.clock.time())
    crm.provider.losses = ["after", "before"]
    specs = [said("hello", member_ids=("m1",)), said("hello", member_ids=("m2",))]
    assert run(crm.mass_messages.order(specs))[0].counts == {UNKNOWN: 2}


def test_moments_of_departments_are_not_told_apart_once_their_ids_are_forgotten(crm, run):
    crm.provider.losses = ["", "before"]
    moments = crm.provider.moments
    create = moments.create

    def forgetful(spec, *, intent, extra=None):
        moments.forgotten = bool(moments.made)
        return create(spec, intent=intent)

    moments.create = forgetful
    specs = [MomentSpec(Content("new"), department_ids=(each,)) for each in ("1", "2")]
    job, outcomes = run(crm.moments.order(specs))
    assert [outcome.state for outcome in outcomes] == [WAITING, UNKNOWN]
    assert len(moments.made) == 1
    assert f"item 1 of job {job.id}" in outcomes[1].message


def test_the_id_of_a_moment_is_kept_as_soon_as_it_is_known(crm, run):
    crm.provider.losses = ["", "after"]
    specs = [MomentSpec(Content("new"), (each,)) for each in ("zhang", "li")]
    job, _ = run(crm.moments.order(specs))
    crm.provider.moments.forgotten = True
    assert [item.outcome.before for item in crm.jobs.items(job.id)] == [
        {"id": "moment1", "job": "job1"},
        {"id": "moment2"},
    ]
    assert run(crm.jobs.undo(job.id, "amy"))[0].counts == {DONE: 2}
    assert sorted(crm.provider.moments.cancelled) == ["moment1", "moment2"]


def test_codes_with_a_mark_of_ours_need_no_other_proof(crm, run):
    crm.provider.losses = ["", "after"]
    job, _ = run(crm.live_codes.create_contact_codes([ContactCodeSpec(("zhang",), temporary=True)]))
    assert job.counts == {DONE: 1}
    crm.provider.losses = ["after"]
    assert run(crm.live_codes.create_contact_codes([ContactCodeSpec(("zhang",))]))[0].counts == {DONE: 1}


@pytest.mark.parametrize(
    ("name", "other", "may_be"),
    [
        ("c/zhang", "c/zhang", True),
        ("c/zhang", "c/li", False),
        ("c/zhang", "d/zhang", False),
        ("c/", "c/li", True),
        ("c/*ab", "c/li", True),
        ("c/*ab", "c/*cd", True),
        ("c.m1/zhang", "c.m2/zhang", True),
        ("c.m1/zhang", "c/li", False),
        ("code-1", "code-1", False),
    ],
)
def test_what_one_order_made_may_be_taken_for_that_of_another(name, other, may_be):
    assert could_be(name, other) is could_be(other, name) is may_be


def test_recipients_change_a_name_and_nothing_else():
    likeness = Likeness()
    assert likeness.name("c", "zhang", "ab") == "c.ab/zhang"
    assert likeness("c/zhang")
    assert likeness("c.cd/zhang")
    assert likeness("c.cd/")
    assert not likeness("c/li")
