"""kill -9 while the tables are made or migrated, and many that open at once: the store is that of one who was alone."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Engine, event

from privcrm.clock import ManualClock
from privcrm.store import open_store
from privcrm.store.database import Connection
from privcrm.store.schema import migrate
from tests.store.contents import contents
from tests.store.databases import KINDS, database_at, new_database

FORK = multiprocessing.get_context("fork")
STEP = 31
THREADS = 8
PROCESSES = 4


def open_anew(url: str) -> None:
    open_store(url, clock=ManualClock()).close()


def migrate_from_nothing(url: str) -> None:
    migrate(database_at(url))


def die_at(way: Callable[[str], None], url: str, statement: int) -> None:
    """Make or migrate the tables, and be killed at the n-th statement."""
    left = count(statement, -1)

    def die() -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    # Ours go to the driver's cursor, alembic's through the engine.
    event.listen(Engine, "before_cursor_execute", lambda *_: die())
    real = Connection.run

    def run(connection: Connection, sql: str, *params: object) -> int:
        die()
        return real(connection, sql, *params)

    with mock.patch.object(Connection, "run", run):
        way(url)


def ended(way: Callable[[str], None], url: str, statement: int) -> int | None:
    process = FORK.Process(target=die_at, args=(way, url, statement))
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.crash
@pytest.mark.parametrize("step", [2 * STEP, pytest.param(STEP, marks=pytest.mark.soak)])
@pytest.mark.parametrize("way", [open_anew, migrate_from_nothing])
@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_statement(kind: str, way: Callable[[str], None], step: int, tmp_path: Path) -> None:
    with new_database(kind, tmp_path) as url, open_store(url, clock=ManualClock()) as store:
        alone = contents(store.database)
    kills = 0
    for statement in range(1, 10_000, step):
        folder = tmp_path / str(statement)
        folder.mkdir()
        with new_database(kind, folder) as url:
            exitcode = ended(way, url, statement)
            with open_store(url, clock=ManualClock(), upgrade=True) as store:  # as `privcrm store upgrade` does
                assert contents(store.database) == alone
        if exitcode == 0:
            break
        assert exitcode == -signal.SIGKILL
        kills += 1
    assert kills > 2


def open_in_threads(url: str, start: Any, results: Any) -> None:
    failures: list[str] = []

    def one() -> None:
        start.wait(30)
        try:
            with open_store(url, clock=ManualClock(), company="acme") as store:
                store.timers.set("test", threading.current_thread().name, 1.0, {})
        except Exception as error:  # noqa: BLE001 - told to the parent
            failures.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=one, name=f"{os.getpid()}-{number}") for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    results.put(failures)


@pytest.mark.parametrize("kind", KINDS)
def test_eight_threads_in_each_of_four_processes_open_at_once(kind: str, tmp_path: Path) -> None:
    with new_database(kind, tmp_path) as url:
        start, results = FORK.Event(), FORK.Queue()
        processes = [FORK.Process(target=open_in_threads, args=(url, start, results)) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        start.set()
        assert [results.get(timeout=60) for _ in processes] == [[]] * PROCESSES
        for process in processes:
            process.join(60)
        with open_store(url, clock=ManualClock(), company="acme") as store, store.database.connect() as connection:
            assert connection.all("SELECT COUNT(*) FROM privcrm_timer") == [(THREADS * PROCESSES,)]
