"""Relations in bulk: what is written, what is skipped, and what stays ended."""

import json
from typing import Any

import pytest
from attrs import evolve

from privcrm.clock import ManualClock
from privcrm.store import Store, open_store
from privcrm.store.mirror.entries import Entry, day_of
from privcrm.store.mirror.marks import Kind
from privcrm.store.mirror.relations import Ended, Relations, Written

NOW = 1_800_000_000.0


@pytest.fixture
def relations(store: Store) -> Relations:
    return Relations(store.database)


def put(store: Store, relations: Relations, *entries: Entry) -> Written:
    with store.database.transaction() as connection:
        return relations.put(connection, entries, NOW)


def rows(store: Store, sql: str) -> list[Any]:
    with store.database.connect() as connection:
        return connection.all(sql)


def tags(store: Store) -> list[Any]:
    return rows(
        store,
        "SELECT m.member_id, s.shown_id, t.tag_id FROM privcrm_follow_tag f"
        " JOIN privcrm_member m ON m.company = f.company AND m.number = f.member"
        " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
        " JOIN privcrm_tag t ON t.company = f.company AND t.number = f.tag ORDER BY 1, 2, 3",
    )


def marks(store: Store) -> list[Any]:
    return rows(store, "SELECT kind, key, member FROM privcrm_bitmap_mark ORDER BY kind, key, member")


def wanting_marks(store: Store) -> None:
    with store.database.transaction() as connection:
        connection.run(
            "INSERT INTO privcrm_counter (company, name, value) VALUES (?, 'bitmaps', 1)"
            " ON CONFLICT (company, name) DO UPDATE SET value = 1",
            store.company,
        )


ANN = Entry("wm1", "Ann", "d1", created_at=1_700_000_000, state="door", tag_ids=("t1", "t2"))


def test_new_relations_are_written_once(store: Store, relations: Relations) -> None:
    bob = evolve(ANN, member_id="wm2", staff_id="bob", tag_ids=("t2",))
    first = put(store, relations, ANN, bob, evolve(ANN, staff_id="bob", tag_ids=()))
    assert (first.added, first.changed, first.unchanged) == (3, 0, 0)
    assert tags(store) == [("wm1", "Ann", "t1"), ("wm1", "Ann", "t2"), ("wm2", "bob", "t2")]
    again = put(store, relations, ANN, evolve(bob, staff_id="BOB"))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert sorted(again.seen) == [(0, 0), (1, 1)]
    assert rows(store, "SELECT number, member_id, is_customer FROM privcrm_member ORDER BY number") == [
        (0, "wm1", 1),
        (1, "wm2", 1),
    ]
    assert rows(store, "SELECT day, state, live FROM privcrm_follow WHERE member = 1") == [
        (day_of(1_700_000_000), "door", 1)
    ]


def test_numbers_are_dense_and_each_company_has_its_own(url: str, store: Store, relations: Relations) -> None:
    put(store, relations, *(evolve(ANN, member_id=f"wm{n}") for n in range(2_500)))
    assert rows(store, "SELECT MIN(number), MAX(number), COUNT(*) FROM privcrm_member") == [(0, 2_499, 2_500)]
    with open_store(url, clock=ManualClock(), company="other") as other:
        put(other, Relations(other.database), ANN)
        assert rows(other, "SELECT number FROM privcrm_member WHERE company = 'other'") == [(0,)]


def test_a_duplicated_entry_counts_once_and_the_later_one_wins(store: Store, relations: Relations) -> None:
    written = put(store, relations, ANN, evolve(ANN, digest="d2", tag_ids=("t3",)))
    assert written.added == 1
    assert tags(store) == [("wm1", "Ann", "t3")]


def test_changed_tags_are_put_on_and_taken_off(store: Store, relations: Relations) -> None:
    put(store, relations, ANN)
    wanting_marks(store)
    changed = put(store, relations, evolve(ANN, digest="d2", tag_ids=("t2", "t3")))
    assert changed.changed == 1
    assert tags(store) == [("wm1", "Ann", "t2"), ("wm1", "Ann", "t3")]
    numbers = dict(rows(store, "SELECT tag_id, number FROM privcrm_tag"))
    assert marks(store) == [(Kind.TAG, str(number), 0) for number in sorted((numbers["t1"], numbers["t3"]))]


