"""Live codes: found by their state, or noted as orphans where there is no list."""

import pytest
from attrs import evolve

from privcrm.errors import JobError
from privcrm.jobs import JobState, OutcomeState, RunLimits
from privcrm.models import ContactCodeSpec, GroupCodeSpec
from privcrm.provider import Done, Intent

DONE, PLANNED, UNKNOWN = OutcomeState.DONE, OutcomeState.PLANNED, OutcomeState.UNKNOWN


def contact(*staff_ids, **more):
    return ContactCodeSpec(staff_ids, **more)


def group(*group_ids, **more):
    return GroupCodeSpec(group_ids, **more)


def test_codes_and_their_pictures_are_kept(crm, run):
    job, outcomes = run(crm.live_codes.create_contact_codes([contact("zhang"), contact("zhang")]))
    assert job.counts == {DONE: 2}
    planted = {code_id: state for code_id, (_, state) in crm.provider.live_codes.made.items()}
    assert [outcome.before for outcome in outcomes] == [
        {"id": code_id, "qr_url": f"https://qr/{code_id}", "state": planted[code_id]} for code_id in ("code1", "code2")
    ]


@pytest.mark.parametrize(("loss", "looks"), [("after", 1), ("before", 2)])
def test_a_lost_answer_is_found_by_the_mark(crm, run, loss, looks):
    crm.provider.losses = ["", loss]
    job, outcomes = run(crm.live_codes.create_contact_codes([contact("zhang")] * 3))
    assert job.counts == {DONE: 3}
    assert [outcome.before["id"] for outcome in outcomes] == ["code1", "code2", "code3"]
    assert len(crm.provider.live_codes.made) == 3
    assert crm.provider.calls["settle"] == looks
    assert len({state for _, state in crm.provider.live_codes.made.values()}) == 3


def test_codes_that_share_a_state_are_told_apart_by_whom_they_lead_to(crm, run):
    theirs = contact("wang", state="poster")
    crm.provider.live_codes.create_contact_code(theirs, intent=Intent("", "poster", 0.0))
    crm.provider.losses = ["", "after", "before"]
    specs = [contact("zhang", state="poster"), contact("li", state="poster"), contact("zhao", state="poster")]
    job, outcomes = run(crm.live_codes.create_contact_codes(specs))
    assert job.counts == {DONE: 2, UNKNOWN: 1}
    assert [outcome.before["id"] for outcome in outcomes[:2]] == ["code2", "code3"]
    assert outcomes[2].message.startswith("may be code1")  # it may be ours, and somebody has changed it since
    assert len(crm.provider.live_codes.made) == 3


def test_a_code_with_our_mark_is_ours_whatever_was_changed_since(crm, run):
    codes = crm.provider.live_codes
    settle = codes.settle_contact_code

    def changed(*args, **more):
        settled = settle(*args, **more)
        return Done(evolve(settled.result, spec=contact("wang")))

    codes.settle_contact_code = changed
    crm.provider.losses = ["after"]
    job, (outcome,) = run(crm.live_codes.create_contact_codes([contact("zhang")]))
    assert (job.counts, outcome.before["id"], len(codes.made)) == ({DONE: 1}, "code1", 1)


def test_the_only_person_who_may_use_a_code_is_found(crm):
    specs = [contact("zhang", temporary=True, unionid="union1"), contact("zhang")]
    job = crm.live_codes.create_contact_codes(specs)
    handler = crm.jobs.handlers.of(job.kind).handler
    assert [list(handler.subjects_of(item)) for item in crm.jobs.items(job.id)] == [["union1"], []]


@pytest.mark.parametrize("state", ["", "poster"])
def test_what_a_person_found_is_kept_with_its_state(crm, run, state):
    crm.provider.losses = ["after", "after"]
    job, _ = run(crm.live_codes.create_group_codes([group("g1", state=state)]))
    item = crm.jobs.resolve(job.id, 1, as_done=True, who="amy", vendor_id="code2")
    assert item.outcome.before == {"id": "code2", "state": crm.provider.live_codes.made["code2"][1]}
    assert run(crm.jobs.undo(job.id, "amy"))[0].counts == {DONE: 1}
    assert crm.provider.live_codes.deleted == ["code2"]


