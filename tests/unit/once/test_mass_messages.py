"""Mass messages: each once, told apart by their senders."""

import pytest

from privcrm import CRM, InputError
from privcrm.errors import JobError, PreconditionFailed, UnsupportedCapability
from privcrm.jobs import JobState, OutcomeState, RunLimits
from privcrm.models import Channel, Content, Image, MassMessageSpec
from privcrm.provider import Level, Support
from tests.unit.once.vendor import CALL, connect

DONE, FAILED, SKIPPED, UNKNOWN = OutcomeState.DONE, OutcomeState.FAILED, OutcomeState.SKIPPED, OutcomeState.UNKNOWN


def killed(*_, **__):
    raise KeyboardInterrupt


def said(text, sender="zhang", **more):
    return MassMessageSpec(Channel.MEMBERS, Content(text), sender, **more)


def test_each_is_ordered_and_what_the_vendor_gave_is_kept(crm, run):
    job = crm.mass_messages.order([said("hello", member_ids=("m1", "gone2")), said("hello", "li")], created_by="amy")
    assert (job.state, job.items, job.created_by) == (JobState.READY, 2, "amy")
    job, outcomes = run(job)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 2})
    assert [outcome.before for outcome in outcomes] == [
        {"id": "msg1", "rejected": ["gone2"]},
        {"id": "msg2", "rejected": []},
    ]


def test_a_lost_answer_is_found_by_the_sender_and_nothing_is_doubled(crm, run):
    crm.provider.losses = ["", "after", "", "after"]
    job, outcomes = run(crm.mass_messages.order(said("hello", sender) for sender in "abcde"))
    assert job.counts == {DONE: 5}
    assert [outcome.before["id"] for outcome in outcomes] == ["msg1", "msg2", "msg3", "msg4", "msg5"]
    assert crm.provider.messages.looks == [{"msg1"}, {"msg1", "msg2", "msg3"}]


def test_a_lost_order_is_missed_twice_and_then_made(crm, run):
    crm.provider.losses = ["before"]
    began = crm.clock.time()
    job, _ = run(crm.mass_messages.order([said("hello")]))
    assert job.counts == {DONE: 1}
    assert len(crm.provider.messages.made) == 1
    assert len(crm.provider.messages.looks) == 2
    assert crm.clock.time() - began == 10


def test_what_another_job_was_given_is_not_taken_for_ones_own(crm, run):
    run(crm.mass_messages.order([said("hello")]))
    crm.provider.losses = ["after"]
    _, (outcome,) = run(crm.mass_messages.order([said("hello")]))
    assert outcome.before["id"] == "msg2"
    assert crm.provider.messages.looks == [{"msg1"}]


def test_a_message_that_somebody_else_sent_meanwhile_leaves_it_to_a_person(crm, run):
    crm.provider.losses = ["after"]
    crm.provider.messages.made["theirs"] = (said("hello"), crm.clock.time())
    job, (outcome,) = run(crm.mass_messages.order([said("hello")]))
    assert (job.state, outcome.state) == (JobState.DONE, UNKNOWN)
    assert "theirs" in outcome.message


def test_one_content_and_sender_twice_in_a_list_are_refused(crm):
    with pytest.raises(InputError, match="twice"):
        crm.mass_messages.order([said("hello", "Zhang"), said("bye"), said("hello", "zhang", member_ids=("m1",))])
    assert list(crm.jobs.list()) == []


def test_more_members_than_one_order_takes_go_in_several(crm, run):
    for sender in ("zhang", None):
        specs = [said(f"hello {sender}", sender, member_ids=(f"m{n}", f"m{n + 1}")) for n in (1, 3, 5)]
        crm.provider.losses = ["", "after"]
        job, outcomes = run(crm.mass_messages.order(specs, key=f"all of {sender}"))
        assert job.counts == {DONE: 3}
        assert len({outcome.before["id"] for outcome in outcomes}) == 3
        assert crm.mass_messages.order(reversed(specs), key=f"all of {sender}").id == job.id
    groups = [MassMessageSpec(Channel.GROUPS, Content("x"), "zhang", group_ids=(each,)) for each in ("g1", "g2")]
    assert crm.mass_messages.order(groups).items == 2


@pytest.mark.parametrize("ids", [("m2", "m3"), ("m1", "m2"), None])
def test_lists_that_overlap_are_refused_with_the_reason(crm, ids):
    for specs in ([("m1", "m2"), ids], [ids, ("m1", "m2")]):
        with pytest.raises(InputError, match=r"same members or groups: they would get it twice.*one order only"):
            crm.mass_messages.order([said("hello", member_ids=each) for each in specs])
    assert list(crm.jobs.list()) == []


