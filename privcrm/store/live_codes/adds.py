"""Who came by which code to which employee, each counted once, and how many that were on a day."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database

__all__ = ["Adds", "DayCount", "RemarkState", "WantedRemark"]

SAME_SECONDS: Final = 60
"""A callback and a list may tell the same add with times a little apart."""
_MOST: Final = 100_000


class RemarkState:
    """How far the remark of an add is."""

    NONE: Final = ""
    PLANNED: Final = "planned"
    DONE: Final = "done"
    SKIPPED: Final = "skipped"
    FAILED: Final = "failed"


@frozen
class DayCount:
    """How many a seat was given on a local day."""

    day: str
    staff: int
    staff_id: str
    adds: int


@frozen
class WantedRemark:
    """An add whose relation is still to get its remark."""

    code: int
    member: int
    staff: int
    at: int
    member_id: str
    staff_id: str
    tries: int


class Adds:
    """The adds of a company's codes, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def count(
        self, connection: Connection, code: int, member: int, staff: int, *, at: int, day: str, remark: str = ""
    ) -> bool:
        """Count an add on a local day; return False for one that was counted before, which changes nothing.

        The caller holds the row of the code's pace, so that two reports of one add do not pass each other by.
        """
        key = (self._company, code, member, staff)
        known = connection.one(
            "SELECT 1 FROM privcrm_code_add WHERE company = ? AND code = ? AND member = ? AND staff = ?"
            " AND at BETWEEN ? AND ?",
            *(*key, at - SAME_SECONDS, at + SAME_SECONDS),
        )
        if known is not None:
            return False
        new = connection.run(
            "INSERT INTO privcrm_code_add (company, code, member, staff, at, remark, tries)"
            " VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
            *(*key, at, remark),
        )
        if not new:
            return False
        connection.run(
            "INSERT INTO privcrm_code_day (company, code, staff, day, adds) VALUES (?, ?, ?, ?, 1)"
            " ON CONFLICT (company, code, staff, day) DO UPDATE SET adds = privcrm_code_day.adds + 1",
            *(self._company, code, staff, day),
        )
        return True

    def came_to_another(self, connection: Connection, code: int, member: int, staff: int) -> bool:
        """Tell whether a member came by a code to another employee than this one."""
        row = connection.one(
            "SELECT 1 FROM privcrm_code_add WHERE company = ? AND code = ? AND member = ? AND staff <> ? LIMIT 1",
            *(self._company, code, member, staff),
        )
        return row is not None

    def days(self, connection: Connection, code: int, since: str) -> Sequence[DayCount]:
        """Return what was given from a local day on, by day and employee."""
        rows = connection.all(
            "SELECT d.day, d.staff, p.shown_id, d.adds FROM privcrm_code_day d"
            " JOIN privcrm_staff p ON p.company = d.company AND p.number = d.staff"
            " WHERE d.company = ? AND d.code = ? AND d.day >= ? ORDER BY d.day, d.staff LIMIT ?",
            *(self._company, code, since, _MOST),
        )
        return [DayCount(*row) for row in rows]

    # -- remarks

    def wanting_remarks(self, connection: Connection, most: int) -> Sequence[WantedRemark]:
        """Return adds whose relations are to get remarks, the oldest first."""
        rows = connection.all(
            "SELECT a.code, a.member, a.staff, a.at, m.member_id, p.shown_id, a.tries FROM privcrm_code_add a"
            " JOIN privcrm_member m ON m.company = a.company AND m.number = a.member"
            " JOIN privcrm_staff p ON p.company = a.company AND p.number = a.staff"
            " WHERE a.company = ? AND a.remark = 'planned' ORDER BY a.tries, a.at, a.member, a.staff LIMIT ?",
            *(self._company, most),
        )
        return [WantedRemark(*row) for row in rows]

    def remarked(self, connection: Connection, wanted: WantedRemark, state: str) -> None:
        """Keep how far a remark is; one that stays planned counts as tried once more."""
        connection.run(
            "UPDATE privcrm_code_add SET remark = ?, tries = tries + 1"
            " WHERE company = ? AND code = ? AND member = ? AND staff = ? AND at = ?",
            *(state, self._company, wanted.code, wanted.member, wanted.staff, wanted.at),
        )
