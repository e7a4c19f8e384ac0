"""Bitmaps while others write, fold, build and die: in every snapshot they say what the rows say."""

import multiprocessing
import random
import threading
from collections.abc import Callable

import pytest

from privcrm.clock import ManualClock, SystemClock
from privcrm.store import Store, open_store
from privcrm.store.mirror import bitmaps as bitmaps_module
from privcrm.store.mirror import building, folding
from privcrm.store.mirror.bitmaps import Bitmaps
from privcrm.store.mirror.building import Building
from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.folding import Folding
from privcrm.store.mirror.marks import Kind, Marks
from privcrm.store.mirror.relations import Ended, Relations
from privcrm.store.mirror.truth import SOURCES, collected
from tests.store.databases import gone_holder

NOW = 1_800_000_000
MEMBERS = [f"wm{number}" for number in range(40)]
TAGS = ["t0", "t1", "t2"]


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)


def small(patched: pytest.MonkeyPatch) -> None:
    """Let forty members fill several chunks; all processes of a test must agree on that."""
    for module in (building, folding):
        patched.setattr(module, "CHUNK", 7)
    patched.setattr(building, "ROWS_AT_ONCE", 3)
    patched.setattr(folding, "BATCH", 20)
    patched.setattr(folding, "MOST_CHUNKS", 5)


def fill(store: Store) -> None:
    entries = [
        Entry(member, ("ann", "bob")[place % 2], created_at=NOW - place * 86_400, tag_ids=(TAGS[place % 3],))
        for place, member in enumerate(MEMBERS)
    ]
    with store.database.transaction() as connection:
        Relations(store.database).put(connection, entries, NOW)


def built(store: Store) -> Building:
    made = Building(store.database, store.clock, random.Random(1))
    assert made.build()
    return made


def differences(store: Store) -> list[tuple[Kind, str]]:
    """Return the bitmaps that are not what the rows of the same snapshot say."""
    wrong: list[tuple[Kind, str]] = []
    with store.database.snapshot() as connection:
        bitmaps = Bitmaps(connection, store.company)
        assert bitmaps.are_ready
        for source in SOURCES:
            told = collected(source, connection.all(source.sql, store.company))
            for kind in source.kinds:
                true = {str(key): set(members) for key, members in told[kind].items()}
                kept = {key: set(bitmaps.any_of(kind, [key])) for key in {*true, *bitmaps.keys(kind)}}
                wrong += [(kind, key) for key, members in kept.items() if members != true.get(key, set())]
    return wrong


def churn(store: Store, rng: random.Random, times: int) -> None:
    """Change tags, and let relations end and begin."""
    relations = Relations(store.database)
    for moment in range(times):
        member, tag = rng.choice(MEMBERS), rng.choice(TAGS)
        staff = ("ann", "bob")[int(member[2:]) % 2]
        with store.database.transaction() as connection:
            match rng.randrange(6):
                case 0:
                    relations.end(connection, staff, member, Ended(NOW + moment, "deleted_by_member"), NOW)
                case 1:
                    relations.begin(connection, staff, member, NOW + moment + 1, NOW)
                case 2 | 3:
                    relations.retag(connection, staff, member, add=[tag])
                case _:
                    relations.retag(connection, staff, member, remove=[tag])


def test_what_is_built_and_folded_is_what_the_rows_say(store: Store) -> None:
    fill(store)
    built(store)
    assert differences(store) == []
    for seed in range(5):
        churn(store, random.Random(seed), 30)
        assert differences(store) == []
        assert Folding(store.database).fold() > 0
        assert differences(store) == []
        assert Folding(store.database).fold() == 0


def test_a_bitmap_that_nobody_is_in_any_more_goes(store: Store) -> None:
    fill(store)
    built(store)
    with store.database.transaction() as connection:
        Relations(store.database).retag(connection, "ann", "wm0", add=["rare"])
    Folding(store.database).fold()
    with store.database.connect() as connection:
        rare = connection.one("SELECT number FROM privcrm_tag WHERE tag_id = 'rare'")
        assert rare is not None
        assert str(rare[0]) in Bitmaps(connection, store.company).keys(Kind.TAG)
    with store.database.transaction() as connection:
        Relations(store.database).retag(connection, "ann", "wm0", remove=["rare"])
    Folding(store.database).fold()
    with store.database.connect() as connection:
        assert str(rare[0]) not in Bitmaps(connection, store.company).keys(Kind.TAG)


def together(*works: Callable[[], None]) -> None:
    """Run all of them at once and pass on what one of them raised."""
    raised: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_readers_never_see_a_wrong_bitmap_while_others_write_and_fold(store: Store) -> None:
    fill(store)
    built(store)
    writing = threading.Event()
    writing.set()
    looked = []

    def write(seed: int) -> None:
        try:
            churn(store, random.Random(seed), 120)
        finally:
            writing.clear()

    def fold() -> None:
        while writing.is_set():
            Folding(store.database).fold()

    def read() -> None:
        while writing.is_set() or not looked:  # a busy machine may give it no turn while others write
            assert differences(store) == []
            looked.append(1)

    together(lambda: write(1), lambda: write(2), fold, fold, read)
    assert looked
    assert differences(store) == []
    Folding(store.database).fold()
    assert differences(store) == []


