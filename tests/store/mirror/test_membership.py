"""Who is in a segment: bitmaps, plain SQL and a naive double agree, whatever happens in which order."""

import random
from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privcrm.models.segments import And, Condition, GroupOnly, HasTag, InAnyGroup, Not, Or
from privcrm.store import Store, open_store
from privcrm.store.mirror import building, folding
from privcrm.store.mirror.by_sql import BySql
from privcrm.store.mirror.membership import Membership
from tests.store.databases import KINDS, ready_database
from tests.store.mirror.company import Company, changes, clock, expressions


@pytest.fixture(scope="module", params=KINDS)
def shared_store(request: pytest.FixtureRequest) -> Generator[Store]:
    """Lend a store in which each example is a company of its own: a database for each takes too long."""
    with (
        TemporaryDirectory() as folder,
        ready_database(request.param, Path(folder)) as url,
        open_store(url, clock=clock()) as opened,
    ):
        yield opened


@pytest.fixture(scope="module", autouse=True)
def small_portions() -> Generator[None]:
    """Let eight members fill several chunks, and a handful of marks several transactions."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(building, "CHUNK", 3)
        patched.setattr(folding, "CHUNK", 3)
        patched.setattr(building, "PAGE", 4)
        patched.setattr(building, "ROWS_AT_ONCE", 2)
        patched.setattr(folding, "BATCH", 5)
        patched.setattr(folding, "MOST_CHUNKS", 3)
        yield


def another(store: Store, name: int) -> Company:
    store.database.company = f"company {name}"
    return Company(store)


_names = iter(range(1_000_000_000))


def answers(company: Company, expression: Condition) -> list[set[str]]:
    database, now = company.database, clock()
    membership = Membership(database, now, random.Random(1))
    by_sql, in_ranges = BySql(database, now), BySql(database, now, in_ranges=True)
    found = [set(each.numbers(expression)) for each in (membership, by_sql, in_ranges)]
    assert [each.count(expression) for each in (membership, by_sql, in_ranges)] == [len(each) for each in found]
    return [company.members(each) for each in found]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    before=st.lists(changes, max_size=12),
    after=st.lists(changes, max_size=12),
    asked=st.lists(expressions, min_size=1, max_size=4),
)
def test_all_ways_agree(shared_store: Store, before: list, after: list, asked: list[Condition]) -> None:
    company = another(shared_store, next(_names))
    membership = Membership(company.database, clock(), random.Random(1))
    for change in before:
        company.change(*change) if change != ("fold",) else membership.fold()
    for expression in asked:
        assert answers(company, expression) == [company.double.select(expression)] * 3
    for change in after:
        company.change(*change) if change != ("fold",) else membership.fold()
        assert answers(company, asked[0]) == [company.double.select(asked[0])] * 3
    membership.fold()
    for expression in asked:
        assert answers(company, expression) == [company.double.select(expression)] * 3


def chain(length: int) -> Condition:
    """Return an expression of this depth in which no clause is met twice at one level."""
    condition: Condition = HasTag("t1")
    for number in range(length):
        inner = And((condition, ~InAnyGroup())) if number % 2 else Or((condition, InAnyGroup() & ~InAnyGroup()))
        condition = Not(Not(inner))
    return condition


def test_expressions_may_be_nested_without_limit(shared_store: Store) -> None:
    company = another(shared_store, next(_names))
    company.change("put", "wm1", "Ann", ["t1"], "", 1)
    company.change("put", "wm2", "Ann", ["t2"], "", 1)
    assert answers(company, chain(1_200)) == [{"wm1"}] * 3
    wide = Or((*(HasTag(f"unknown {number}") for number in range(2_000)), HasTag("t2")))
    assert answers(company, wide) == [{"wm2"}] * 3


def test_people_of_groups_are_selected_only_if_asked_for(shared_store: Store) -> None:
    company = another(shared_store, next(_names))
    company.change("put", "wm1", "Ann", [], "", 1)
    company.change("join", "wm2", "r1")
    assert answers(company, InAnyGroup()) == [set()] * 3
    assert answers(company, ~HasTag("t1")) == [{"wm1"}] * 3
    assert answers(company, GroupOnly()) == [{"wm2"}] * 3
    assert answers(company, ~GroupOnly()) == [{"wm1"}] * 3
    assert answers(company, GroupOnly() | ~HasTag("t1")) == [{"wm1", "wm2"}] * 3


def test_many_changes_are_folded_by_the_next_question(shared_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privcrm.store.mirror.membership.FOLD_ABOVE", 3)
    company = another(shared_store, next(_names))
    assert answers(company, HasTag("t1")) == [set()] * 3
    company.change("put", "wm1", "Ann", ["t1"], "", 1)
    assert marks_of(company) == 4
    assert answers(company, HasTag("t1")) == [{"wm1"}] * 3
    assert marks_of(company) == 0


def marks_of(company: Company) -> int:
    with company.database.connect() as connection:
        row = connection.one("SELECT COUNT(*) FROM privcrm_bitmap_mark WHERE company = ?", company.store.company)
    return row[0] if row else 0
