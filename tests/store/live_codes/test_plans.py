"""No event costs a walk through all members of a company."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from privcrm.clock import ManualClock
from privcrm.store import Store, open_store
from privcrm.store.database import Connection
from privcrm.store.live_codes.joins import Joins
from privcrm.store.mirror.numbers import Numbers
from tests.store.databases import ready_database

PEOPLE = ["ann", "ben", "cid"]
ASKED: dict[str, Callable[[Store, Connection], object]] = {
    "who came": lambda store, connection: Joins(store.database).arrivals(connection, "group", PEOPLE),
    "who is new": lambda store, connection: Joins(store.database).unnoted(connection, 1, "group"),
    "who was met": lambda store, connection: Numbers(store.database).met(connection, PEOPLE, 1.0),
}


@pytest.mark.parametrize("what", ASKED)
def test_members_are_found_by_index(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    statements: dict[str, int] = {}
    real = Connection.all

    def noted(connection: Connection, sql: str, *params: Any) -> list[Any]:
        statements[sql] = len(params)
        return real(connection, sql, *params)

    with ready_database("sqlite", tmp_path) as url, open_store(url, clock=ManualClock(), company="acme") as store:
        monkeypatch.setattr(Connection, "all", noted)
        with store.database.transaction() as connection:
            ASKED[what](store, connection)
            monkeypatch.undo()
            steps = [
                str(row[3])
                for sql, params in statements.items()
                for row in connection.all(f"EXPLAIN QUERY PLAN {sql}", *["x"] * params)
            ]
    assert steps
    assert [step for step in steps if step.startswith("SCAN") or step.endswith("(company=?)")] == []
