"""What SQLite is told of how many rows a value finds, before there are any.

Without statistics SQLite takes ten rows for every first column of an index. All indexes here begin with the company,
and nearly all rows belong to one: so it would walk through all of them where another index finds the few that are
wanted. It is told the figures of a large company instead, the same in an empty store and in a full one: plans are those
that were tested, whatever a store holds. PostgreSQL counts for itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    import sqlalchemy

__all__ = ["assume"]

ROWS: Final = 1_000_000
"""Of every table, also of small ones: a plan that is good for many rows is good for few."""

PARTIAL: Final = 100
"""Of how many rows one is in an index that holds what is still to be done."""

VALUES: Final = {
    "company": 1,
    "is_staff": 2,
    "urgent": 2,
    "stage": 2,
    "how": 4,
    "source": 5,
    "kind": 10,
    "what": 10,
    "run": 10,
    "prefix": 10,
    "name": 20,
    "rule": 50,
    "code": 100,
    "job_id": 100,
    "part": 100,
    "region": 100,
    "state": 100,  # nearly all rows are in the last one, which nobody looks for
    "tag": 200,
    "day": 1_000,
    "hour": 1_000,
    "staff": 4_000,
    "staff_id": 4_000,
    "group_id": 10_000,
}
"""How many different ones there are of what is not nearly unique."""

OTHER: Final = 100_000

NARROWER: Final = 10
"""By one part of how many the table itself finds fewer than an index: where both find all rows of a company, or of a
job, the table holds what is wanted, and an index only where to look it up."""


def assume(connection: "sqlalchemy.Connection") -> None:
    """Write the figures of all tables that are there, inside the transaction of a migration.

    Whoever adds an index, or changes a figure, calls it at the end of a migration of theirs.
    """
    if connection.dialect.name != "sqlite":
        return
    run = connection.exec_driver_sql
    run("ANALYZE sqlite_schema")  # makes the table of statistics, which nobody else may
    run("DELETE FROM sqlite_stat1 WHERE tbl LIKE 'privcrm\\_%' ESCAPE '\\'")
    run(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
        [
            (index.table, index.table if index.is_table else index.name, _figures(index, columns))
            for index, columns in _indexes(connection).items()
        ],
    )
    run("ANALYZE sqlite_schema")  # reads it


@frozen
class _Index:
    table: str
    name: str
    is_table: bool
    is_unique: bool
    is_partial: bool


def _indexes(connection: "sqlalchemy.Connection") -> dict[_Index, list[str]]:
    """Return the columns of each index."""
    found: dict[_Index, list[str]] = {}
    for table, name, is_table, is_unique, is_partial, column in connection.exec_driver_sql(
        "SELECT t.name, i.name, i.origin = 'pk' AND t.sql LIKE '%WITHOUT ROWID%', i.\"unique\", i.partial, c.name"
        " FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c"
        " WHERE t.type = 'table' AND t.name LIKE 'privcrm\\_%' ESCAPE '\\' ORDER BY t.name, i.name, c.seqno"
    ):
        found.setdefault(_Index(table, name, bool(is_table), bool(is_unique), bool(is_partial)), []).append(column)
    return found


def _figures(index: _Index, columns: Sequence[str]) -> str:
    """Return how many rows an index has, and how many of them the values of its first one, two, … columns find.

    Never to be walked value by value: how many values there are, nobody counted.
    """
    figures = [ROWS // PARTIAL if index.is_partial else ROWS]
    found = figures[0] - figures[0] // NARROWER if index.is_table else figures[0]
    for column in columns:
        found = max(1, found // VALUES.get(column, OTHER))
        figures.append(found)
    if index.is_unique:
        figures[-1] = 1
    return f"{' '.join(map(str, figures))} noskipscan"