def test_equal_codes_with_a_state_of_their_own_are_refused_while_open(crm):
    job = crm.live_codes.create_contact_codes([contact("zhang", state="poster"), contact("zhang")])
    crm.live_codes.create_contact_codes([contact("zhang"), contact("li", state="poster")])
    with pytest.raises(JobError, match=job.id):
        crm.live_codes.create_contact_codes([contact("zhang", state="poster")])


def test_a_temporary_code_may_be_left_behind_once(crm, run):
    crm.provider.losses = ["after"]
    job, (outcome,) = run(crm.live_codes.create_contact_codes([contact("zhang", temporary=True)]))
    assert (job.counts, outcome.before["id"]) == ({DONE: 1}, "code2")
    (orphan,) = crm.jobs.history.orphans(job.id)
    assert "expires by itself" in orphan.what
    assert crm.provider.calls["settle"] == 0


def test_a_group_code_may_be_left_behind_once_and_is_then_made(crm, run):
    crm.provider.losses = ["", "after"]
    job, outcomes = run(crm.live_codes.create_group_codes([group("g1"), group("g2")]))
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 2})
    assert (outcomes[1].before["id"], outcomes[1].before["qr_url"]) == ("code3", "https://qr/code3")
    (orphan,) = crm.jobs.history.orphans(job.id)
    assert (orphan.seq, orphan.key) == (2, "code-2")
    assert crm.provider.live_codes.made["code2"][1] in orphan.what
    assert [entry.what for entry in crm.audit.entries(job_id=job.id)].count("possible orphan") == 1


@pytest.mark.parametrize(("as_done", "made"), [(True, 2), (False, 3)])
def test_a_second_lost_answer_is_left_to_a_person(crm, run, as_done, made):
    crm.provider.losses = ["after", "after"]
    job, (outcome,) = run(crm.live_codes.create_group_codes([group("g1")]))
    assert (job.state, outcome.state) == (JobState.DONE, UNKNOWN)
    crm.jobs.resolve(job.id, 1, as_done=as_done, who="amy")
    if not as_done:
        crm.jobs.resume(job.id)
    assert run(job)[0].counts == {DONE: 1}
    assert len(crm.provider.live_codes.made) == made


def test_after_being_resolved_as_not_done_another_lost_answer_is_a_persons_again(crm, run):
    crm.provider.losses = ["before"] * 3
    job, _ = run(crm.live_codes.create_group_codes([group("g1")]))
    crm.jobs.resolve(job.id, 1, as_done=False, who="amy")
    crm.jobs.resume(job.id)
    assert run(job)[0].counts == {UNKNOWN: 1}
    assert len(list(crm.jobs.history.orphans(job.id))) == 1


def test_undoing_deletes_the_codes(crm, run):
    for create, specs in (
        (crm.live_codes.create_contact_codes, [contact("zhang"), contact("li")]),
        (crm.live_codes.create_group_codes, [group("g1")]),
    ):
        job, _ = run(create(specs))
        assert run(crm.jobs.undo(job.id, "amy"))[0].counts == {DONE: len(specs)}
    assert crm.provider.live_codes.deleted == ["code1", "code2", "code1"]
    assert crm.provider.live_codes.made == {}


def test_codes_deleted_meanwhile_are_as_good_as_undone(crm, run):
    job, _ = run(crm.live_codes.create_contact_codes([contact("zhang")]))
    crm.provider.live_codes.made.clear()
    assert run(crm.jobs.undo(job.id, "amy"))[0].counts == {DONE: 1}


@pytest.mark.parametrize("what", ["contact", "group"])
@pytest.mark.parametrize(
    ("change", "note"),
    [
        (None, "read back as planned"),
        ("other", "it leads to others|it fills other groups"),
        ("gone", "it is not there"),
    ],
)
def test_a_canary_is_read_back(crm, run, what, change, note):
    specs, create = {
        "contact": ([contact("zhang"), contact("li")], crm.live_codes.create_contact_codes),
        "group": ([group("g1"), group("g2")], crm.live_codes.create_group_codes),
    }[what]
    codes = crm.provider.live_codes
    if change == "gone":
        codes._get = type(codes)._get.__get__(type("Empty", (), {"made": {}})())
    elif change:
        other = codes._get
        codes._get = lambda code_id: type(other(code_id))(code_id, type(specs[0])(("other",)))
    job, _ = run(create(specs, limits=RunLimits(canary=1)))
    assert job.state is JobState.WAITING
    assert any(each in job.note for each in note.split("|"))
