"""What a job made, and why items came to nothing, as the command line tells it."""

import json

import pytest

from privcrm import CRM
from privcrm.errors import InvalidArgument, PreconditionFailed
from privcrm.models import Channel, Content, MassMessageReceipt, MassMessageSpec, MomentSpec
from privcrm.testing.memory.messages import MemoryMessages


@pytest.fixture
def ordered(memory_company, monkeypatch):
    """Order three messages: one is made but for two members, one has nobody left, one is refused without a word."""
    answers = [
        lambda: MassMessageReceipt("msg-1", ("member-of-whom-nobody-is-told", "another")),
        lambda: refuse("", code=41048),
        lambda: refuse("", code=40129, kind=InvalidArgument, advice="choose another picture"),
    ]

    def refuse(message, *, code, kind=PreconditionFailed, advice=""):
        raise kind(message, provider="memory", operation="messages.create", code=code, advice=advice)

    monkeypatch.setattr(MemoryMessages, "create", lambda *_, **__: answers.pop(0)())
    with CRM.from_env(store="sqlite:///privcrm.db") as crm:
        senders = list(crm.provider.staff.serving())[:3]
        job = crm.mass_messages.order([MassMessageSpec(Channel.MEMBERS, Content("hi"), each) for each in senders])
        return crm.jobs.run(job.id).id


def test_ids_are_shown_and_the_rejected_counted(privcrm, ordered):
    ran = privcrm("job", "show", ordered, "--jsonl")
    assert [json.loads(line)["made"] for line in ran.out.splitlines()] == [{"id": "msg-1", "rejected": 2}, {}, {}]
    assert "nobody-is-told" not in ran.out
    assert "Made: 1; recipients that the vendor rejected: 2." in privcrm("job", "show", ordered).out
    shown = privcrm("job", "show", ordered, "--json").json
    assert (shown["made"], shown["rejected"]) == (1, 2)


def test_what_came_to_nothing_says_why(privcrm, ordered):
    told = privcrm("job", "show", ordered).out
    assert "41048" in told
    assert "PreconditionFailed" in told
    assert "40129" in told
    assert "choose another picture" in told


def test_outcomes_as_csv_are_for_tagging_and_the_error_says_what_to_use_instead(privcrm, ordered):
    ran = privcrm("job", "show", ordered, "--out", "x.csv")
    assert ran.code == 2
    assert f"privcrm job show {ordered} --jsonl PATH" in ran.err


def test_a_moment_that_is_being_made_is_followed_up(privcrm, memory_company):
    with CRM.from_env(store="sqlite:///privcrm.db") as crm:
        senders = list(crm.provider.staff.serving())[:1]
        job = crm.jobs.run(crm.moments.order([MomentSpec(Content("hi"), tuple(senders))]).id)
        assert f"crm.moments.follow_up('{job.id}')" in privcrm("job", "show", job.id).out
        crm.moments.follow_up(job.id)
        assert "follow_up" not in privcrm("job", "show", job.id).out
