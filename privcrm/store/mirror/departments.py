"""The tree of departments in the store."""

from collections.abc import Generator, Iterable
from typing import Final

from privcrm.models import Department, DepartmentId
from privcrm.store.bulk import Upsert
from privcrm.store.database import Connection, Database, in_pages, marks

__all__ = ["Departments"]

ASKED_AT_ONCE: Final = 500
PAGE: Final = 1000
_PUT: Final = Upsert("department", ("company", "department_id", "name", "parent_id", "as_of"), keys=2)


class Departments:
    """The departments of a company. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def put(self, connection: Connection, departments: Iterable[Department], now: float) -> None:
        """Make the tree be these, which the vendor listed, and drop the others."""
        rows = {
            each.department_id: (self._company, each.department_id, each.name, each.parent_id or "", now)
            for each in departments
        }
        known = connection.all("SELECT department_id FROM privcrm_department WHERE company = ?", self._company)
        connection.run_many(
            "DELETE FROM privcrm_department WHERE company = ? AND department_id = ?",
            [(self._company, each) for (each,) in known if each not in rows],
        )
        _PUT.run(connection, list(rows.values()))

    def list(self) -> Generator[Department]:
        """Yield them all by id."""
        rows = in_pages(
            self._database,
            "SELECT department_id, name, parent_id FROM privcrm_department"
            " WHERE company = ? AND department_id > ? ORDER BY department_id LIMIT ?",
            (self._company,),
            ("",),
            PAGE,
        )
        return (_department(*row) for row in rows)

    def below(self, connection: Connection, department_ids: Iterable[str]) -> set[str]:
        """Return these departments, known or not, and all that lie below them."""
        return self._reach(connection, department_ids, "department_id", "parent_id")

    def above(self, connection: Connection, department_ids: Iterable[str]) -> set[str]:
        """Return these departments, known or not, and all that they lie below."""
        return self._reach(connection, department_ids, "parent_id", "department_id")

    def _reach(self, connection: Connection, start: Iterable[str], to: str, by: str) -> set[str]:
        found = set(start)
        edge = sorted(found)
        while edge:  # a ring, which no vendor should tell of, ends it all the same
            some, edge = edge[:ASKED_AT_ONCE], edge[ASKED_AT_ONCE:]
            rows = connection.all(
                f"SELECT {to} FROM privcrm_department WHERE company = ? AND {by} IN ({marks(some)})",
                self._company,
                *some,
            )
            new = {each for (each,) in rows if each} - found
            found |= new
            edge += sorted(new)
        return found


def _department(department_id: str, name: str, parent_id: str) -> Department:
    return Department(DepartmentId(department_id), name, DepartmentId(parent_id) if parent_id else None)
