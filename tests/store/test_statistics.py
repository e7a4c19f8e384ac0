"""SQLite knows how selective an index is before there are rows, and tests see who walks all the same."""

import sqlite3
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.store import Store, open_store
from privcrm.store.statistics import assume
from tests.store.databases import ready_database
from tests.store.plans import PlanError


@pytest.fixture
def file(tmp_path: Path) -> sqlite3.Connection:
    with ready_database("sqlite", tmp_path):
        return sqlite3.connect(tmp_path / "store.db")


def test_every_index_has_its_figures(file: sqlite3.Connection):
    indexes = file.execute(
        "SELECT t.name, iif(i.origin = 'pk' AND t.sql LIKE '%WITHOUT ROWID%', t.name, i.name)"
        " FROM sqlite_schema t JOIN pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name LIKE 'privcrm%'"
    ).fetchall()
    assert len(indexes) > 100
    assert sorted(indexes) == sorted(file.execute("SELECT tbl, idx FROM sqlite_stat1").fetchall())


@pytest.mark.parametrize(
    ("index", "figures"),
    [
        ("privcrm_member", "1000000 900000 1"),
        ("privcrm_send", "1000000 900000 9000 1"),
        ("privcrm_follow_staff", "1000000 1000000 250 1"),
        ("privcrm_inbox_age", "1000000 1000000 10"),
        ("privcrm_send_open", "10000 10000 100"),
    ],
)
def test_the_company_finds_all_and_the_rest_of_a_key_few(index: str, figures: str, file: sqlite3.Connection):
    (stat,) = file.execute("SELECT stat FROM sqlite_stat1 WHERE idx = ?", (index,)).fetchone()
    assert stat == f"{figures} noskipscan"


def test_figures_are_set_right_and_tables_of_others_keep_theirs(tmp_path: Path):
    with (
        ready_database("sqlite", tmp_path) as url,
        open_store(url, clock=ManualClock()) as store,
        store.database.transaction() as connection,
    ):
        connection.run("CREATE TABLE theirs (a PRIMARY KEY)")
        connection.run("INSERT INTO theirs VALUES (1)")
        connection.run("ANALYZE")
        assert connection.one("SELECT count(*) FROM sqlite_stat1 WHERE idx = 'privcrm_member'") == (0,)
        assume(connection.sqlalchemy)
        stats = connection.all("SELECT idx, stat FROM sqlite_stat1")
    assert ("privcrm_member", "1000000 900000 1 noskipscan") in stats
    assert ("sqlite_autoindex_theirs_1", "1 1") in stats


def _ask(store: Store, sql: str) -> None:
    """Ask in the name of a module of the library."""
    code = "def ask(connection, sql):\n    return connection.all(sql, 'acme')\n"
    module = {"__name__": "privcrm.store.careless"}
    exec(code, module)
    with store.database.connect() as connection:
        module["ask"](connection, sql)  # type: ignore[operator]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM privcrm_follow WHERE company = 'acme' AND live = 1",
        "SELECT payload FROM privcrm_item WHERE company = 'acme' AND job_id = 'j'",
    ],
)
def test_who_takes_many_rows_takes_them_from_the_table(sql: str, file: sqlite3.Connection):
    (step,) = file.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    assert "PRIMARY KEY" in step[3]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT number FROM privcrm_member WHERE company = ? AND as_of > 5",
        "SELECT count(*) FROM privcrm_follow_tag WHERE staff = 1 AND company <> ?",
        "SELECT t.member FROM privcrm_follow_tag t JOIN privcrm_tag g ON g.company = t.company WHERE t.company = ?",
    ],
)
def test_who_walks_through_a_large_table_is_told(sql: str, tmp_path: Path):
    with (
        pytest.raises(PlanError, match=r"store\.careless\.ask"),
        ready_database("sqlite", tmp_path) as url,
        open_store(url, clock=ManualClock(), company="acme") as store,
    ):
        _ask(store, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT number FROM privcrm_member WHERE company = ? AND member_id IN ('a', 'b') AND member_id <> ''",
        "SELECT number FROM privcrm_tag WHERE company = ? AND deleted_at > 0",
        "SELECT number FROM privcrm_inbox WHERE company = ? AND state = 'new' LIMIT 5",
        "SELECT 1 FROM privcrm_tombstone WHERE company = ? LIMIT 1",
    ],
)
def test_who_finds_by_index_or_walks_where_little_is_may(sql: str, tmp_path: Path):
    with (
        ready_database("sqlite", tmp_path) as url,
        open_store(url, clock=ManualClock(), company="acme") as store,
    ):
        _ask(store, sql)
