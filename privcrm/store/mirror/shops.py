"""Shops in the store, and who works in them by what the mirror knows of staff and departments."""

import json
from collections.abc import Collection, Generator, Iterable, Sequence
from typing import Final

from privcrm.errors import InputError
from privcrm.models.ids import DepartmentId, StaffId, staff_key
from privcrm.models.shop import Shop
from privcrm.store.bulk import Upsert
from privcrm.store.database import Connection, Database, Row, in_pages, marks
from privcrm.store.mirror.departments import Departments

__all__ = ["Shops"]

ASKED_AT_ONCE: Final = 500
PAGE: Final = 500
STAFF_A_PAGE: Final = 1000
_COLUMNS: Final = "code, name, region, manager_id, attributes"
_PUT: Final = Upsert("shop", ("company", "code", "name", "region", "manager_id", "attributes", "as_of"), keys=2)
_LINKS: Final = (("shop_department", "department_id"), ("shop_staff", "staff_id"))


class Shops:
    """The shops of a company. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company
        self._departments = Departments(database)

    def put(self, connection: Connection, shops: Sequence[Shop], now: float) -> None:
        """Write shops in place of what was known under their codes."""
        self._unlink(connection, [shop.code for shop in shops])
        _PUT.run(connection, [self._row(shop, now) for shop in shops])
        for (table, column), ids in zip(_LINKS, (_department_ids, _staff_ids), strict=True):
            connection.run_many(
                f"INSERT INTO privcrm_{table} (company, code, {column}, shown_id) VALUES (?, ?, ?, ?)",
                [(self._company, shop.code, *each) for shop in shops for each in ids(shop)],
            )

    def remove(self, connection: Connection, codes: Sequence[str]) -> None:
        """Forget shops."""
        self._unlink(connection, codes)
        connection.run_many(
            "DELETE FROM privcrm_shop WHERE company = ? AND code = ?", [(self._company, code) for code in codes]
        )

    def get(self, connection: Connection, codes: Iterable[str]) -> dict[str, Shop]:
        """Return the known ones of these shops by code."""
        wanted, found = list(codes), dict[str, Shop]()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT {_COLUMNS} FROM privcrm_shop WHERE company = ? AND code IN ({marks(some)})",
                self._company,
                *some,
            )
            if rows:
                found.update((shop.code, shop) for shop in self._shops(connection, rows))
        return found

    def stream(self, *, region: str | None = None) -> Generator[Shop]:
        """Yield the shops by code, those of a region or all."""
        only = "" if region is None else " AND region = ?"
        codes = in_pages(
            self._database,
            f"SELECT code FROM privcrm_shop WHERE company = ?{only} AND code > ? ORDER BY code LIMIT ?",
            (self._company,) if region is None else (self._company, region),
            ("",),
            PAGE,
        )
        for some in _portions(code for (code,) in codes):
            with self._database.connect() as connection:
                shops = self.get(connection, some)
            yield from (shops[code] for code in some if code in shops)

    def of_staff(self, connection: Connection, staff_id: str) -> list[str]:
        """Return the codes of the shops in which an employee works, in order."""
        key = staff_key(staff_id)
        row = connection.one(
            "SELECT departments FROM privcrm_staff WHERE company = ? AND staff_id = ?", self._company, key
        )
        inside: list[str] = json.loads(row[0]) if row and row[0] else []
        mapped = sorted(self._departments.above(connection, inside))
        codes = connection.all(
            "SELECT code FROM privcrm_shop_staff WHERE company = ? AND staff_id = ?", self._company, key
        )
        for start in range(0, len(mapped), ASKED_AT_ONCE):
            some = mapped[start : start + ASKED_AT_ONCE]
            codes += connection.all(
                f"SELECT code FROM privcrm_shop_department WHERE company = ? AND department_id IN ({marks(some)})",
                self._company,
                *some,
            )
        return sorted({code for (code,) in codes})

    def staff_of(self, connection: Connection, codes: Collection[str]) -> list[tuple[int, StaffId, str]]:
        """Return number, id and state of those who work in these shops, by number, those who have left included.

        An employee whom a shop names but the mirror does not know is not among them.
        """
        named = set(self._links(connection, codes, "shop_staff", "staff_id"))
        mapped = self._departments.below(connection, self._links(connection, codes, "shop_department", "department_id"))
        return [
            (number, shown_id, state)
            for number, shown_id, state, key, departments in self._everybody(connection)
            if key in named or (departments and not mapped.isdisjoint(json.loads(departments)))
        ]

    def staff_numbers_of_shop(self, connection: Connection, code: str) -> list[int]:
        """Return the numbers of those who work in a shop; raises ``InputError`` for a code that no shop has."""
        if code not in self.get(connection, [code]):
            raise no_such_shop(code)
        return [number for number, _, _ in self.staff_of(connection, [code])]

    def staff_numbers_of_region(self, connection: Connection, region: str) -> list[int]:
        """Return the numbers of those who work in the shops of a region; raises ``InputError`` if it has no shop."""
        codes = connection.all("SELECT code FROM privcrm_shop WHERE company = ? AND region = ?", self._company, region)
        if not codes:
            raise InputError(f"no shop is in the region {region!r}; privcrm shop list shows the regions")
        return [number for number, _, _ in self.staff_of(connection, [code for (code,) in codes])]

    def rename_staff(self, connection: Connection, old: str, new: str) -> None:
        """Write an employee's new id wherever shops name the old one."""
        key = (self._company, staff_key(old))
        codes = connection.all("SELECT code FROM privcrm_shop_staff WHERE company = ? AND staff_id = ?", *key)
        connection.run("DELETE FROM privcrm_shop_staff WHERE company = ? AND staff_id = ?", *key)
        connection.run_many(
            "INSERT INTO privcrm_shop_staff (company, code, staff_id, shown_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(self._company, code, staff_key(new), new) for (code,) in codes],
        )
        connection.run("UPDATE privcrm_shop SET manager_id = ? WHERE company = ? AND lower(manager_id) = ?", new, *key)

    def _everybody(self, connection: Connection) -> Generator[Row]:
        rows: Sequence[Row] = ((-1,),)
        while rows := connection.all(
            "SELECT number, shown_id, state, staff_id, departments FROM privcrm_staff"
            " WHERE company = ? AND number > ? ORDER BY number LIMIT ?",
            *(self._company, rows[-1][0], STAFF_A_PAGE),
        ):
            yield from rows

    def _row(self, shop: Shop, now: float) -> Row:
        attributes = json.dumps(dict(shop.attributes), ensure_ascii=False)
        return self._company, shop.code, shop.name, shop.region, shop.manager_id, attributes, now

    def _unlink(self, connection: Connection, codes: Sequence[str]) -> None:
        for table, _ in _LINKS:
            connection.run_many(
                f"DELETE FROM privcrm_{table} WHERE company = ? AND code = ?",
                [(self._company, code) for code in codes],
            )

    def _links(self, connection: Connection, codes: Collection[str], table: str, column: str) -> list[str]:
        found: list[str] = []
        for some in _portions(codes):
            rows = connection.all(
                f"SELECT {column} FROM privcrm_{table} WHERE company = ? AND code IN ({marks(some)})",
                self._company,
                *some,
            )
            found += [each for (each,) in rows]
        return found

    def _shops(self, connection: Connection, rows: Sequence[Row]) -> Iterable[Shop]:
        codes = [row[0] for row in rows]
        departments, staff = (self._shown(connection, codes, table) for table, _ in _LINKS)
        for code, name, region, manager_id, attributes in rows:
            yield Shop(
                code,
                name,
                region,
                StaffId(manager_id),
                json.loads(attributes or "{}"),
                tuple(map(DepartmentId, sorted(departments.get(code, ())))),
                tuple(map(StaffId, sorted(staff.get(code, ())))),
            )

    def _shown(self, connection: Connection, codes: Sequence[str], table: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, shown in connection.all(
            f"SELECT code, shown_id FROM privcrm_{table} WHERE company = ? AND code IN ({marks(codes)})",
            self._company,
            *codes,
        ):
            found.setdefault(code, []).append(shown)
        return found


def no_such_shop(code: str) -> InputError:
    """Return the error for a code that no shop has."""
    return InputError(f"no shop has the code {code!r}; privcrm shop list shows the codes")


def _department_ids(shop: Shop) -> Iterable[tuple[str, str]]:
    return ((each, each) for each in shop.department_ids)


def _staff_ids(shop: Shop) -> Iterable[tuple[str, str]]:
    return {staff_key(each): (staff_key(each), each) for each in shop.staff_ids}.values()


def _portions(codes: Iterable[str]) -> Generator[list[str]]:
    some: list[str] = []
    for code in codes:
        some.append(code)
        if len(some) == ASKED_AT_ONCE:
            yield some
            some = []
    if some:
        yield some
