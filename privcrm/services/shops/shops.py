"""``crm.shops``: the company's shops and their staff."""

from collections.abc import Generator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from privcrm.models import StaffId, StaffState
from privcrm.models.shop import Shop
from privcrm.services.shops.importing import changed_shops, read_rows
from privcrm.services.shops.outcomes import ShopImport, ShopOutcome, ShopState
from privcrm.services.shops.people import People
from privcrm.store import Store
from privcrm.store.database import Connection, in_pages
from privcrm.store.mirror.departments import Departments
from privcrm.store.mirror.shops import Shops as StoredShops
from privcrm.store.mirror.shops import no_such_shop

__all__ = ["Shops"]

T = TypeVar("T")

WRITTEN_AT_ONCE: Final = 100
PAGE: Final = 1000


class Shops:
    """The shops of a company. Who works in a shop is what the mirror knew of staff and departments when last synced."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shops = StoredShops(store.database)

    def put(self, shop: Shop, *, who: str = "") -> None:
        """Keep a shop, in place of what was known under its code."""
        with self._store.database.transaction() as connection:
            self._shops.put(connection, [shop], self._store.clock.time())
            self._store.audit.write(connection, who, "shop_put", code=shop.code)

    def get(self, code: str) -> Shop:
        """Return a shop; raises ``InputError`` for a code that none has."""
        with self._store.database.connect() as connection:
            return self._known(connection, code)

    def remove(self, code: str, *, who: str = "") -> None:
        """Forget a shop, not its staff; raises ``InputError`` for a code that none has."""
        with self._store.database.transaction() as connection:
            self._known(connection, code)
            self._shops.remove(connection, [code])
            self._store.audit.write(connection, who, "shop_remove", code=code)

    def staff_of(self, code: str) -> tuple[StaffId, ...]:
        """Return who works in a shop: the staff it names, those of its departments and of all departments below.

        Who has left the company is left out. Raises ``InputError`` for a code that no shop has.
        """
        with self._store.database.connect() as connection:
            self._known(connection, code)
            staff = self._shops.staff_of(connection, [code])
        return tuple(staff_id for _, staff_id, state in staff if state != StaffState.LEFT)

    def of_staff(self, staff_id: str) -> tuple[str, ...]:
        """Return the codes of the shops in which an employee works; none for an employee who is not known."""
        with self._store.database.connect() as connection:
            return tuple(self._shops.of_staff(connection, staff_id))

    def import_file(self, path: str | Path, *, dry_run: bool = False, prune: bool = False, who: str = "") -> ShopImport:
        """Take shops from a CSV or XLSX file, and return what became of each row.

        Columns: ``code`` (门店编码), ``name`` (门店名称), ``region`` (区域), ``manager`` (店长), ``departments``
        (部门: ids, names or Parent/Name), ``staff`` (员工: ids); several in a cell are separated by ``;``, ``；`` or
        ``、``. Every other column is an attribute. A column that is not there leaves what is known, an empty cell
        takes it away. Shops that no row names stay, unless ``prune`` removes them; ``dry_run`` writes nothing.

        Raises ``InputError`` with everything that is wrong, by row and column, before anything is written.
        """
        rows, problems = read_rows(Path(path))
        known = {shop.code: shop for shop in self._shops.stream()}
        shops = changed_shops(rows, known, self._people(), problems)
        problems.refuse()
        outcomes = [ShopOutcome(row.row, shop.code, _state(known.get(shop.code), shop)) for row, shop in shops]
        gone = [code for code in known if prune and code not in {row.code for row in rows}]
        done = ShopImport((*outcomes, *(ShopOutcome(0, code, ShopState.REMOVED) for code in gone)))
        if not dry_run:
            self._write([shop for _, shop in shops if known.get(shop.code) != shop], gone)
            counts = {state.value: done.count(state) for state in ShopState}
            self._store.audit.add(who, "shop_import", counts=counts)
        return done

    def list(self, region: str | None = None) -> Generator[Shop]:
        """Yield the shops by code, those of a region or all."""
        return self._shops.stream(region=region)

    def _known(self, connection: Connection, code: str) -> Shop:
        shop = self._shops.get(connection, [code]).get(code)
        if shop is None:
            raise no_such_shop(code)
        return shop

    def _people(self) -> People:
        database = self._store.database
        staff = in_pages(
            database,
            "SELECT staff_id, shown_id FROM privcrm_staff WHERE company = ? AND staff_id > ? ORDER BY staff_id LIMIT ?",
            (database.company,),
            ("",),
            PAGE,
        )
        return People([*Departments(database).list()], dict(staff))

    def _write(self, shops: Sequence[Shop], gone: Sequence[str]) -> None:
        """Write in portions, so that no other writer waits long; the same file again finishes what was cut short."""
        for some in _portions(shops):
            with self._store.database.transaction() as connection:
                self._shops.put(connection, some, self._store.clock.time())
        for codes in _portions(gone):
            with self._store.database.transaction() as connection:
                self._shops.remove(connection, codes)


def _state(before: Shop | None, after: Shop) -> ShopState:
    if before is None:
        return ShopState.CREATED
    return ShopState.UNCHANGED if before == after else ShopState.CHANGED


def _portions(rows: Sequence[T]) -> Iterator[list[T]]:
    remaining = iter(rows)
    while some := list(islice(remaining, WRITTEN_AT_ONCE)):
        yield some
