"""Calls that must happen once, over real HTTP: answers and requests are lost, processes killed, nothing is doubled."""

import random
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from privcrm import CRM
from privcrm.jobs import Job, JobState, OutcomeState
from privcrm.models import (
    Channel,
    ContactCodeSpec,
    Content,
    GroupCodeSpec,
    HandoverKind,
    MassMessageSpec,
    MomentSpec,
)
from privcrm.sandbox import Sandbox, VirtualClock

from .conftest import Shop
from .processes import Killer

DONE, UNKNOWN, WAITING = OutcomeState.DONE, OutcomeState.UNKNOWN, OutcomeState.WAITING
OFFER = Content("今日上新")
KINDS = ("reset", "html", "truncated")
SEED = 20261122
KILLS, CALLS_TO_A_KILL, ORDERED = 6, 3, 30


@frozen
class Operation:
    """How so many of a kind are ordered, by which call, where they stand in the books, and how their items end."""

    path: str
    order: Callable[[Shop, int], Job]
    books: str
    ends: OutcomeState = DONE

    def is_over(self, job: Job) -> bool:
        """Tell whether all items ended so; a moment that was looked up is known to be made."""
        return job.state is JobState.DONE and sum(job.counts.get(each, 0) for each in {self.ends, DONE}) == job.items

    def entries(self, shop: Shop) -> list[dict[str, Any]]:
        return [entry for entry in shop.state(self.books) if self.books != "groups" or entry["owner"] == staff(shop)[0]]


def staff(shop: Shop) -> list[str]:
    return sorted(shop.crm.provider.staff.serving())


def offers(shop: Shop, count: int) -> list[tuple[str, Content]]:
    """Return a text of each employee's, then a second one of each, and so on."""
    able = staff(shop)
    return [(able[number % len(able)], Content(f"今日上新 {number // len(able)}")) for number in range(count)]


def messages(shop: Shop, count: int) -> Job:
    specs = [MassMessageSpec(Channel.MEMBERS, content, sender) for sender, content in offers(shop, count)]
    return shop.crm.mass_messages.order(specs)


def moments(shop: Shop, count: int) -> Job:
    return shop.crm.moments.order([MomentSpec(content, (sender,)) for sender, content in offers(shop, count)])


def contact_codes(shop: Shop, count: int) -> Job:
    return shop.crm.live_codes.create_contact_codes([ContactCodeSpec((staff(shop)[0],))] * count)


def group_codes(shop: Shop, count: int) -> Job:
    group = next(iter(shop.crm.provider.groups.list()))
    return shop.crm.live_codes.create_group_codes([GroupCodeSpec((group.group_id,))] * count)


def members(shop: Shop, count: int) -> Job:
    followers = Counter(member for _, member in shop.relations())
    taker, giver, *_ = staff(shop)
    own = [member for member in shop.crm.provider.members.ids(giver) if followers[member] == 1]
    return shop.crm.handover.transfer_members(HandoverKind.ON_JOB, giver, taker, own[:count], "您好")


def groups(shop: Shop, count: int) -> Job:
    taker = staff(shop)[0]
    others = [row["chat_id"] for row in shop.state("groups") if row["owner"] != taker]
    return shop.crm.handover.transfer_groups(HandoverKind.ON_JOB, others[:count], taker)


OPERATIONS = {
    "messages": Operation("*/add_msg_template", messages, "messages"),
    "moments": Operation("*/add_moment_task", moments, "moments", WAITING),
    "contact codes": Operation("*/add_contact_way", contact_codes, "live_codes"),
    "members": Operation("*/externalcontact/transfer_customer", members, "handovers", WAITING),
    "groups": Operation("*/groupchat/onjob_transfer", groups, "groups"),
}


