"""Employees who vanished and employees who appeared with the same members: the vendor changed an id and told nobody."""

from typing import Final

from attrs import frozen

from privcrm.models import StaffId
from privcrm.store.database import Connection, Database

__all__ = ["Proposals", "Rename"]

LEAST_SHARE: Final = 0.8
LEAST_SHARED: Final = 5
MOST: Final = 1_000

_SHARED: Final = """
SELECT n.staff, COUNT(*) FROM privcrm_follow o
JOIN privcrm_follow n ON n.company = o.company AND n.member = o.member AND n.staff > o.staff AND n.live = 1
WHERE o.company = ? AND o.staff = ? AND o.live = 1 GROUP BY n.staff ORDER BY COUNT(*) DESC, n.staff LIMIT 2
"""
_LISTED: Final = """
SELECT o.shown_id, n.shown_id, r.shared, r.held, r.at, r.state, r.decided_by FROM privcrm_staff_rename r
JOIN privcrm_staff o ON o.company = r.company AND o.number = r.old
LEFT JOIN privcrm_staff n ON n.company = r.company AND n.number = r.new
WHERE r.company = ? AND r.state = ? ORDER BY r.at, r.old LIMIT ?
"""


@frozen
class Rename:
    """A change of an employee's id that is probable: of the old one's ``held`` members ``shared`` are the new one's.

    ``at`` is unix seconds when it was noticed; ``state`` is ``proposed``, ``confirmed`` or ``rejected``.
    """

    old: StaffId
    new: StaffId
    shared: int
    held: int
    at: float
    state: str = "proposed"
    decided_by: str = ""


class Proposals:
    """Renames of a company that nobody told. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def find(self, connection: Connection, now: float) -> int:
        """Note the renames that are probable and return how many are news; a rejected one is not noted again."""
        missing = connection.all(
            "SELECT number FROM privcrm_staff WHERE company = ? AND missing_since > 0 AND state <> 'left'"
            " ORDER BY number LIMIT ?",
            *(self._company, MOST),
        )
        return sum(self._propose(connection, number, now) for (number,) in missing)

    def proposed(self, connection: Connection) -> list[Rename]:
        """Return the renames that wait for a decision."""
        rows = connection.all(_LISTED, self._company, "proposed", MOST)
        return [Rename(StaffId(old), StaffId(new or ""), *rest) for old, new, *rest in rows]

    def decide(self, connection: Connection, old: int, new: int, state: str, who: str) -> bool:
        """Write a decision; return whether there was a proposal that waited for one."""
        return bool(
            connection.run(
                "UPDATE privcrm_staff_rename SET state = ?, decided_by = ?"
                " WHERE company = ? AND old = ? AND new = ? AND state = 'proposed'",
                *(state, who, self._company, old, new),
            )
        )

    def _propose(self, connection: Connection, old: int, now: float) -> int:
        held = self._held(connection, old)
        found = connection.all(_SHARED, self._company, old)
        if not found:
            return 0
        new, shared = found[0]
        both = min(shared / held, shared / self._held(connection, new))
        enough = shared >= LEAST_SHARED or both == 1.0
        alone = len(found) == 1 or found[1][1] < LEAST_SHARE * held
        if both < LEAST_SHARE or not enough or not alone:
            return 0
        return connection.run(
            "INSERT INTO privcrm_staff_rename (company, old, new, shared, held, at, state)"
            " VALUES (?, ?, ?, ?, ?, ?, 'proposed') ON CONFLICT (company, old, new) DO NOTHING",
            *(self._company, old, new, shared, held, now),
        )

    def _held(self, connection: Connection, staff: int) -> int:
        row = connection.one(
            "SELECT COUNT(*) FROM privcrm_follow WHERE company = ? AND staff = ? AND live = 1", self._company, staff
        )
        return 0 if row is None else int(row[0])
