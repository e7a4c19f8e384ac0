"""Rows of any table, written and read by their columns."""

from typing import Any

from privcrm.store import Store


def put(store: Store, table: str, **columns: Any) -> None:
    """Write a row of the company; columns not given have their default."""
    row = {"company": store.company, **columns}
    with store.database.connect() as connection:
        connection.run(
            f"INSERT INTO privcrm_{table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values()
        )


def values(store: Store, table: str, column: str, where: str = "1 = 1") -> list[Any]:
    """Return a column of the rows, in order."""
    with store.database.connect() as connection:
        return sorted(row[0] for row in connection.all(f"SELECT {column} FROM privcrm_{table} WHERE {where}"))
