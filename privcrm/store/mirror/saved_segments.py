"""Segments by name, as the store holds them."""

from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database

__all__ = ["SegmentRow", "SegmentRows"]

MOST: Final = 100_000
_COLUMNS: Final = "name, expression, frozen, created_at, created_by"


@frozen
class SegmentRow:
    """A row: the expression in its stored form, and why it is frozen, "" if it is not."""

    name: str
    expression: str
    frozen: str
    created_at: float
    created_by: str


class SegmentRows:
    """The saved segments of a company. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def put(self, connection: Connection, row: SegmentRow) -> None:
        """Write a segment in place of one of its name."""
        connection.run(
            f"INSERT INTO privcrm_segment (company, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (company, name) DO UPDATE SET expression = excluded.expression, frozen = excluded.frozen,"
            " created_at = excluded.created_at, created_by = excluded.created_by",
            *(self._company, row.name, row.expression, row.frozen, row.created_at, row.created_by),
        )

    def get(self, connection: Connection, name: str) -> SegmentRow | None:
        """Return the segment of this name, or None."""
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_segment WHERE company = ? AND name = ?", self._company, name
        )
        return None if row is None else SegmentRow(*row)

    def all(self, connection: Connection) -> list[SegmentRow]:
        """Return all segments by name."""
        rows = connection.all(
            f"SELECT {_COLUMNS} FROM privcrm_segment WHERE company = ? ORDER BY name LIMIT ?", self._company, MOST
        )
        return [SegmentRow(*row) for row in rows]

    def delete(self, connection: Connection, name: str) -> bool:
        """Forget a segment; return whether there was one."""
        return bool(connection.run("DELETE FROM privcrm_segment WHERE company = ? AND name = ?", self._company, name))

    def freeze(self, connection: Connection, name: str, why: str) -> None:
        """Let nobody use a segment until it is written anew."""
        connection.run("UPDATE privcrm_segment SET frozen = ? WHERE company = ? AND name = ?", why, self._company, name)
