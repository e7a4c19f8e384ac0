"""Which member ids are one person: everybody whom merges join, whichever of them was kept."""

from collections.abc import Iterable
from typing import Final

from privcrm.store.database import Connection, marks

__all__ = ["SAME", "Persons"]

ASKED_AT_ONCE: Final = 500

SAME: Final = (
    "edge(a, b) AS ("
    "SELECT kept, absorbed FROM privcrm_person_merge WHERE company = ? AND split_at = 0"
    " UNION ALL SELECT absorbed, kept FROM privcrm_person_merge WHERE company = ? AND split_at = 0),"
    " same(a, b) AS (SELECT a, a FROM edge UNION SELECT same.a, edge.b FROM same JOIN edge ON edge.a = same.b)"
)
"""Common table expressions, to stand behind WITH RECURSIVE: ``same(a, b)`` holds everybody who was merged, beside each
of the numbers that are the same person, themselves included. Takes the company twice."""


class Persons:
    """The members of a company as persons, by number. Works inside the transaction whose connection it is given."""

    def __init__(self, company: str) -> None:
        self._company = company

    def any_merged(self, connection: Connection) -> bool:
        """Tell whether anybody was ever merged and not split again."""
        sql = "SELECT 1 FROM privcrm_person_merge WHERE company = ? AND split_at = 0 LIMIT 1"
        return connection.one(sql, self._company) is not None

    def same(self, connection: Connection, numbers: Iterable[int]) -> set[int]:
        """Return everybody who is the same person as one of these, themselves included."""
        found = set(numbers)
        new = found
        while new:
            new = self._neighbours(connection, sorted(new)) - found
            found |= new
        return found

    def identities(self, connection: Connection, numbers: Iterable[int]) -> dict[str, set[str]]:
        """Return what these members are known by, by kind: their ids, and what was linked to them, hashed or not."""
        wanted = sorted(numbers)
        found: dict[str, set[str]] = {}
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            for kind, value in connection.all(
                "SELECT kind, value FROM privcrm_identity"
                f" WHERE company = ? AND member IN ({marks(some)}) UNION ALL SELECT 'member_id', member_id"
                f" FROM privcrm_member WHERE company = ? AND number IN ({marks(some)})",
                *(self._company, *some, self._company, *some),
            ):
                found.setdefault(kind, set()).add(value)
        return found

    def _neighbours(self, connection: Connection, numbers: list[int]) -> set[int]:
        met: set[int] = set()
        for start in range(0, len(numbers), ASKED_AT_ONCE):
            some = numbers[start : start + ASKED_AT_ONCE]
            for one, other in (("kept", "absorbed"), ("absorbed", "kept")):
                rows = connection.all(
                    f"SELECT {other} FROM privcrm_person_merge"
                    f" WHERE company = ? AND split_at = 0 AND {one} IN ({marks(some)})",
                    self._company,
                    *some,
                )
                met.update(row[0] for row in rows)
        return met
