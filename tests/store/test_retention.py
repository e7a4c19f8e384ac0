"""What is old is deleted, with what belongs to it; what is young or still needed stays."""

import random
from datetime import datetime
from math import inf, nan
from typing import Any

import pytest

from privcrm.clock import VENDOR_TIME, ManualClock
from privcrm.errors import ConfigurationError, InputError, StoreError
from privcrm.jobs import ItemDraft, Jobs, Outcome
from privcrm.jobs.hours import TURN_SECONDS
from privcrm.services.retention import Retention, RetentionProgress, retention
from privcrm.store import Store, open_store, purging
from privcrm.store.mirror.snapshots import Snapshot, Snapshots
from privcrm.store.retention import DAY, RULES, ages
from tests.jobs.toy import Toy
from tests.store.rows import put, values

DAYS = ages()


def times(store: Store, rule: str) -> tuple[float, float]:
    """Return a moment that is just older than the age of a rule, and one that is just not."""
    before = store.clock.time() - (DAYS[rule] or 0.0) * DAY
    return before - 2, before + 2


def only(rule: str) -> dict[str, float | None]:
    """Return ages by which this rule alone is applied."""
    return {each: (days if each == rule else None) for each, days in DAYS.items()}


def purge(store: Store, rule: str) -> int:
    chosen = Retention(store, ages=only(rule))
    dry = chosen.purge(dry_run=True)
    done = chosen.purge()
    assert dry.rows == done.rows
    return done.rows[rule]


# -- each rule


def test_welcomes_uploads_tasks_and_changes_go_by_their_age(store: Store) -> None:
    old, young = (int(at) for at in times(store, "welcomes"))
    put(store, "welcome", key="old", at=old, staff="ann", subject="wm1", decided_at=old)
    put(store, "welcome", key="late", at=old, staff="ann", subject="wm1", decided_at=young)
    put(store, "welcome", key="young", at=young, staff="ann", subject="wm1")
    assert (purge(store, "welcomes"), values(store, "welcome", "key")) == (1, ["late", "young"])
    gone, lives = times(store, "uploads")
    for digest, at in (("old", gone), ("young", lives), ("for ever", 0.0)):
        put(store, "upload", digest=digest, kind="image", expires_at=at)
    assert (purge(store, "uploads"), values(store, "upload", "digest")) == (1, ["for ever", "young"])
    done, fresh = times(store, "staff_tasks")
    for name, state, at in (("old", "done", done), ("young", "done", fresh), ("open", "open", 0.0)):
        put(store, "staff_task", id=name, staff_id="ann", state=state, created_at=1.0, done_at=at)
    assert (purge(store, "staff_tasks"), values(store, "staff_task", "id")) == (1, ["open", "young"])
    for seq, at in enumerate(times(store, "staff_changes")):
        put(store, "staff_change", staff=0, seq=seq, at=at)
    assert (purge(store, "staff_changes"), values(store, "staff_change", "seq")) == (1, [1])


def test_what_the_gateway_knows_of_visitors_goes(store: Store) -> None:
    for who, until in zip(("old", "young"), times(store, "code_visitors"), strict=True):
        put(store, "code_visitor", code=1, visitor=who, target="g1", until=until)
    assert (purge(store, "code_visitors"), values(store, "code_visitor", "visitor")) == (1, ["young"])
    for who, until in zip(("old", "young"), times(store, "code_holds"), strict=True):
        put(store, "code_hold", code=1, visitor=who, staff=1, made_at=1.0, held_until=until)
    assert (purge(store, "code_holds"), values(store, "code_hold", "visitor")) == (1, ["young"])
    for who, at in zip(("old", "young"), times(store, "code_commitments"), strict=True):
        put(store, "code_commitment", code=1, visitor=who, at=at)
    assert (purge(store, "code_commitments"), values(store, "code_commitment", "visitor")) == (1, ["young"])


def test_events_of_rules_go_when_no_rule_counts_them(store: Store) -> None:
    old, young = (int(at) for at in times(store, "tag_rule_events"))
    put(store, "tag_rule", id="gone", spec="{}", state="removed")
    put(store, "tag_rule", id="r", spec="{}", state="active")
    for rule, event, at in (("r", "old", old), ("r", "young", young), ("gone", "late", young)):
        put(store, "tag_rule_event", rule=rule, member=0, event=event, at=at)
    assert (purge(store, "tag_rule_events"), values(store, "tag_rule_event", "event")) == (2, ["young"])


def test_who_wore_a_tag_goes_by_the_age_of_its_deletion(store: Store) -> None:
    for number, at in enumerate((*times(store, "deleted_tag_holders"), 0.0)):
        put(store, "tag", number=number, tag_id=str(number), group_id="", deleted_at=at)
        put(store, "deleted_tag_holder", tag=number, member=3, staff=4)
    assert (purge(store, "deleted_tag_holders"), values(store, "deleted_tag_holder", "tag")) == (1, [1, 2])


