"""Numbers in the names of groups: each is one group's, gaps are allowed."""

from collections.abc import Sequence
from typing import Final

from privcrm.store.database import Connection, Database

__all__ = ["GroupNames"]

CODES_OF_PREFIX: Final = 20
"""Codes that share a prefix; more cannot be told apart by anybody."""


class GroupNames:
    """The names of a company's groups as prefix and number, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def use(self, connection: Connection, code: int, prefix: str) -> None:
        """Say that groups of a code are named so from now on; what its older ones are called is known still."""
        connection.run(
            "INSERT INTO privcrm_code_prefix (company, prefix, code) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            *(self._company, prefix, code),
        )

    def codes_with(self, connection: Connection, prefix: str) -> Sequence[int]:
        """Return the codes whose groups are or were named so."""
        rows = connection.all(
            "SELECT code FROM privcrm_code_prefix WHERE company = ? AND prefix = ? ORDER BY code LIMIT ?",
            *(self._company, prefix, CODES_OF_PREFIX),
        )
        return [int(code) for (code,) in rows]

    def claim(self, connection: Connection, code: int, prefix: str, number: int, group_id: str) -> bool:
        """Say that a group of a code has this name; return False if the name is another group's."""
        connection.run(
            "INSERT INTO privcrm_code_group_name (company, prefix, number, code, group_id) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            *(self._company, prefix, number, code, group_id),
        )
        row = connection.one(
            "SELECT group_id FROM privcrm_code_group_name WHERE company = ? AND prefix = ? AND number = ?",
            *(self._company, prefix, number),
        )
        return row is not None and row[0] == group_id

    def next_number(self, connection: Connection, prefix: str, first: int) -> int:
        """Return the number that comes after all that were ever claimed, ``first`` at least."""
        row = connection.one(
            "SELECT MAX(number) FROM privcrm_code_group_name WHERE company = ? AND prefix = ?", self._company, prefix
        )
        return max(first, int(row[0]) + 1) if row and row[0] is not None else first

    def number_of(self, connection: Connection, code: int, group_id: str) -> int | None:
        """Return the number that a group of a code has claimed, or None."""
        row = connection.one(
            "SELECT MAX(number) FROM privcrm_code_group_name WHERE company = ? AND code = ? AND group_id = ?",
            *(self._company, code, group_id),
        )
        return None if row is None or row[0] is None else int(row[0])