def test_senders_with_nobody_left_to_send_to_are_skipped_and_stop_nothing(crm, run):
    create = crm.provider.messages.create

    def nobody_left(spec, *, intent):
        if spec.sender_id.endswith("3"):
            raise PreconditionFailed("no external user to send", code=41048, **CALL)
        return create(spec, intent=intent)

    crm.provider.messages.create = nobody_left
    job, outcomes = run(
        crm.mass_messages.order(said("hello", f"s{number // 3}{number % 3 + 1}") for number in range(99))
    )
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 66, SKIPPED: 33})
    assert {(outcome.reason, outcome.code) for outcome in outcomes if outcome.state is SKIPPED} == {
        ("nobody_left", 41048)
    }


def test_a_refusal_to_take_one_back_is_no_sign_that_nobody_is_left(crm, run):
    job, _ = run(crm.mass_messages.order([said("hello")]))

    def refuse(message_id):
        raise PreconditionFailed("too late", code=41093, **CALL)

    crm.provider.messages.cancel = refuse
    assert run(crm.jobs.undo(job.id, "amy"))[0].counts == {FAILED: 1}


def test_whom_an_order_names_is_found(crm, run):
    job, _ = run(crm.mass_messages.order([said("hello", member_ids=("m1", "m2", "gone3"))]))
    (item,) = crm.jobs.items(job.id)
    handler = crm.jobs.handlers.of(job.kind).handler
    assert (item.subject, set(handler.subjects_of(item))) == ("", {"m1", "m2", "gone3"})
    (way_back,) = crm.jobs.items(crm.jobs.undo(job.id, "amy").id)
    assert list(handler.subjects_of(way_back)) == ["gone3"]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (said("hello"), said("hello", "ZHANG", member_ids=("m9",)), True),
        (said("hello"), said("hello", "li"), False),
        (said("hello"), said("other"), False),
        (said("hello"), said("hello", None, member_ids=("m1",)), True),
        (said("hello", None), said("hello"), True),
        (said("hello", None), said("other", None), False),
        (said("hello"), MassMessageSpec(Channel.GROUPS, Content("hello"), "zhang"), False),
    ],
)
def test_two_open_orders_that_could_not_be_told_apart_are_refused(crm, first, second, alike):
    job = crm.mass_messages.order([first])
    if alike:
        with pytest.raises(JobError, match=f"job {job.id} holds the same.*it is planned.*run or cancel"):
            crm.mass_messages.order([second])
        crm.jobs.cancel(job.id)
    crm.mass_messages.order([second])


def test_pictures_do_not_tell_orders_apart_because_lists_show_other_ids(crm):
    one, other = (
        MassMessageSpec(Channel.MEMBERS, Content("hi", (Image(media_id=each),)), "zhang")
        for each in ("media1", "media2")
    )
    crm.mass_messages.order([one])
    with pytest.raises(JobError, match="holds the same"):
        crm.mass_messages.order([other])


def test_an_unknown_one_stands_in_the_way_until_it_is_resolved(crm, run):
    crm.provider.losses = ["after"]
    crm.provider.messages.made["theirs"] = (said("hello"), crm.clock.time())
    job, _ = run(crm.mass_messages.order([said("hello")]))
    with pytest.raises(JobError, match=f"job {job.id} .*unknown.*resolve it first"):
        crm.mass_messages.order([said("hello")])
    (item,) = crm.jobs.items(job.id)
    crm.jobs.resolve(job.id, item.key, as_done=True, who="amy")
    crm.mass_messages.order([said("hello")])


def test_a_key_stands_for_one_list(crm, run):
    job = crm.mass_messages.order([said("hello")], key="spring")
    assert crm.mass_messages.order([said("hello")], key="spring").id == job.id
    run(job)
    again = crm.mass_messages.order([said("hello")], key="spring")
    assert (again.id, again.state) == (job.id, JobState.DONE)
    with pytest.raises(JobError, match=f"job {job.id} was submitted with the key 'spring' for something else"):
        crm.mass_messages.order([said("hello", member_ids=("m1",))], key="spring")
    assert crm.mass_messages.order([said("hello")], key="summer").id != job.id


def test_undoing_leaves_the_key_with_what_was_ordered(crm, run):
    job, _ = run(crm.mass_messages.order([said("hello")], key="spring"))
    run(crm.jobs.undo(job.id, "amy"))
    assert crm.mass_messages.order([said("hello")], key="spring").id == job.id


def test_a_message_to_groups_without_a_sender_is_refused_at_once(crm):
    with pytest.raises(InputError, match="sender_id is missing"):
        crm.mass_messages.order([MassMessageSpec(Channel.GROUPS, Content("hello"))])


def test_the_time_after_which_a_send_is_looked_up_can_be_set(crm, run):
    crm.jobs.settle_after("message.order", 40)
    crm.provider.losses = ["after"]
    began = crm.clock.time()
    run(crm.mass_messages.order([said("hello")]))
    assert crm.clock.time() - began == 40