def test_the_last_finished_synchronisation_of_each_kind_stays(store: Store) -> None:
    old, young = times(store, "sync_runs")
    runs: dict[str, tuple[str, str, float, float]] = {
        "first": ("sync", "done", old - 9, old),
        "last": ("sync", "done", old - 8, old + 1),
        "check": ("check", "done", old, old),
        "cut": ("sync", "given_up", old, old),
        "left": ("sync", "open", 0.0, old),
        "open": ("sync", "open", 0.0, young),
    }
    for name, (kind, state, finished_at, at) in runs.items():
        times_of = {"started_at": old - 9, "finished_at": finished_at, "beat": at}
        put(store, "sync_run", id=name, kind=kind, state=state, stage="", counts="{}", holder="", **times_of)
        put(store, "sync_part", run=name, part=0, kind="", staff="[]", state="open")
        for page in range(3):
            put(store, "sync_seen", run=name, part=0, page=page, seen=b"\0" * 8)
    assert purge(store, "sync_runs") == 3
    assert values(store, "sync_run", "id") == ["check", "last", "open"]
    assert values(store, "sync_part", "run") == ["check", "last", "open"]
    assert set(values(store, "sync_seen", "run")) == {"check", "last", "open"}


def test_snapshots_go_only_when_an_age_is_given(store: Store, clock: ManualClock) -> None:
    snapshots = Snapshots(store.database)
    for name in ("old", "young"):
        snapshots.take(Snapshot(name, name, "{}", 0, clock.time(), None), [1, 2, 70_000])
        clock.advance(30 * DAY)
    Retention(store).purge()
    assert len(snapshots.all()) == 2
    in_the_making = {"id": "new", "chunk": 0, "bits": b""}  # its row comes last
    put(store, "snapshot_bits", **in_the_making)
    assert Retention(store, ages={"snapshots": 45}).purge().rows["snapshots"] == 1
    assert [each.id for each in snapshots.all()] == ["young"]
    assert values(store, "snapshot_bits", "id") == ["new", "young", "young"]


# -- jobs


@pytest.fixture
def jobs(store: Store, clock: ManualClock) -> Jobs:
    return Jobs(store, clock, [Toy()], random.Random(4))


def planned(jobs: Jobs, *, items: int = 3, undo_of: str = "") -> str:
    with jobs.prepare("toy", {}, created_by="ann", undo_of=undo_of) as draft:
        draft.add(ItemDraft(f"k{number}", {}) for number in range(items))
        return draft.seal().id


def rows_of(store: Store, job_id: str) -> int:
    tables = ("job", "item", "send", "approval", "stage")
    with store.database.connect() as connection:
        return sum(
            (
                connection.one(
                    f"SELECT count(*) FROM privcrm_{table} WHERE {'id' if table == 'job' else 'job_id'} IN (?, ?)",
                    job_id,
                    f"{job_id} check",
                )
                or (0,)
            )[0]
            for table in tables
        )


def test_a_job_that_has_ended_goes_with_all_its_rows(store: Store, clock: ManualClock, jobs: Jobs) -> None:
    done, cancelled, still_open = (planned(jobs) for _ in range(3))
    jobs.run(done)
    jobs.cancel(cancelled, "ann")
    for each in (done, still_open):
        store.stage(f"{each} check").add_many([("k", {})])
    clock.advance((DAYS["jobs"] or 0) * DAY - 10)
    assert purge(store, "jobs") == 0
    young = planned(jobs)
    clock.advance(20)
    assert purge(store, "jobs") == 2
    assert (rows_of(store, done), rows_of(store, cancelled)) == (0, 0)
    assert [job.id for job in jobs.list()] == [still_open, young]
    assert (len(list(jobs.items(still_open))), rows_of(store, still_open)) == (3, 5)
    assert {entry.job_id for entry in store.audit.entries()} >= {done, cancelled}


def test_a_job_of_which_something_was_said_lately_stays(store: Store, clock: ManualClock, jobs: Jobs) -> None:
    cancelled_late = planned(jobs)
    clock.advance(390 * DAY)
    jobs.cancel(cancelled_late, "ann")
    clock.advance(30 * DAY)
    assert purge(store, "jobs") == 0
    clock.advance(400 * DAY)
    assert purge(store, "jobs") == 1


