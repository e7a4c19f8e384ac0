"""Visitors on the way to a seat: each holds one of its adds until he comes, or his time is over."""

from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database, marks

__all__ = ["Hold", "Holds"]

_CLEARED_AT_ONCE: Final = 200


@frozen
class Hold:
    """A visitor's hold of a seat, by the employee's number; times are unix seconds."""

    visitor: str
    staff: int
    made_at: float
    held_until: float


class Holds:
    """The holds of a company's codes, inside the caller's transaction. An end is read off the clock, never awaited."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def of_visitor(self, connection: Connection, code: int, visitor: str, now: float) -> Hold | None:
        """Return what a visitor holds, or None."""
        row = connection.one(
            "SELECT visitor, staff, made_at, held_until FROM privcrm_code_hold"
            " WHERE company = ? AND code = ? AND visitor = ? AND held_until > ?",
            *(self._company, code, visitor, now),
        )
        return None if row is None else Hold(*row)

    def put(self, connection: Connection, code: int, hold: Hold) -> None:
        """Let a visitor hold a seat, in place of what he held."""
        connection.run(
            "INSERT INTO privcrm_code_hold (company, code, visitor, staff, made_at, held_until)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (company, code, visitor) DO UPDATE SET"
            " staff = excluded.staff, made_at = excluded.made_at, held_until = excluded.held_until",
            *(self._company, code, hold.visitor, hold.staff, hold.made_at, hold.held_until),
        )

    def release_oldest(self, connection: Connection, code: int, staff: int, now: float) -> bool:
        """End the oldest hold of a seat: somebody came to it. Return whether anybody held it."""
        ended = connection.run(
            "DELETE FROM privcrm_code_hold WHERE company = ? AND code = ? AND visitor = ("
            " SELECT visitor FROM privcrm_code_hold WHERE company = ? AND code = ? AND staff = ? AND held_until > ?"
            " ORDER BY made_at, visitor LIMIT 1)",
            *(self._company, code, self._company, code, staff, now),
        )
        return ended > 0

    def last_until(self, connection: Connection, code: int, staff: int) -> float:
        """Return when the last hold of a seat is over or was (unix seconds), 0 for none that is remembered."""
        row = connection.one(
            "SELECT COALESCE(MAX(held_until), 0) FROM privcrm_code_hold WHERE company = ? AND code = ? AND staff = ?",
            *(self._company, code, staff),
        )
        return float(row[0]) if row else 0.0

    def clear(self, connection: Connection, code: int, now: float) -> None:
        """Forget some of those whose time is over; they count no more anyway."""
        # In two statements: in one PostgreSQL may look for them once for each who is on the way.
        over = connection.all(
            "SELECT visitor FROM privcrm_code_hold WHERE company = ? AND code = ? AND held_until <= ? LIMIT ?",
            *(self._company, code, now, _CLEARED_AT_ONCE),
        )
        if over:
            visitors = [visitor for (visitor,) in over]
            connection.run(
                f"DELETE FROM privcrm_code_hold WHERE company = ? AND code = ? AND visitor IN ({marks(visitors)})",
                *(self._company, code, *visitors),
            )
