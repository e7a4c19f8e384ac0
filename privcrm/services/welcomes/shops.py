"""Shops as welcomes know them: who works there."""

from collections.abc import Mapping

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models import DepartmentId, StaffId, staff_key
from privcrm.models.fields import checked
from privcrm.provider.ports import StaffPort


@frozen(slots=False, field_transformer=checked)
class ShopStaff:
    """Who works in a shop: employees, and those of departments and all below them."""

    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()


class Shops:
    """The shops that rules may name; departments are read when first needed, and anew by ``refresh``."""

    def __init__(self, directory: StaffPort) -> None:
        self._directory = directory
        self._shops: Mapping[str, ShopStaff] = {}
        self._people: dict[str, frozenset[str]] = {}

    def set(self, shops: Mapping[str, ShopStaff]) -> None:
        """Replace them all."""
        self._shops, self._people = dict(shops), {}

    def check(self, names: tuple[str, ...]) -> None:
        """Raise ``InputError`` for a shop that is not among them."""
        for name in names:
            if name not in self._shops:
                known = ", ".join(sorted(self._shops)) or "none"
                raise InputError(f"no shop is called {name!r}: name it with set_shops first; known: {known}")

    def employs(self, shop: str, staff_id: str) -> bool:
        """Tell whether an employee works there; raises what reading a department raises."""
        if shop not in self._people:
            self._people[shop] = self._read(self._shops[shop])
        return staff_key(staff_id) in self._people[shop]

    def refresh(self) -> bool:
        """Read departments anew; return whether there are any."""
        read = {name: self._read(shop) for name, shop in self._shops.items() if shop.department_ids}
        self._people.update(read)
        return bool(read)

    def _read(self, shop: ShopStaff) -> frozenset[str]:
        below = (one.staff_id for each in shop.department_ids for one in self._directory.list(each))
        return frozenset(map(staff_key, (*shop.staff_ids, *below)))