def test_a_job_stays_while_its_undo_is_open_and_an_undo_as_long_as_its_job(
    store: Store, clock: ManualClock, jobs: Jobs
) -> None:
    first = planned(jobs)
    jobs.run(first)
    back = jobs.undo(first, "ann").id
    clock.advance(500 * DAY)
    assert purge(store, "jobs") == 0
    jobs.run(back)
    clock.advance(500 * DAY)
    for name, counts, undo_of in (("kept", '{"unknown":1}', ""), ("undo", "{}", "kept")):
        columns = {
            "kind": "toy",
            "state": "done",
            "params": "{}",
            "limits": "{}",
            "created_at": 1.0,
            "finished_at": 1.0,
        }
        put(store, "job", id=name, counts=counts, undo_of=undo_of, **columns)
    assert purge(store, "jobs") == 2
    assert (rows_of(store, first), rows_of(store, back)) == (0, 0)
    assert values(store, "job", "id") == ["kept", "undo"]


@pytest.mark.parametrize("what", ["unknown", "sent", "held", "hit"])
def test_a_job_that_somebody_may_need_stays(store: Store, clock: ManualClock, jobs: Jobs, what: str) -> None:
    def unknown(items: Any) -> list[Outcome]:
        return [Outcome.unknown() for _ in items]

    if what == "unknown":
        jobs = Jobs(store, clock, [Toy(unknown)], random.Random(4))
    job_id = planned(jobs)
    jobs.run(job_id)
    clock.advance(500 * DAY)
    match what:
        case "sent":
            put(store, "send", job_id=job_id, number=99, key="", marker="", digest="", seqs="[]", state="sent")
        case "held":
            with store.database.connect() as connection:
                connection.run("UPDATE privcrm_job SET holder = 'x', lease_until = ?", clock.time() + 9)
        case "hit":
            put(store, "tag_rule_hit", rule="r", member=0, staff=0, tag_id="t", state="adding", job_id=job_id)
    assert purge(store, "jobs") == 0
    assert rows_of(store, job_id) > 3


def test_a_plan_whose_maker_was_killed_goes_and_one_that_is_made_stays(
    store: Store, clock: ManualClock, jobs: Jobs
) -> None:
    with jobs.prepare("toy", {}, created_by="ann") as draft:
        draft.add([ItemDraft("k", {})])
        draft.stage.add_many([("k", {})])
        clock.advance(9 * DAY)
        draft.add([ItemDraft("l", {})])  # renews the lease
        assert purge(store, "drafts") == 0
        clock.advance(8 * DAY)
        assert purge(store, "drafts") == 1
        assert rows_of(store, draft.job_id) == 0
        draft.sealed = True  # nothing is tidied up at the end: this maker was killed


