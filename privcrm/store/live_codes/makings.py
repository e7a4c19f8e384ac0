"""Vendor's codes that are being made: what was ordered of each, under which key the order is found again."""

from collections.abc import Generator, Sequence
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.store.database import Connection, Database, Row, in_pages

__all__ = ["Making", "MakingState", "Makings"]

PAGE: Final = 500
_COLUMNS: Final = "code, part, order_key, kind, spec, bad, attempt, state, told"


class MakingState(StrEnum):
    """Whether an order is still to be looked after, or ended without a code."""

    ORDERED = "ordered"
    ENDED = "ended"


@frozen
class Making:
    """The order of one vendor's code.

    ``order_key`` names the job, which makes others too; ``attempt`` counts the orders of this code from 1. ``spec`` is
    the JSON of what was ordered, ``bad`` that of employees whom the vendor refused, with its words; ``told`` is how it
    ended.
    """

    code: int
    part: int
    order_key: str
    kind: str
    spec: str = field(repr=False)
    bad: str = field(default="{}", repr=False)
    attempt: int = 1
    state: MakingState = MakingState.ORDERED
    told: str = ""


class Makings:
    """The orders of a company's codes. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def put(self, connection: Connection, making: Making) -> None:
        """Keep an order, in place of an earlier one of the same code."""
        connection.run(
            f"INSERT INTO privcrm_code_making (company, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (company, code, part) DO UPDATE SET order_key = excluded.order_key, kind = excluded.kind,"
            " spec = excluded.spec, bad = excluded.bad, attempt = excluded.attempt, state = excluded.state,"
            " told = excluded.told",
            *(self._company, making.code, making.part, making.order_key, making.kind, making.spec, making.bad),
            *(making.attempt, making.state.value, making.told),
        )

    def get(self, connection: Connection, code: int, part: int) -> Making | None:
        """Return the last order of a code that was not made, or None."""
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_code_making WHERE company = ? AND code = ? AND part = ?",
            *(self._company, code, part),
        )
        return None if row is None else _making(row)

    def of_code(self, connection: Connection, code: int) -> Sequence[Making]:
        """Return the last orders of all codes that were not made, by part."""
        rows = connection.all(
            f"SELECT {_COLUMNS} FROM privcrm_code_making WHERE company = ? AND code = ? ORDER BY part",
            *(self._company, code),
        )
        return [_making(row) for row in rows]

    def end(self, connection: Connection, code: int, part: int) -> None:
        """Forget the orders of a code that was made."""
        connection.run(
            "DELETE FROM privcrm_code_making WHERE company = ? AND code = ? AND part = ?", self._company, code, part
        )

    def orders(self) -> Generator[str]:
        """Yield the keys of the orders that are still to be looked after."""
        rows = in_pages(
            self._database,
            "SELECT DISTINCT order_key FROM privcrm_code_making WHERE company = ? AND state = 'ordered'"
            " AND order_key > ? ORDER BY order_key LIMIT ?",
            (self._company,),
            ("",),
            PAGE,
        )
        return (key for (key,) in rows)

    def of_order(self, order_key: str) -> Sequence[Making]:
        """Return what one order is to make yet, by code and part; orders are of bounded length."""
        with self._database.connect() as connection:
            rows = connection.all(
                f"SELECT {_COLUMNS} FROM privcrm_code_making WHERE company = ? AND order_key = ? AND state = 'ordered'"
                " ORDER BY code, part",
                *(self._company, order_key),
            )
        return [_making(row) for row in rows]


def _making(row: Row) -> Making:
    code, part, order_key, kind, spec, bad, attempt, state, told = row
    return Making(code, part, order_key, kind, spec, bad, attempt, MakingState(state), told)