def test_what_changes_while_bitmaps_are_built_is_in_them(store: Store) -> None:
    fill(store)
    together(
        lambda: churn(store, random.Random(1), 150),
        lambda: churn(store, random.Random(2), 150),
        lambda: built(store) and None,
    )
    assert differences(store) == []
    Folding(store.database).fold()
    assert differences(store) == []


def _churn_elsewhere(url: str, company: str, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patched, open_store(url, clock=SystemClock(), company=company) as store:
        small(patched)
        churn(store, random.Random(seed), 100)
        Folding(store.database).fold()


def test_processes_write_and_fold_while_another_reads(url: str, store: Store) -> None:
    fill(store)
    built(store)
    context = multiprocessing.get_context("spawn")
    crew = [context.Process(target=_churn_elsewhere, args=(url, store.company, seed)) for seed in (1, 2)]
    for process in crew:
        process.start()
    while any(process.is_alive() for process in crew):
        assert differences(store) == []
    for process in crew:
        process.join()
    assert [process.exitcode for process in crew] == [0, 0]
    assert differences(store) == []


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("after", range(0, 12, 2))
def test_a_build_that_was_killed_is_begun_anew(store: Store, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    fill(store)
    written = iter(range(100))
    put = bitmaps_module.put_chunks

    def dies(connection: object, rows: list) -> None:
        put(connection, rows)  # type: ignore[arg-type]
        if next(written) == after:
            raise _Killed

    monkeypatch.setattr(building, "put_chunks", dies)
    monkeypatch.setattr(building, "new_holder", lambda _: gone_holder())
    with pytest.raises(_Killed):
        Building(store.database, store.clock, random.Random(1)).build()
    monkeypatch.setattr(building, "put_chunks", put)
    churn(store, random.Random(after), 40)
    assert Folding(store.database).fold() == 0
    built(store)
    assert differences(store) == []


def test_who_comes_while_another_builds_is_told_so(store: Store, clock: ManualClock) -> None:
    fill(store)
    first = Building(store.database, store.clock, random.Random(1))
    second = Building(store.database, store.clock, random.Random(2))
    met: list[bool] = []
    assert first.build(lambda *_: met.append(second.build()))
    assert not any(met)
    assert second.build()

    with store.database.transaction() as connection:
        connection.run("UPDATE privcrm_bitmap_build SET state = 'building'")
    assert not second.build()
    clock.advance(building.BEAT_SECONDS + 1)
    assert second.build()


def test_a_build_that_was_taken_over_writes_no_more(store: Store, clock: ManualClock) -> None:
    fill(store)
    slow = Building(store.database, store.clock, random.Random(1))
    fast = Building(store.database, store.clock, random.Random(2))
    taken: list[bool] = []

    def dawdle(*_: int) -> None:
        if not taken:
            clock.advance(building.BEAT_SECONDS + 1)
            taken.append(fast.build())
            churn(store, random.Random(3), 30)
            Folding(store.database).fold()

    assert not slow.build(dawdle)
    assert taken == [True]
    assert differences(store) == []


def test_a_mark_that_comes_late_with_a_small_number_is_not_lost(store: Store) -> None:
    """Numbers of marks are given before the commit: dropping all up to the largest would drop what nobody saw."""
    if store.database.is_sqlite:
        pytest.skip("SQLite has one writer: no mark comes late")
    fill(store)
    built(store)
    marks = Marks(store.database)
    wear = "INSERT INTO privcrm_follow_tag (company, member, staff, tag) VALUES (?, ?, 0, 2)"
    with store.database.transaction() as early:
        early.run(wear, store.company, 0)
        marks.put(early, [(Kind.TAG, "2", 0)])
        with store.database.transaction() as late:
            late.run(wear, store.company, 1)
            marks.put(late, [(Kind.TAG, "2", 1)])
        assert Folding(store.database).fold() == 1
    assert differences(store) == []
    assert Folding(store.database).fold() == 1
    assert differences(store) == []


def test_no_company_sees_the_bitmaps_of_another(url: str, store: Store) -> None:
    fill(store)
    built(store)
    with open_store(url, clock=store.clock, company="other") as other:
        with other.database.snapshot() as connection:
            assert not Bitmaps(connection, "other").are_ready
        with other.database.transaction() as connection:
            Relations(other.database).put(connection, [Entry("wmX", "zoe")], NOW)
        built(other)
        with other.database.snapshot() as connection:
            assert list(Bitmaps(connection, "other").everybody(Kind.CUSTOMER)) == [0]
    assert differences(store) == []


def test_rows_are_found_by_index(store: Store) -> None:
    """SQLite knows nothing of sizes here: it would rather read all groups of the company for each member."""
    if not store.database.is_sqlite:
        pytest.skip("PostgreSQL plans by statistics")
    with store.database.connect() as connection:
        for source in SOURCES:
            params = (store.company, *source.first, 10)
            plan = [row[-1] for row in connection.all(f"EXPLAIN QUERY PLAN {source.pages}", *params)]
            assert plan[0].startswith("SEARCH")
            assert not [line for line in plan if line.endswith("(company=?)") or "TEMP B-TREE" in line]
            some = f"EXPLAIN QUERY PLAN {source.sql} AND {source.place[0]} IN (1, 2)"
            assert not [row for row in connection.all(some, store.company) if row[-1].endswith("(company=?)")]