def test_no_listing_revives_what_an_event_ended(store: Store, relations: Relations) -> None:
    put(store, relations, ANN)
    with store.database.transaction() as connection:
        assert relations.end(connection, "ann", "wm1", Ended(1_750_000_000, "deleted_by_member"), NOW)
    assert tags(store) == []
    assert put(store, relations, ANN).unchanged == 1
    put(store, relations, evolve(ANN, digest="d2", tag_ids=("t1",)))
    ended = "SELECT live, ended_at, ended_how, last_tags FROM privcrm_follow"
    live, at, how, last = rows(store, ended)[0]
    assert (live, at, how) == (0, 1_750_000_000, "deleted_by_member")
    assert len(json.loads(last)) == 1
    assert tags(store) == []


def test_an_add_that_was_told_revives_it(store: Store, relations: Relations) -> None:
    put(store, relations, ANN)
    with store.database.transaction() as connection:
        relations.end(connection, "ann", "wm1", Ended(1_750_000_000, "deleted_by_member"), NOW)
        assert not relations.begin(connection, "ann", "wm1", 1_749_999_999, NOW)
        assert relations.begin(connection, "ann", "wm1", 1_750_000_001, NOW)
        assert not relations.begin(connection, "ann", "wm1", 1_750_000_001, NOW)
    put(store, relations, ANN)
    assert rows(store, "SELECT live, ended_at FROM privcrm_follow") == [(1, 0)]
    assert len(tags(store)) == 2


def test_a_listing_of_a_later_relation_revives_it(store: Store, relations: Relations) -> None:
    put(store, relations, ANN)
    with store.database.transaction() as connection:
        relations.end(connection, "ann", "wm1", Ended(1_750_000_000, "deleted_by_staff"), NOW)
    put(store, relations, evolve(ANN, digest="d2", created_at=1_750_000_005))
    assert rows(store, "SELECT live, ended_at, ended_how FROM privcrm_follow") == [(1, 0, "")]


def test_an_end_from_before_the_relation_began_is_passed_over(store: Store, relations: Relations) -> None:
    put(store, relations, ANN)
    with store.database.transaction() as connection:
        assert not relations.end(connection, "ann", "wm1", Ended(1_699_999_999, "deleted_by_staff"), NOW)
    assert rows(store, "SELECT live FROM privcrm_follow") == [(1,)]


def test_the_end_of_an_unknown_relation_is_kept(store: Store, relations: Relations) -> None:
    with store.database.transaction() as connection:
        assert relations.end(connection, "ann", "wm1", Ended(1_750_000_000, "deleted_by_member"), NOW)
    put(store, relations, ANN)
    assert rows(store, "SELECT live FROM privcrm_follow") == [(0,)]


def test_what_vanished_is_marked_and_comes_back_when_it_is_listed(store: Store, relations: Relations) -> None:
    put(store, relations, ANN)
    with store.database.transaction() as connection:
        relations.vanish(connection, [(0, 0)], NOW)
    assert rows(store, "SELECT live, gone_at FROM privcrm_follow") == [(0, NOW)]
    assert tags(store) == []
    assert put(store, relations, ANN).changed == 1
    assert rows(store, "SELECT live, gone_at FROM privcrm_follow") == [(1, 0)]
    assert len(tags(store)) == 2


def test_our_own_tags_are_noted(store: Store, relations: Relations) -> None:
    put(store, relations, ANN)
    wanting_marks(store)
    with store.database.transaction() as connection:
        relations.retag(connection, "ANN", "wm1", add=["t9"], remove=["t1", "never"])
        relations.retag(connection, "ann", "stranger", add=["t9"])
    assert tags(store) == [("wm1", "Ann", "t2"), ("wm1", "Ann", "t9")]
    assert len(marks(store)) == 2
    assert put(store, relations, ANN).changed == 1, "what we wrote is no reason to skip what the vendor tells"


def test_large_batches_go_the_same_way(store: Store, relations: Relations) -> None:
    many = [evolve(ANN, member_id=f"wm{n}", tag_ids=(f"t{n % 7}", f"t{n % 11}")) for n in range(300)]
    put(store, relations, *many)
    before = tags(store)
    changed = [evolve(each, digest="d2", tag_ids=each.tag_ids[:1], gender=1) for each in many]
    assert put(store, relations, *changed).changed == 300
    assert len(tags(store)) == 300 < len(before)
    assert rows(store, "SELECT COUNT(*), SUM(gender) FROM privcrm_member") == [(300, 300)]
