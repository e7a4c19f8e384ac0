import multiprocessing
import os
import random
import signal
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privcrm.clock import ManualClock, SystemClock
from privcrm.errors import InputError, JobError
from privcrm.jobs import ItemDraft, JobState, Outcome, OutcomeState, RunLimits
from privcrm.jobs.draft import DRAFT_LEASE_SECONDS
from privcrm.jobs.records import Records
from privcrm.store import Store, open_store
from tests.jobs.toy import Toy, drafts, jobs_for, plan

fork = multiprocessing.get_context("fork")


def join_tags(first: ItemDraft, second: ItemDraft) -> ItemDraft:
    return evolve(second, payload={"tags": sorted({*first.payload["tags"], *second.payload["tags"]})})


def count_rows(store: Store, table: str) -> int:
    with store.database.connect() as connection:
        row = connection.one(f"SELECT count(*) FROM privcrm_{table}")
    assert row is not None
    return int(row[0])


def test_a_sealed_plan_is_ready_and_counted(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    decided = ItemDraft("gone", {}, outcome=Outcome.skipped("departed"))
    job = plan(jobs, [*drafts(3), decided])
    assert (job.state, job.items, job.planned) == (JobState.READY, 4, 3)
    assert job.counts == {OutcomeState.PLANNED: 3, OutcomeState.SKIPPED: 1}
    assert (job.params, job.created_by, job.company) == ({"list": 1}, "amy", "acme")
    assert jobs.get(job.id) == job
    assert list(jobs.list(JobState.READY)) == [job]
    assert list(jobs.list(JobState.DONE)) == []
    assert [entry.what for entry in store.audit.entries(job_id=job.id)] == ["plan"]


def test_items_are_streamed_in_order_by_state_and_from_anywhere(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    outcome = Outcome.failed(84061, "no relation")
    job = plan(jobs, [*drafts(2_500), ItemDraft("z", {"n": 1}, "m", outcome)])
    items = list(jobs.items(job.id))
    assert [item.key for item in items[:-1]] == [draft.key for draft in drafts(2_500)]
    assert [item.seq for item in items] == sorted(item.seq for item in items)
    assert items[-1].outcome == outcome
    assert [item.key for item in jobs.items(job.id, OutcomeState.FAILED)] == ["z"]
    assert list(jobs.items(job.id, after=items[-2].seq)) == items[-1:]


def test_an_unsealed_draft_leaves_nothing(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    with jobs.prepare("toy", {}, created_by="amy") as draft:
        draft.stage.add_many([("a", {})])
        draft.add(drafts(7_000))

    def fail_in_the_middle() -> None:
        with jobs.prepare("toy", {}, created_by="amy") as draft:
            draft.add(drafts(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    assert [count_rows(store, table) for table in ("job", "item", "stage")] == [0, 0, 0]


def test_a_sealed_plan_takes_no_more_items(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    with jobs.prepare("toy", {}, created_by="amy") as draft:
        draft.seal()
        with pytest.raises(JobError, match="sealed"):
            draft.add(drafts(1))


def prepare_and_die(url: str) -> None:
    store = open_store(url, clock=SystemClock(), company="acme")
    with jobs_for(store, Toy()).prepare("toy", {}, created_by="amy") as draft:
        draft.stage.add_many([("a", {})])
        draft.add(drafts(6_000))
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_plan_is_dropped_by_the_next_and_a_living_one_is_not(url: str) -> None:
    killed = fork.Process(target=prepare_and_die, args=(url,))
    killed.start()
    killed.join(30)
    assert killed.exitcode == -signal.SIGKILL
    with open_store(url, clock=SystemClock(), company="acme") as store:
        assert count_rows(store, "item") == 6_000
        jobs = jobs_for(store, Toy())
        with jobs.prepare("toy", {}, created_by="amy") as living:
            assert [count_rows(store, table) for table in ("job", "item", "stage")] == [1, 0, 0]
            living.add(drafts(1))
            jobs.sweep()
            assert living.seal().items == 1


def plan_while_others_sweep(store: Store, clock: ManualClock) -> int:
    """Stage rows in one draft and plan from them in another, as tagging does; hours pass, and another sweeps."""
    jobs = jobs_for(store, Toy())
    with jobs.prepare("toy", {}, created_by="amy") as scratch:
        scratch.stage.add_many((f"k{number:05}", {}) for number in range(6_000))
        with jobs.prepare("toy", {}, created_by="amy") as draft:

            def items():
                for number, (key, _) in enumerate(scratch.stage.groups()):
                    if number in (2_000, 4_000):
                        clock.advance(DRAFT_LEASE_SECONDS * 0.7 if number == 2_000 else DRAFT_LEASE_SECONDS * 1.1)
                        jobs_for(store, Toy()).sweep()
                    yield ItemDraft(key, {})

            draft.add(items())
            return draft.seal().items


def test_a_plan_that_takes_hours_is_left_to_its_living_maker(store: Store, clock: ManualClock) -> None:
    assert plan_while_others_sweep(store, clock) == 6_000


def test_a_plan_swept_away_by_another_machine_is_never_sealed(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privcrm.jobs.records.is_alive", lambda holder: False)  # as another machine sees it
    with pytest.raises(JobError, match="taken over"):
        plan_while_others_sweep(store, clock)
    assert [count_rows(store, table) for table in ("job", "item", "stage")] == [0, 0, 0]


def test_a_draft_swept_before_its_seal_is_not_sealed(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privcrm.jobs.records.is_alive", lambda holder: False)
    jobs = jobs_for(store, Toy())
    with jobs.prepare("toy", {}, created_by="amy") as draft:
        draft.add(drafts(10))
        clock.advance(DRAFT_LEASE_SECONDS + 1)
        jobs.sweep()
        with pytest.raises(JobError, match="taken over"):
            draft.seal()


def test_a_sealed_plan_is_never_swept(store: Store, clock: ManualClock) -> None:
    jobs = jobs_for(store, Toy())
    job = plan(jobs, 10)
    clock.advance(DRAFT_LEASE_SECONDS + 1)
    with store.database.transaction() as connection:  # sealed between the sweeper's two looks
        assert not Records(store.database).take_abandoned(connection, job.id, "host 1 x", clock.time())
    jobs.sweep()
    assert jobs.get(job.id).planned == 10


def test_a_key_given_twice_is_an_error_that_does_not_quote_it(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    with pytest.raises(InputError) as caught:
        plan(jobs, [ItemDraft("13800138000", {}), ItemDraft("13800138000", {})])
    assert "13800138000" not in str(caught.value)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), max_size=25),
    seed=st.integers(0, 999),
    cut=st.integers(0, 25),
)
def test_the_same_facts_merge_to_the_same_hash_in_any_order(
    store: Store, rows: list[tuple[str, str]], seed: int, cut: int
) -> None:
    jobs = jobs_for(store, Toy())
    expected = {key: sorted({tag for other, tag in rows if other == key}) for key, _ in rows}
    hashes = set()
    for order in (rows, random.Random(seed).sample(rows, len(rows))):
        with jobs.prepare("toy", {}, created_by="amy") as draft:
            draft.merge = join_tags
            for part in (order[:cut], order[cut:]):
                draft.add(ItemDraft(key, {"tags": [tag]}) for key, tag in part)
            job = draft.seal()
        assert {item.key: item.payload["tags"] for item in jobs.items(job.id)} == expected
        hashes.add(job.plan_hash)
    assert len(hashes) == 1


def test_the_hash_tells_plans_apart(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    plans = [
        [ItemDraft("a", {"n": 1})],
        [ItemDraft("a", {"n": 2})],
        [ItemDraft("b", {"n": 1})],
        [ItemDraft("a", {"n": 1}, outcome=Outcome.skipped("as wanted"))],
        [],
    ]
    assert len({plan(jobs, items).plan_hash for items in plans}) == len(plans)


def test_large_plans_wait_for_another_person_or_the_exact_count(store: Store, clock: ManualClock) -> None:
    handler = Toy()
    handler.approval_above = 3
    jobs = jobs_for(store, handler)
    decided = ItemDraft("z", {}, outcome=Outcome.skipped("as wanted"))
    assert plan(jobs, [*drafts(3), decided]).state is JobState.READY
    for who, count in (("bob", None), ("amy", 4), ("bob", 4)):
        job = plan(jobs, [*drafts(4), decided])
        assert job.state is JobState.WAITING
        for wrong in ({"who": "amy"}, {"who": "amy", "count": 5}, {"who": "bob", "count": 3}):
            with pytest.raises(JobError):
                jobs.approve(job.id, **wrong)
        with pytest.raises(JobError, match="approval"):
            jobs.run(job.id)
        with pytest.raises(JobError, match="approval"):
            jobs.resume(job.id)
        assert jobs.approve(job.id, who, count).state is JobState.READY
        with pytest.raises(JobError, match="no approval"):
            jobs.approve(job.id, "bob")
        assert jobs.run(job.id).state is JobState.DONE
    late = plan(jobs, 4)
    clock.advance(8 * 86_400)
    with pytest.raises(JobError, match="too old"):
        jobs.approve(late.id, "bob")


def test_the_caller_may_set_the_threshold(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    assert plan(jobs, 2, limits=RunLimits(approve_above=1)).state is JobState.WAITING


def test_a_paused_plan_can_still_be_approved(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    job = plan(jobs, 2, limits=RunLimits(approve_above=1))
    jobs.pause(job.id, "amy")
    assert jobs.approve(job.id, "bob").state is JobState.READY


def test_a_plan_paused_before_its_approval_waits_for_it_again(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    job = plan(jobs, 2, limits=RunLimits(approve_above=1))
    jobs.pause(job.id, "amy")
    resumed = jobs.resume(job.id, "amy")
    assert (resumed.state, resumed.reason.partition(":")[0]) == (JobState.WAITING, "approval")
    with pytest.raises(JobError, match="approval"):
        jobs.run(job.id)
    jobs.approve(job.id, "bob")
    assert jobs.run(job.id).state is JobState.DONE


@pytest.mark.parametrize(("maker", "who"), [("", "bob"), ("amy", ""), ("", "")])
def test_nobody_without_a_name_is_a_second_person(store: Store, maker: str, who: str) -> None:
    jobs = jobs_for(store, Toy())
    with jobs.prepare("toy", {}, created_by=maker, limits=RunLimits(approve_above=1)) as draft:
        draft.add(drafts(2))
        job = draft.seal()
    with pytest.raises(JobError, match="another person"):
        jobs.approve(job.id, who)
    assert jobs.approve(job.id, who, count=2).state is JobState.READY


def test_an_unknown_kind_and_a_window_that_is_none_are_refused(store: Store) -> None:
    jobs = jobs_for(store, Toy())
    with pytest.raises(JobError, match="toy"):
        jobs.prepare("tou", {}, created_by="amy").__enter__()
    with pytest.raises(InputError, match="22:00-08:00"):
        jobs.prepare("toy", {}, created_by="amy", limits=RunLimits(window="late")).__enter__()
    assert count_rows(store, "job") == 0


def test_another_version_of_a_handler_refuses_the_job_and_names_both(store: Store, tmp_path: Path) -> None:
    job = plan(jobs_for(store, Toy()), 1)
    newer = Toy()
    newer.version = 2
    with pytest.raises(JobError, match=r"version 1 .* version 2"):
        jobs_for(store, newer).run(job.id)
