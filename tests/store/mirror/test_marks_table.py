"""Marks in SQLite: each once, and those of an older store are kept."""

import sqlite3
from pathlib import Path

from privcrm.clock import ManualClock
from privcrm.store import open_store
from privcrm.store.mirror.marks import BUILT, Kind, Marks
from tests.store.databases import ready_database

AS_BEFORE = """
    UPDATE privcrm_version SET version_num = '0015';
    DROP TABLE privcrm_bitmap_mark;
    CREATE TABLE privcrm_bitmap_mark (
        seq INTEGER PRIMARY KEY, company TEXT NOT NULL, kind BIGINT NOT NULL, key TEXT NOT NULL, member BIGINT NOT NULL
    );
    CREATE INDEX privcrm_bitmap_mark_of ON privcrm_bitmap_mark (company, kind, key);
    INSERT INTO privcrm_bitmap_mark (company, kind, key, member)
    VALUES ('acme', 1, '7', 3), ('acme', 1, '7', 3), ('acme', 0, '', 9);
"""
ASKED = "SELECT kind, key, member FROM privcrm_bitmap_mark"


def test_marks_of_an_older_store_are_kept_and_none_twice(tmp_path: Path):
    with ready_database("sqlite", tmp_path) as url:
        with sqlite3.connect(tmp_path / "store.db") as file:
            file.executescript(AS_BEFORE)
        with (
            open_store(url, clock=ManualClock(), company="acme") as store,
            store.database.transaction() as connection,
        ):
            connection.run("INSERT INTO privcrm_counter (company, name, value) VALUES ('acme', ?, 1)", BUILT)
            marks = Marks(store.database)
            for _ in range(2):  # the first finds out that marks are wanted, the second knows
                marks.put(connection, [(Kind.CUSTOMER, "", 9), (Kind.TAG, "7", 4)])
            assert connection.all(ASKED) == [(0, "", 9), (1, "7", 3), (1, "7", 4)]


def test_marks_are_left_from_the_moment_on_from_which_they_are_wanted(tmp_path: Path):
    with (
        ready_database("sqlite", tmp_path) as url,
        open_store(url, clock=ManualClock(), company="acme") as store,
        store.database.transaction() as connection,
    ):
        marks = Marks(store.database)
        marks.put(connection, [(Kind.TAG, "7", 1)])
        assert connection.all(ASKED) == []
        connection.run("INSERT INTO privcrm_counter (company, name, value) VALUES ('acme', ?, 1)", BUILT)
        marks.put(connection, [(Kind.TAG, "7", 2)])
        assert connection.all(ASKED) == [(1, "7", 2)]


def test_a_process_of_before_that_still_runs_folds_and_loses_no_mark(tmp_path: Path):
    """It leaves marks without looking whether they are there, and drops by number what it folded."""
    leaves = "INSERT INTO privcrm_bitmap_mark (company, kind, key, member) VALUES (?, ?, ?, ?)"
    with (
        ready_database("sqlite", tmp_path) as url,
        open_store(url, clock=ManualClock(), company="acme") as store,
        store.database.transaction() as connection,
    ):
        connection.run_many(
            leaves, [("acme", 1, "7", 3), ("acme", 1, "7", 3), ("acme", 1, "8", 4), ("other", 1, "7", 3)]
        )
        some = "SELECT seq FROM privcrm_bitmap_mark WHERE company = 'acme' ORDER BY kind, key LIMIT 1"
        for (seq,) in connection.all(some):
            connection.run("DELETE FROM privcrm_bitmap_mark WHERE seq IN (?)", seq)
        assert connection.all("SELECT company, key, member FROM privcrm_bitmap_mark ORDER BY company") == [
            ("acme", "8", 4),
            ("other", "7", 3),
        ]