def test_an_empty_list_is_refused(crm):
    with pytest.raises(InputError, match="empty"):
        crm.mass_messages.order([])


def test_what_the_port_refuses_to_send_fails_by_itself_with_the_ports_words(crm, run):
    job, outcomes = run(crm.mass_messages.order([said("x" * 101), said("hello")]))
    assert (job.state, job.counts) == (JobState.DONE, {FAILED: 1, DONE: 1})
    assert outcomes[0].code == "invalid_input"
    assert "at most 100" in outcomes[0].message
    assert crm.provider.calls["create"] == 2


def test_undoing_cancels_what_was_ordered(crm, run):
    crm.provider.messages.lose_cancel = 1
    job, _ = run(crm.mass_messages.order([said("hello", sender) for sender in "ab"]))
    undo, outcomes = run(crm.jobs.undo(job.id, "amy"))
    assert (undo.undo_of, undo.counts) == (job.id, {DONE: 2})
    assert crm.provider.messages.cancelled == ["msg1", "msg2"]
    assert [outcome.before for outcome in outcomes] == [None, None]
    crm.mass_messages.order([said("hello", "a")])


def test_undoing_passes_over_what_is_gone_and_what_nobody_knows(crm, run):
    crm.provider.losses = ["", "after"]
    job, _ = run(crm.mass_messages.order([said("hello")]))
    crm.provider.messages.made.clear()
    crm.provider.messages.made["theirs"] = (said("bye"), crm.clock.time())
    unknown, _ = run(crm.mass_messages.order([said("bye")]))
    (item,) = crm.jobs.items(unknown.id)
    crm.jobs.resolve(unknown.id, item.seq, as_done=True, who="amy")
    assert run(crm.jobs.undo(job.id, "amy"))[0].counts == {DONE: 1}
    assert run(crm.jobs.undo(unknown.id, "amy"))[0].counts == {SKIPPED: 1}
    assert crm.provider.messages.cancelled == []


@pytest.mark.parametrize(
    ("sender", "ready", "note"),
    [
        ("zhang", True, "read back as planned"),
        ("zhang", False, "nobody is asked to send it yet"),
        (None, True, "nobody is asked to send it"),
    ],
)
def test_a_canary_is_read_back_by_its_tasks(crm, run, sender, ready, note):
    crm.provider.messages.tasks_ready = ready
    specs = [said("hello", sender), said("bye", sender)]
    job, _ = run(crm.mass_messages.order(specs, limits=RunLimits(canary=1)))
    assert job.state is JobState.WAITING
    assert note in job.note


def test_the_wrong_sender_is_noticed(crm, run):
    job = crm.mass_messages.order([said("hello"), said("bye")], limits=RunLimits(canary=1))
    create = crm.provider.messages.create
    crm.provider.messages.create = lambda spec, *, intent: create(said("hello", "li"), intent=intent)
    assert "its sender is not asked" in run(job)[0].note


def test_many_refusals_stop_what_reaches_customers(crm, run):
    job, _ = run(crm.mass_messages.order(said("x" * 101, f"s{number}") for number in range(60)))
    assert job.state is JobState.PAUSED
    assert job.reason.startswith("suspicious")
    assert crm.provider.calls["create"] == 50


def test_a_vendor_that_cannot_is_told_before_anything_is_planned(tmp_path):
    with CRM.connect("memory", store=f"sqlite:///{tmp_path}/x.db") as crm:
        crm.provider.capabilities = {**crm.provider.capabilities, "messages.create": Support(Level.NONE, "not here")}
        with pytest.raises(UnsupportedCapability, match=r"messages\.create"):
            crm.mass_messages.order([said("hello")])
        assert list(crm.jobs.list()) == []


def test_texts_and_members_are_in_no_repr(crm, run):
    job, _ = run(crm.mass_messages.order([said("a secret offer", member_ids=("m1",))]))
    (item,) = crm.jobs.items(job.id)
    assert item.payload["order"]["content"]["text"] == "a secret offer"
    assert item.subject == "m1"
    shown = f"{item!r} {job!r} {item.outcome!r}"
    assert "secret" not in shown
    assert "m1" not in shown


def test_another_process_goes_on_where_one_was_killed(tmp_path):
    with connect(tmp_path) as crm:
        job = crm.mass_messages.order([said("hello", "a"), said("hello", "b")])
        crm.provider.losses = ["after"]
        crm.provider.messages.settle = killed
        with pytest.raises(KeyboardInterrupt):
            crm.jobs.run(job.id)
        made, clock = crm.provider.messages.made, crm.clock
    with connect(tmp_path, clock) as crm:
        crm.provider.messages.made = made
        crm.jobs.resume(job.id)
        assert crm.jobs.run(job.id).counts == {DONE: 2}
        assert len(made) == 2
