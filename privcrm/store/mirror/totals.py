"""How much the mirror holds, and as of when."""

from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database

__all__ = ["Held", "Totals"]

MOST_STAFF: Final = 1_000_000

_LIVE_STAFF: Final = "privcrm_staff WHERE company = ? AND state <> 'left'"
_CUSTOMERS: Final = """
privcrm_member m WHERE m.company = ? AND m.is_customer = 1
AND EXISTS (SELECT 1 FROM privcrm_follow f WHERE f.company = m.company AND f.member = m.number AND f.live = 1)
"""


@frozen
class Held:
    """Customers, live relations, tags of the library, employees who have not left, groups that live."""

    members: int = 0
    follows: int = 0
    tags: int = 0
    staff: int = 0
    groups: int = 0


class Totals:
    """Counts of a company's rows."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def all(self, connection: Connection) -> Held:
        """Return how many customers, live relations, tags, employees and groups there are."""
        return Held(
            members=self._count(connection, _CUSTOMERS),
            follows=self.follows(connection),
            tags=self._count(connection, "privcrm_tag WHERE company = ? AND deleted_at = 0"),
            staff=self._count(connection, _LIVE_STAFF),
            groups=self._count(connection, "privcrm_known_group WHERE company = ? AND lives = 1"),
        )

    def follows(self, connection: Connection) -> int:
        """Return how many live relations there are."""
        return self._count(connection, "privcrm_follow WHERE company = ? AND live = 1")

    def listed_at(self, connection: Connection) -> list[tuple[str, float]]:
        """Return of each employee who serves members the id, and when the list was read to its end; 0 for never."""
        rows = connection.all(
            "SELECT shown_id, listed_at FROM privcrm_staff WHERE company = ? AND serves = 1 ORDER BY staff_id LIMIT ?",
            *(self._company, MOST_STAFF),
        )
        return [(staff_id, at) for staff_id, at in rows]

    def age(self, connection: Connection) -> tuple[float | None, float | None]:
        """Return when the lists of those who serve members were read, the oldest and the newest; None for never."""
        row = connection.one(
            "SELECT MIN(listed_at), MAX(listed_at) FROM privcrm_staff WHERE company = ? AND serves = 1", self._company
        )
        oldest, newest = row or (None, None)
        return oldest or None, newest or None

    def _count(self, connection: Connection, what: str) -> int:
        row = connection.one(f"SELECT COUNT(*) FROM {what}", self._company)
        return 0 if row is None else int(row[0])
