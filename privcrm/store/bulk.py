"""Writing many rows at once, in place of what stands under their keys.

SQLite takes rows through ``executemany``. PostgreSQL takes them by COPY into a passing table and puts them in place
from there, which is twice as fast as its own ``executemany``.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Row, marks

__all__ = ["Upsert"]

WORTH_A_COPY: Final = 30  # rows; fewer are sooner sent as statements


@frozen(slots=False)
class Upsert:
    """How rows of ``privcrm_<table>`` are written: ``columns``, of which the first ``keys`` are the primary key.

    Columns not in ``columns`` keep what they hold, or their default in a new row. ``kept`` are columns of an existing
    row that are not overwritten.
    """

    table: str
    columns: tuple[str, ...]
    keys: int
    kept: tuple[str, ...] = ()

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write the rows; no two of them may have one key."""
        if connection.is_sqlite or len(rows) < WORTH_A_COPY:
            connection.run_many(self._statement, rows)
            return
        connection.run(self._passing)
        connection.copy(f"passing_{self.table}", self.columns, rows)
        connection.run(self._put)
        connection.run(f"TRUNCATE passing_{self.table}")

    def insert(self, connection: Connection, rows: Iterable[Row]) -> None:
        """Write rows whose keys are known to be new."""
        if connection.is_sqlite:
            connection.run_many(self._insertion, rows)
        else:
            connection.copy(f"privcrm_{self.table}", self.columns, rows)

    @cached_property
    def _names(self) -> str:
        return ", ".join(self.columns)

    @cached_property
    def _conflict(self) -> str:
        changed = [name for name in self.columns[self.keys :] if name not in self.kept]
        what = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in changed)}" if changed else "NOTHING"
        return f"ON CONFLICT ({', '.join(self.columns[: self.keys])}) DO {what}"

    @cached_property
    def _insertion(self) -> str:
        return f"INSERT INTO privcrm_{self.table} ({self._names}) VALUES ({marks(self.columns)})"

    @cached_property
    def _statement(self) -> str:
        return f"{self._insertion} {self._conflict}"

    @cached_property
    def _passing(self) -> str:
        return (
            f"CREATE TEMPORARY TABLE IF NOT EXISTS passing_{self.table} AS"
            f" SELECT {self._names} FROM privcrm_{self.table} WITH NO DATA"
        )

    @cached_property
    def _put(self) -> str:
        return (
            f"INSERT INTO privcrm_{self.table} ({self._names})"
            f" SELECT {self._names} FROM passing_{self.table} {self._conflict}"
        )
