"""Facts in the store: which one stands, and whose it is."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privcrm.clock import ManualClock
from privcrm.models.fact import KnownValue
from privcrm.models.segments.conditions import Comparison, HasFact
from privcrm.store import Connection, Store, open_store
from privcrm.store.mirror.facts import FactRows, members_with, members_with_among, to_columns, value_of
from tests.store.databases import KINDS, ready_database


def member(connection: Connection, number: int, *identities: tuple[str, str]) -> None:
    connection.run(
        "INSERT INTO privcrm_member (company, number, member_id) VALUES ('acme', ?, ?)", number, f"wm{number}"
    )
    identify(connection, number, *identities)


def identify(connection: Connection, number: int, *identities: tuple[str, str]) -> None:
    connection.run_many(
        "INSERT INTO privcrm_identity (company, kind, value, member) VALUES ('acme', ?, ?, ?)",
        [(*identity, number) for identity in identities],
    )


def merge(connection: Connection, kept: int, absorbed: int) -> None:
    connection.run(
        "INSERT INTO privcrm_person_merge (company, id, kept, absorbed) VALUES ('acme', ?, ?, ?)",
        f"{kept}<{absorbed}",
        kept,
        absorbed,
    )


def put(
    store: Store,
    connection: Connection,
    identity: tuple[str, str],
    value: KnownValue,
    *,
    at: float = 1.0,
    source: str = "",
    name: str = "level",
) -> int:
    return FactRows(store.database).put(connection, [(name, *identity, source, *to_columns(value), at, 0.0)])


def found(connection: Connection, comparison: str | None = None, value: object = None, name: str = "level") -> set[int]:
    wanted = HasFact(name, Comparison(comparison) if comparison else None, value)  # type: ignore[arg-type]
    numbers = list(members_with(connection, "acme", wanted))
    assert len(numbers) == len(set(numbers))
    among = members_with_among(connection, "acme", wanted, range(10))
    assert among == set(numbers) & set(range(10))
    assert members_with_among(connection, "acme", wanted, [1]) == among & {1}
    return set(numbers)


@pytest.mark.parametrize(
    "value", ["gold", "", "True", 0, -(2**63) + 1, 2**63 - 1, 1.5, True, False, date(2026, 1, 31), 1e-300]
)
def test_values_come_back_as_they_were(value: KnownValue) -> None:
    kind, text, _ = to_columns(value)
    assert (value_of(kind, text), type(value_of(kind, text))) == (value, type(value))


def test_a_moment_without_a_zone_is_beijings() -> None:
    moment = datetime(2026, 1, 31, 8, 30)  # noqa: DTZ001 - that is the point
    kind, text, number = to_columns(moment)
    assert value_of(kind, text) == moment.replace(tzinfo=timezone(timedelta(hours=8)))
    assert number == datetime(2026, 1, 31, 0, 30, tzinfo=timezone.utc).timestamp()  # noqa: UP017


def test_the_newer_word_stands_and_the_same_word_is_no_news(store: Store) -> None:
    with store.database.transaction() as connection:
        told = [put(store, connection, ("unionid", "u"), value, at=at) for value, at in (("a", 5), ("b", 4), ("a", 5))]
        assert told == [1, 0, 0]
        assert put(store, connection, ("unionid", "u"), "c", at=5) == 1
        assert put(store, connection, ("unionid", "u"), "c", at=6) == 1
        rows = FactRows(store.database).of(connection, "unionid", ["u", "v"])
        assert [row[:8] for row in rows] == [("level", "unionid", "u", "", "text", "c", 0.0, 6.0)]
        assert FactRows(store.database).of(connection, "unionid", []) == []


def test_a_fact_finds_its_member_when_the_identity_turns_up(store: Store) -> None:
    with store.database.transaction() as connection:
        member(connection, 1)
        for identity in (("unionid", "u"), ("phone", "p"), ("member_id", "wm1"), ("member_id", "wm2")):
            put(store, connection, identity, "gold")
        facts = FactRows(store.database)
        assert facts.unbound(connection) == {"member_id": 1, "phone": 1, "unionid": 1}
        assert found(connection) == {1}
        member(connection, 2)
        member(connection, 3, ("unionid", "u"))
        member(connection, 4, ("phone", "u"))
        assert found(connection) == {1, 2, 3}
        assert facts.unbound(connection) == {"phone": 1}


def test_the_newest_over_all_sources_and_identities_decides(store: Store) -> None:
    with store.database.transaction() as connection:
        member(connection, 1, ("unionid", "u"), ("phone", "p"))
        put(store, connection, ("unionid", "u"), "gold", at=2, source="shop")
        put(store, connection, ("phone", "p"), "silver", at=3, source="till")
        put(store, connection, ("member_id", "wm1"), "bronze", at=1)
        assert found(connection, "=", "silver") == {1}
        assert found(connection, "=", "gold") == found(connection, "=", "bronze") == set()
        assert found(connection, name="orders") == set()


def test_merged_ids_are_one_person(store: Store) -> None:
    with store.database.transaction() as connection:
        for number in range(5):
            member(connection, number)
        put(store, connection, ("member_id", "wm1"), "gold", at=1)
        put(store, connection, ("member_id", "wm3"), "silver", at=2)
        merge(connection, 2, 1)
        assert found(connection, "=", "gold") == {1, 2}
        merge(connection, 2, 4)
        assert found(connection, "=", "gold") == {1, 2, 4}
        merge(connection, 3, 4)
        assert found(connection) == found(connection, "=", "silver") == {1, 2, 3, 4}
        connection.run("UPDATE privcrm_person_merge SET split_at = 1 WHERE kept = 3")
        assert found(connection, "=", "silver") == {3}


NOON = datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("value", "comparison", "asked", "holds"),
    [
        (3, "=", 3.0, True),
        (3.5, ">", 3, True),
        (3, "!=", 3, False),
        (3, "!=", "3", False),
        ("3", "=", 3, False),
        (True, "=", True, True),
        (True, "=", 1, False),
        (1, "=", True, False),
        (False, "!=", True, True),
        ("Zoë", ">", "Zoa", True),
        ("ß", ">", "z", True),
        ("a", "<", "B", False),
        (date(2026, 1, 31), "=", date(2026, 1, 31), True),
        (date(2026, 1, 30), "<", date(2026, 1, 31), True),
        (date(2026, 1, 31), "<=", date(2026, 1, 31), True),
        (date(2026, 1, 31), ">", date(2026, 1, 31), False),
        (NOON, "=", date(2026, 1, 31), True),
        (NOON, "!=", date(2026, 1, 31), False),
        (NOON, "<=", date(2026, 1, 31), True),
        (NOON, ">=", date(2026, 1, 31), True),
        (NOON, ">", date(2026, 1, 30), True),
        (NOON + timedelta(hours=12), ">", date(2026, 1, 31), True),
        (date(2026, 1, 31), "=", "2026-01-31", False),
    ],
)
def test_like_compares_with_like(store: Store, value: KnownValue, comparison: str, asked: object, holds: bool) -> None:
    with store.database.transaction() as connection:
        member(connection, 1)
        put(store, connection, ("member_id", "wm1"), value)
        assert found(connection, comparison, asked) == ({1} if holds else set())


FACTS = st.tuples(
    st.sampled_from([("unionid", "u"), ("unionid", "v"), ("phone", "p"), *(("member_id", f"wm{n}") for n in range(5))]),
    st.integers(0, 3),
    st.integers(1, 4),
    st.sampled_from(["", "till"]),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(
    facts=st.lists(FACTS, max_size=12),
    identities=st.sets(
        st.tuples(st.sampled_from([("unionid", "u"), ("unionid", "v"), ("phone", "p")]), st.integers(0, 4))
    ),
    merges=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=3, unique=True),
    limit=st.integers(0, 3),
)
def test_members_agree_with_a_plain_reckoning(*, kind, facts, identities, merges, limit, tmp_path_factory) -> None:
    with (
        ready_database(kind, tmp_path_factory.mktemp("facts")) as url,
        open_store(url, clock=ManualClock(), company="acme") as store,
        store.database.transaction() as connection,
    ):
        for number in range(5):
            member(connection, number, *(identity for identity, owner in identities if owner == number))
        for kept, absorbed in merges:
            merge(connection, kept, absorbed)
        for identity, value, at, source in facts:
            put(store, connection, identity, value, at=at, source=source)
        stands = {}
        for identity, value, at, source in facts:
            if (identity, source) not in stands or at >= stands[identity, source][0]:
                stands[identity, source] = (at, value)
        expected = {number for number in range(5) if newest(number, stands, identities, merges) >= limit}
        assert found(connection, ">=", limit) == expected


def newest(number, stands, identities, merges) -> int:
    person = {number}
    for _ in range(5):
        person |= {b for pair in merges for a, b in (pair, pair[::-1]) if a in person}
    own = {identity for identity, owner in identities if owner in person} | {("member_id", f"wm{n}") for n in person}
    told = [(-at, source, *identity, value) for (identity, source), (at, value) in stands.items() if identity in own]
    return min(told)[-1] if told else -1
