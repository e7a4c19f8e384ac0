"""The staff of a company in the store: four states, what was known before, and who is not to be found."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from attrs import evolve, frozen

from privcrm.models import StaffState, staff_key
from privcrm.store.database import Connection, Database, Row, in_pages, marks
from privcrm.store.mirror.numbers import Numbers

__all__ = ["Directory", "DirectoryChange", "StaffRow"]

ASKED_AT_ONCE: Final = 500
PAGE: Final = 1_000

_COLUMNS: Final = "number, shown_id, name, state, missing_since, departments, position, activated, serves"
_PUT: Final = """
UPDATE privcrm_staff SET shown_id = ?, name = ?, state = ?, missing_since = ?, departments = ?, position = ?,
activated = ?, serves = ?, as_of = ? WHERE company = ? AND number = ?
"""


@frozen
class StaffRow:
    """What is kept of an employee; ``state`` is "" for one who is known by id only.

    ``missing_since`` is unix seconds, 0 for who is where it was expected.
    """

    number: int
    staff_id: str
    name: str = ""
    state: str = ""
    missing_since: float = 0.0
    departments: tuple[str, ...] = ()
    position: str = ""
    activated: bool = False
    serves: bool = False


@frozen
class DirectoryChange:
    """How many employees were there, came or changed, and are missing since now."""

    staff: int = 0
    changed: int = 0
    missing: int = 0


_TOLD: Final = ("state", "missing_since", "departments", "serves")
"""What history is kept of; names and posts are not: they are personal, and nothing hangs on them."""


class Directory:
    """The employees of a company. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company
        self._numbers = Numbers(database)

    def get(self, connection: Connection, staff_ids: Iterable[str]) -> dict[str, StaffRow]:
        """Return who is known of these, by the form in which ids are compared."""
        wanted = list(dict.fromkeys(map(staff_key, staff_ids)))
        found: dict[str, StaffRow] = {}
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT staff_id, {_COLUMNS} FROM privcrm_staff WHERE company = ? AND staff_id IN ({marks(some)})",
                self._company,
                *some,
            )
            found.update({row[0]: _row(row[1:]) for row in rows})
        return found

    def put(self, connection: Connection, told: Collection[StaffRow], now: float) -> DirectoryChange:
        """Write employees as they were told; their numbers are looked up, those given in ``told`` are not read."""
        numbers = self._numbers.ensure_staff(connection, (each.staff_id for each in told))
        kept = self.get(connection, numbers)
        changed = 0
        for each in told:
            key = staff_key(each.staff_id)
            changed += self._change(connection, kept[key], evolve(each, number=numbers[key]), now)
        return DirectoryChange(len(told), changed)

    def miss(self, connection: Connection, numbers: Collection[int], now: float) -> int:
        """Note of employees that the vendor told nothing of them; their state stays. Return for how many it is news."""
        kept = [self._by_number(connection, number) for number in numbers]
        return sum(
            self._change(connection, each, evolve(each, missing_since=now, serves=False), now)
            for each in kept
            if each is not None and not each.missing_since
        )

    def leave(self, connection: Connection, staff_ids: Collection[str], now: float) -> int:
        """Note that employees left, as the vendor said; return for how many it is news."""
        self._numbers.ensure_staff(connection, staff_ids)
        kept = self.get(connection, staff_ids)
        return sum(
            self._change(connection, each, evolve(each, state=StaffState.LEFT, serves=False), now)
            for each in kept.values()
        )

    def listed(self, connection: Connection, numbers: Collection[int], at: float) -> None:
        """Note that all relations of these employees are as they were at that time."""
        connection.run_many(
            "UPDATE privcrm_staff SET listed_at = ? WHERE company = ? AND number = ? AND listed_at < ?",
            [(at, self._company, number, at) for number in numbers],
        )

    def everybody(self) -> Iterable[StaffRow]:
        """Yield the employees by number."""
        rows = in_pages(
            self._database,
            f"SELECT {_COLUMNS} FROM privcrm_staff WHERE company = ? AND number > ? ORDER BY number LIMIT ?",
            (self._company,),
            (-1,),
            PAGE,
        )
        return map(_row, rows)

    def note(
        self, connection: Connection, number: int, changes: Mapping[str, tuple[object, object]], now: float
    ) -> None:
        """Write history: what changed, from what, to what."""
        row = connection.one(
            "SELECT MAX(seq) FROM privcrm_staff_change WHERE company = ? AND staff = ?", self._company, number
        )
        first = 0 if row is None or row[0] is None else row[0] + 1
        connection.run_many(
            "INSERT INTO privcrm_staff_change (company, staff, seq, at, what, before, after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (self._company, number, seq, now, what, _text(before), _text(after))
                for seq, (what, (before, after)) in enumerate(changes.items(), first)
            ],
        )

    def _by_number(self, connection: Connection, number: int) -> StaffRow | None:
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_staff WHERE company = ? AND number = ?", self._company, number
        )
        return None if row is None else _row(row)

    def _change(self, connection: Connection, before: StaffRow, after: StaffRow, now: float) -> bool:
        if before == after:
            return False
        connection.run(
            _PUT,
            *(after.staff_id, after.name, after.state, after.missing_since, json.dumps(after.departments)),
            *(after.position, int(after.activated), int(after.serves), now, self._company, before.number),
        )
        changes = {what: (getattr(before, what), getattr(after, what)) for what in _TOLD}
        self.note(connection, before.number, {what: each for what, each in changes.items() if each[0] != each[1]}, now)
        return True


def _row(row: Row) -> StaffRow:
    number, shown_id, name, state, missing_since, departments, position, activated, serves = row
    inside = tuple(json.loads(departments)) if departments else ()
    return StaffRow(number, shown_id, name, state, missing_since, inside, position, bool(activated), bool(serves))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