def test_large_jobs_go_in_parts_and_what_a_killed_purge_left_is_found(
    store: Store, clock: ManualClock, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(purging, "OWNERS_AT_ONCE", 1)
    large, other = planned(jobs, items=35), planned(jobs)
    jobs.run(large)
    store.stage(large).add_many((f"k{number}", {}) for number in range(25))
    jobs.cancel(other, "ann")
    stays = planned(jobs)
    clock.advance(500 * DAY)
    told, before = list[int](), rows_of(store, large) + rows_of(store, other)

    def killed(progress: RetentionProgress) -> None:
        told.append(progress.done)
        if len(told) == 5:
            raise StoreError("killed")

    chosen = Retention(store, ages=only("jobs"))
    with pytest.raises(StoreError, match="killed"):
        chosen.purge(progress=killed)
    assert 2 < before - rows_of(store, large) - rows_of(store, other) < before
    assert chosen.purge().rows == {"jobs": 0}
    assert (rows_of(store, large), rows_of(store, other)) == (0, 0)
    assert len(list(jobs.items(stays))) == 3


# -- the front


def test_a_dry_run_deletes_nothing_and_other_companies_are_left_alone(store: Store, url: str) -> None:
    with open_store(url, clock=store.clock, company="other") as other:
        for each in (store, other):
            put(each, "upload", digest="old", kind="image", expires_at=1.0)
        assert Retention(store).purge(dry_run=True).rows["uploads"] == 1
        assert values(store, "upload", "company") == ["acme", "other"]
        assert not list(store.audit.entries())
        done = Retention(store).purge(who="ann")
        assert (done.total, done.dry_run) == (1, False)
        assert values(store, "upload", "company") == ["other"]
        (entry,) = store.audit.entries()
        assert (entry.who, entry.what, entry.details) == ("ann", "store.purged", {"rows": {"uploads": 1}})
        assert Retention(store).purge().total == 0
        assert len(list(store.audit.entries())) == 1


def test_thousands_of_rows_go_in_transactions_of_their_own(store: Store) -> None:
    with store.database.transaction() as connection:
        connection.run_many(
            "INSERT INTO privcrm_upload (company, digest, kind, expires_at) VALUES ('acme', ?, 'image', 1)",
            [(f"{number:05}",) for number in range(2_500)],
        )
    seen: list[int] = []
    assert Retention(store).purge(progress=lambda step: seen.append(step.done)).total == 2_500
    assert {500, 1_000, 2_000, 2_500} <= set(seen)


def test_what_becomes_young_meanwhile_stays(store: Store) -> None:
    for digest in ("a", "b"):
        put(store, "upload", digest=digest, kind="image", expires_at=1.0)
    rule = next(each for each in RULES if each.name == "uploads")
    remover = purging.PlainRemover(store.database, rule)
    with store.database.transaction() as connection:
        connection.run("UPDATE privcrm_upload SET expires_at = 0 WHERE digest = 'a'")
        assert remover.remove(connection, [("a", "image"), ("b", "image")], store.clock.time()) == 1
    assert values(store, "upload", "digest") == ["a"]


def test_an_age_of_nothing_keeps_for_ever() -> None:
    chosen = ages({"jobs": 0, "uploads": None, "snapshots": 90.5})
    assert (chosen["jobs"], chosen["uploads"], chosen["snapshots"]) == (None, None, 90.5)
    assert chosen["welcomes"] == DAYS["welcomes"] == 400


@pytest.mark.parametrize(
    ("changed", "told"), [({"job": 3}, "known: welcomes"), *(({"jobs": days}, "jobs") for days in (-1, nan, inf))]
)
def test_what_is_no_age_is_refused(store: Store, changed: dict[str, float | None], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Retention(store, ages=changed)


# -- by timer


def due(store: Store) -> float:
    (at,) = values(store, "timer", "due", "kind = 'retention'")
    return float(at)


def test_a_store_that_was_never_purged_is_purged_at_once_and_then_at_four(
    store: Store, clock: ManualClock, jobs: Jobs
) -> None:
    put(store, "upload", digest="old", kind="image", expires_at=1.0)
    Retention(store, jobs.timers).every()
    assert due(store) == clock.time()
    other = Jobs(store, clock)  # whoever runs the timers need not have set it
    Retention(store, other.timers)
    assert other.timers.fire_one("me")
    assert values(store, "upload", "digest") == []
    at = datetime.fromtimestamp(due(store), VENDOR_TIME)
    assert (at.hour, at.minute) == (4, 0)
    assert 0 < due(store) - clock.time() <= DAY
    assert not other.timers.fire_one("me")
    Retention(store, jobs.timers).every(hours=6, at="01:30")
    at = datetime.fromtimestamp(due(store), VENDOR_TIME)
    assert (at.hour % 6, at.minute) == (1, 30)


def test_it_goes_in_turns(store: Store, clock: ManualClock, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(purging.PlainRemover):
        def remove(self, *args: Any) -> int:
            clock.sleep(TURN_SECONDS / 2)
            return super().remove(*args)

    monkeypatch.setattr(retention, "PlainRemover", Slow)
    with store.database.transaction() as connection:
        connection.run_many(
            "INSERT INTO privcrm_upload (company, digest, kind, expires_at) VALUES ('acme', ?, 'image', 1)",
            [(f"{number:05}",) for number in range(2_250)],
        )
    Retention(store, jobs.timers).every()
    turns, began = 0, clock.time()
    while jobs.timers.fire_one("me"):
        turns += 1
        assert turns < 9
    assert turns == 3
    assert values(store, "upload", "digest") == []
    assert due(store) > clock.time() > began
    assert sum(entry.details["rows"]["uploads"] for entry in store.audit.entries()) == 2_250


def test_a_rule_that_takes_longer_than_a_turn_comes_to_its_end(
    store: Store, clock: ManualClock, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = purging.Purging._step

    def slow(*args: Any) -> Any:
        clock.sleep(TURN_SECONDS / 3)
        return step(*args)

    monkeypatch.setattr(purging, "STEP", 10)
    monkeypatch.setattr(purging.Purging, "_step", slow)
    with store.database.transaction() as connection:
        connection.run_many(
            "INSERT INTO privcrm_upload (company, digest, kind, expires_at) VALUES ('acme', ?, 'image', ?)",
            [(f"{number:03}", 1 if number == 99 else 0) for number in range(100)],
        )
    Retention(store, jobs.timers).every()
    turns = 0
    while jobs.timers.fire_one("me"):
        turns += 1
        assert turns < 20
    assert turns > 3
    assert len(values(store, "upload", "digest")) == 99


def test_without_timers_and_for_what_is_no_schedule_it_is_said(store: Store, jobs: Jobs) -> None:
    with pytest.raises(ConfigurationError, match="timers"):
        Retention(store).every()
    with pytest.raises(InputError, match="no schedule"):
        Retention(store, jobs.timers).every(at="25:00")


def test_every_rule_stands_in_the_order_of_its_owner() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert names.index("relations") < names.index("members")
    assert [rule.name for rule in RULES if rule.days is None] == ["snapshots"]
