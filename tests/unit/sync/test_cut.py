"""A synchronisation that is cut at any statement is resumed to the mirror of an undisturbed one, row by row."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from privcrm.clock import ManualClock
from privcrm.store import open_store
from privcrm.store.database import Connection
from tests.store.databases import ready_database
from tests.store.mirror.rows import rows_of

from .company import Mirrored, mirrored


class Cut(BaseException):
    """Stands in for the end of the process: nothing catches it."""


@pytest.fixture
def undisturbed(tmp_path: Path) -> dict[str, list[Any]]:
    folder = tmp_path / "undisturbed"
    folder.mkdir()
    clock = ManualClock()
    with ready_database("sqlite", folder) as url, open_store(url, clock=clock, company="acme") as store:
        mirrored(store, clock).sync.run()
        return rows_of(store)


def cut_at(monkeypatch: pytest.MonkeyPatch, statement: int) -> None:
    """End the process at the n-th statement from now on."""
    left = itertools.count(statement, -1)

    def cutting(method: Any) -> Any:
        def run(self: Connection, sql: str, *params: Any) -> Any:
            if sql.startswith("ROLLBACK"):
                return method(self, sql, *params)
            if next(left) == 0:
                raise Cut
            return method(self, sql, *params)

        return run

    for name in ("run", "run_many", "one", "all"):
        monkeypatch.setattr(Connection, name, cutting(getattr(Connection, name)))


def test_cut_at_every_statement(company: Mirrored, undisturbed: dict[str, list[Any]]) -> None:
    cuts = 0
    for statement in itertools.count(1, 7):
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, statement)
            try:
                company.new_sync().run()
            except Cut:
                cuts += 1
            else:
                break
    assert cuts > 5
    assert rows_of(company.store) == undisturbed


def test_cut_again_and_again_at_the_same_distance(company: Mirrored, undisturbed: dict[str, list[Any]]) -> None:
    for _ in range(200):
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, 90)
            try:
                report = company.new_sync().run()
            except Cut:
                continue
            break
    else:
        pytest.fail("no run came to its end")
    assert report.resumed
    assert rows_of(company.store) == undisturbed
