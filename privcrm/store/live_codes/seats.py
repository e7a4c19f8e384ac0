"""Seats behind staff live codes, by the numbers of employees: a renamed one keeps his."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from privcrm.models.ids import staff_key
from privcrm.store.database import Connection, Database, Row
from privcrm.store.mirror.numbers import Numbers

__all__ = ["REMOVED", "SeatRow", "Seats"]

REMOVED: Final = -1
"""The place of a seat that was taken off its code: what it was given is still counted."""
_MOST: Final = 10_000

_SELECT: Final = """
SELECT s.staff, p.shown_id, s.place, s.spec, s.served, s.credit, s.free, s.joined_at, s.last_served_at, s.barred_until,
    s.barred_why, p.state, p.missing_since,
    COALESCE((SELECT d.adds FROM privcrm_code_day d
        WHERE d.company = s.company AND d.code = s.code AND d.staff = s.staff AND d.day = ?), 0),
    (SELECT COUNT(*) FROM privcrm_code_hold h
        WHERE h.company = s.company AND h.code = s.code AND h.staff = s.staff AND h.held_until > ?)
FROM privcrm_code_seat s JOIN privcrm_staff p ON p.company = s.company AND p.number = s.staff
WHERE s.company = ? AND s.code = ? AND s.place >= 0
ORDER BY s.place, s.staff LIMIT ?
"""


@frozen
class SeatRow:
    """A seat, what it was given, and what the mirror knows of its employee.

    ``spec`` is JSON. ``served`` counts for ever, ``today`` on the day that was asked for, ``held`` are visitors on the
    way. ``credit`` is added to what was served where shares are compared. ``free``: it could be chosen when that was
    looked at last. ``state`` is "" for an employee of whom the mirror knows nothing. Times are unix seconds, 0 for
    never.
    """

    staff: int
    staff_id: str
    place: int
    spec: str
    served: int = 0
    credit: float = 0.0
    free: bool = False
    joined_at: float = 0.0
    last_served_at: float = 0.0
    barred_until: float = 0.0
    barred_why: str = ""
    state: str = ""
    missing_since: float = 0.0
    today: int = 0
    held: int = 0


class Seats:
    """The seats of a company's codes, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company
        self._numbers = Numbers(database)

    def put(self, connection: Connection, code: int, specs: Mapping[str, str], now: float) -> Mapping[str, int]:
        """Let a code have these seats, given as JSON by employee, in this order; return the employees' numbers.

        Those that were there keep what they were given; those left out are taken off, and come back with it.
        """
        numbers = self._numbers.ensure_staff(connection, specs)
        connection.run(
            "UPDATE privcrm_code_seat SET place = ? WHERE company = ? AND code = ?",
            *(REMOVED, self._company, code),
        )
        connection.run_many(
            "INSERT INTO privcrm_code_seat (company, code, staff, place, spec, served, credit, free, joined_at,"
            " last_served_at, barred_until, barred_why) VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?, 0, 0, '')"
            " ON CONFLICT (company, code, staff) DO UPDATE SET place = excluded.place, spec = excluded.spec",
            [
                (self._company, code, numbers[staff_key(staff_id)], place, spec, now)
                for place, (staff_id, spec) in enumerate(specs.items())
            ],
        )
        connection.run(
            "UPDATE privcrm_code_seat SET free = 0 WHERE company = ? AND code = ? AND place < 0", self._company, code
        )
        return numbers

    def of_code(self, connection: Connection, code: int, day: str, now: float) -> Sequence[SeatRow]:
        """Return the seats of a code in their order; ``day`` is the local one whose adds are meant."""
        rows = connection.all(_SELECT, day, now, self._company, code, _MOST)
        return [_seat(row) for row in rows]

    def lock(self, connection: Connection, code: int, staff: int) -> None:
        """Keep every other transaction from counting for this seat until this one ends."""
        connection.run(
            "UPDATE privcrm_code_seat SET place = place WHERE company = ? AND code = ? AND staff = ?",
            *(self._company, code, staff),
        )

    def set_spec(self, connection: Connection, code: int, staff: int, spec: str) -> None:
        """Keep what a seat is to be from now on, as JSON."""
        connection.run(
            "UPDATE privcrm_code_seat SET spec = ? WHERE company = ? AND code = ? AND staff = ?",
            *(spec, self._company, code, staff),
        )

    def set_standing(
        self, connection: Connection, code: int, free: Mapping[int, bool], credit: Mapping[int, float]
    ) -> None:
        """Keep of employees whether they could be chosen, and what is added to what they were given."""
        connection.run_many(
            "UPDATE privcrm_code_seat SET free = ? WHERE company = ? AND code = ? AND staff = ?",
            [(int(is_free), self._company, code, staff) for staff, is_free in sorted(free.items())],
        )
        connection.run_many(
            "UPDATE privcrm_code_seat SET credit = ? WHERE company = ? AND code = ? AND staff = ?",
            [(each, self._company, code, staff) for staff, each in sorted(credit.items())],
        )

    def bar(self, connection: Connection, code: int, staff: int, until: float, why: str) -> None:
        """Keep that the vendor takes this employee not, and when to try again (unix seconds); 0 ends it."""
        connection.run(
            "UPDATE privcrm_code_seat SET barred_until = ?, barred_why = ?"
            " WHERE company = ? AND code = ? AND staff = ?",
            *(until, why, self._company, code, staff),
        )

    def served(self, connection: Connection, code: int, staff: int, at: float) -> bool:
        """Count one for a seat; return whether there is such a seat, also one taken off."""
        counted = connection.run(
            "UPDATE privcrm_code_seat SET served = served + 1,"
            " last_served_at = CASE WHEN last_served_at < ? THEN ? ELSE last_served_at END"
            " WHERE company = ? AND code = ? AND staff = ?",
            *(at, at, self._company, code, staff),
        )
        return counted > 0

    def codes_of(self, connection: Connection, staff: int) -> Sequence[int]:
        """Return the codes that lead to an employee."""
        rows = connection.all(
            "SELECT code FROM privcrm_code_seat WHERE company = ? AND staff = ? AND place >= 0 ORDER BY code LIMIT ?",
            *(self._company, staff, _MOST),
        )
        return [int(row[0]) for row in rows]


def _seat(row: Row) -> SeatRow:
    staff, staff_id, place, spec, served, credit, free, *rest = row
    return SeatRow(staff, staff_id, place, spec, served, credit, bool(free), *rest)
