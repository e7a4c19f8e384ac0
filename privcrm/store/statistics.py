"""What SQLite is told of how many rows a value finds, before there are any.

Without statistics SQLite takes ten rows for every first column of an index. All indexes here begin with the company,
and nearly all rows belong to one: so it would walk through all of them where another index finds the few that are
wanted. It is told the figures of a large company instead, the same in an empty store and in a full one: plans are those
that were tested, whatever a store holds. PostgreSQL counts for itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

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
            (table, table if is_table else index, _figures(columns, is_unique=is_unique, is_partial=is_partial))
            for table, index, is_table, is_unique, is_partial, columns in _indexes(connection)
        ],
    )
    run("ANALYZE sqlite_schema")  # reads it


def _indexes(connection: "sqlalchemy.Connection") -> list[tuple[str, str, bool, bool, bool, list[str]]]:
    """Return table, name, whether it is the table itself, is unique, is partial; and the columns of each index."""
    found: dict[tuple[str, str, bool, bool, bool], list[str]] = {}
    for *index, column in connection.exec_driver_sql(
        "SELECT t.name, i.name, i.origin = 'pk' AND t.sql LIKE '%WITHOUT ROWID%', i.\"unique\", i.partial, c.name"
        " FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c"
        " WHERE t.type = 'table' AND t.name LIKE 'privcrm\\_%' ESCAPE '\\' ORDER BY t.name, i.name, c.seqno"
    ):
        table, name, is_table, is_unique, is_partial = index
        found.setdefault((table, name, bool(is_table), bool(is_unique), bool(is_partial)), []).append(column)
    return [(*index, columns) for index, columns in found.items()]


def _figures(columns: Sequence[str], *, is_unique: bool, is_partial: bool) -> str:
    """Return how many rows an index has, and how many of them the values of its first one, two, … columns find.

    Never to be walked value by value: how many values there are, nobody counted.
    """
    figures = [ROWS // PARTIAL if is_partial else ROWS]
    for column in columns:
        figures.append(max(1, figures[-1] // VALUES.get(column, OTHER)))
    if is_unique:
        figures[-1] = 1
    return f"{' '.join(map(str, figures))} noskipscan"