@pytest.mark.parametrize("when", ["after", "before"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_whatever_is_lost_each_is_made_once_and_nobody_is_asked(
    shop: Shop, operation: Operation, kind: str, when: str
) -> None:
    before = len(operation.entries(shop))
    job = operation.order(shop, 3)
    shop.fault(kind, operation.path, when=when)
    job = shop.crm.jobs.run(job.id)
    assert operation.is_over(job), job.counts
    assert len(operation.entries(shop)) - before == job.items
    met = [call for call in shop.calls(operation.path) if call["fault"]]
    assert len(met) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("when", "left_behind"), [("after", 1), ("before", 0)])
def test_a_lost_group_code_is_noted_and_made_once_more(shop: Shop, kind: str, when: str, left_behind: int) -> None:
    job = group_codes(shop, 3)
    shop.fault(kind, "*/add_join_way", when=when)
    job = shop.crm.jobs.run(job.id)
    assert job.counts == {DONE: 3}
    (orphan,) = shop.crm.jobs.history.orphans(job.id)
    made = {code["config_id"]: code["state"] for code in shop.state("live_codes")}
    in_use = {str((item.outcome.before or {})["id"]) for item in shop.crm.jobs.items(job.id)}
    assert len(made) == 3 + left_behind
    assert len(in_use) == 3
    assert all(made[code_id] in orphan.what for code_id in made.keys() - in_use)


def test_a_group_code_lost_twice_is_left_to_a_person(shop: Shop) -> None:
    job = group_codes(shop, 3)
    shop.fault("reset", "*/add_join_way", when="after", times=2)
    job = shop.crm.jobs.run(job.id)
    assert (job.state, job.counts) == (JobState.DONE, {DONE: 2, UNKNOWN: 1})
    assert len(shop.state("live_codes")) == 4
    shop.crm.jobs.resolve(job.id, 1, as_done=True, who="amy")
    assert shop.crm.jobs.get(job.id).counts == {DONE: 3}


@pytest.mark.parametrize("name", ["messages", "moments", "contact codes"])
def test_what_was_made_is_taken_back(shop: Shop, name: str) -> None:
    operation = OPERATIONS[name]
    job = operation.order(shop, 3)
    shop.fault("reset", operation.path, when="after")
    shop.crm.jobs.run(job.id)
    shop.sandbox.clock.advance(60)
    undo = shop.crm.jobs.run(shop.crm.jobs.undo(job.id, "amy").id)
    assert undo.counts == {DONE: 3}
    assert all(entry.get("cancelled_at") or entry.get("deleted_at") for entry in operation.entries(shop))


def test_a_moment_that_the_vendor_could_not_make_is_failed_with_its_code(shop: Shop) -> None:
    job = shop.crm.jobs.run(shop.crm.moments.order([MomentSpec(OFFER, ("nobody",))]).id)
    assert job.counts == {WAITING: 1}
    shop.sandbox.clock.advance(60)
    assert shop.crm.moments.follow_up(job.id).counts == {OutcomeState.FAILED: 1}
    (item,) = shop.crm.jobs.items(job.id)
    assert (item.outcome.reason, item.outcome.code) == ("not_made", 40031)
    assert "not valid: 1 staff" in item.outcome.message


def test_lists_that_lag_make_nothing_twice(shop: Shop) -> None:
    """The vendor does not say how long its lists lag: here longer than the first look."""
    job = messages(shop, 3)
    shop.control("PATCH", "switches", {"mass_list_lag": 8, "mass_task_lag": 20})
    shop.fault("reset", "*/add_msg_template", when="after")
    assert shop.crm.jobs.run(job.id).counts == {DONE: 3}
    assert len(shop.state("messages")) == 3


class Losing:
    """Loses the answers of drawn orders: observes each call, and orders a fault for the next one if it was drawn."""

    def __init__(self, sandbox: Sandbox, orders: int, lost: int, seed: int) -> None:
        luck = random.Random(seed)
        self.drawn = sorted(luck.sample(range(1, orders), lost))
        self.calls: Counter[str] = Counter()
        self._kinds = {number: luck.choice(KINDS) for number in self.drawn}
        self._sandbox = sandbox

    def note(self, record: Any) -> None:
        self.calls[record.operation] += 1
        kind = self._kinds.get(self.calls["add_msg_template"])
        if kind and record.operation == "add_msg_template":
            self._sandbox.faults.add("*/add_msg_template", kind, when="after")


@pytest.mark.parametrize("count", [400, pytest.param(4_000, marks=pytest.mark.soak)])
def test_thousands_of_senders_of_one_text_and_twenty_lost_answers(tmp_path: Path, count: int) -> None:
    """The content is equal: only their senders, and what others were given, tell the messages apart."""
    clock, lost = VirtualClock(auto_advance=True), 20
    with Sandbox(seed=SEED, staff=count * 13 // 10, members=count * 4, groups=0, clock=clock) as sandbox:
        losing = Losing(sandbox, count, lost, SEED)
        store = f"sqlite:///{tmp_path / 'store.db'}"
        senders = sorted({relation.userid for relation in sandbox.company.relations()})[:count]
        with CRM.from_env(sandbox.env, store=store, clock=clock, on_call=losing.note) as crm:
            job = crm.mass_messages.order(MassMessageSpec(Channel.MEMBERS, OFFER, sender) for sender in senders)
            job = crm.jobs.run(job.id)
            given = {str((item.outcome.before or {})["id"]) for item in crm.jobs.items(job.id)}
            books = Shop(sandbox, crm, tmp_path).state("messages")
    assert (job.state, job.counts) == (JobState.DONE, {DONE: count})
    assert Counter(task["userid"] for row in books for task in row["task_list"]) == Counter(senders)
    assert given == {row["msgid"] for row in books}
    assert losing.calls["add_msg_template"] == count
    assert sum(fault.hits for fault in sandbox.faults) == lost
    # A look reads the pages of what was ordered so far, on a slow machine of the last minutes, and the tasks of the
    # one that nobody claims.
    assert losing.calls["get_groupmsg_list_v2"] <= sum(-(-(number + 1) // 100) for number in losing.drawn)
    assert losing.calls["get_groupmsg_task"] == lost


@pytest.mark.crash
@pytest.mark.parametrize("name", OPERATIONS)
def test_kills_between_sent_and_done(tmp_path: Path, workers: Callable[..., Any], monkeypatch: Any, name: str) -> None:
    kill_again_and_again(tmp_path, workers, monkeypatch, OPERATIONS[name], random.Random(f"{SEED} {name}"))


@pytest.mark.soak
@pytest.mark.crash
@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("name", OPERATIONS)
def test_kills_at_very_many_moments(
    tmp_path: Path, workers: Callable[..., Any], monkeypatch: Any, name: str, seed: int
) -> None:
    kill_again_and_again(tmp_path, workers, monkeypatch, OPERATIONS[name], random.Random(f"{seed} {name}"))


def kill_again_and_again(
    folder: Path, workers: Callable[..., Any], monkeypatch: Any, operation: Operation, luck: random.Random
) -> None:
    store = f"sqlite:///{folder / 'store.db'}"
    small = {"limits": {"handover_batch": 2}}
    with (
        Sandbox(seed=13, staff=8, members=400, groups=60) as sandbox,
        CRM.from_env(sandbox.env, store=store, **small) as crm,
    ):
        shop = Shop(sandbox, crm, folder)
        before = len(operation.entries(shop))
        job = operation.order(shop, ORDERED)
        killer = Killer(sandbox)
        monkeypatch.setattr(sandbox.recorder, "note", killer.note)
        running = workers("once_process.py", sandbox.env, store)
        for call in luck.choices(range(1, CALLS_TO_A_KILL + 1), k=KILLS):
            assert killer.kill_next(running, call) == -signal.SIGKILL, "the job was over before all the kills"
        running.start()
        assert running.end() == 0
        job = crm.jobs.get(job.id)
        assert operation.is_over(job), job.counts
        assert len(operation.entries(shop)) - before == job.items
