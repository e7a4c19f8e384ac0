"""What clauses of segments speak of, as numbers and keys of the mirror."""

from datetime import date
from typing import Final

from privcrm.models.ids import staff_key
from privcrm.models.segments.conditions import (
    AddedAfter,
    AddedBefore,
    AddedWithin,
    HasAnyTagOf,
    HasTag,
    InRegion,
    InShop,
)
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.entries import day_of
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.shops import Shops

__all__ = ["Added", "Lookups"]

Added = AddedWithin | AddedAfter | AddedBefore

_EPOCH: Final = date(1970, 1, 1)
_FIRST_DAY: Final = 1  # a relation of day 0 is one of which the vendor did not tell when it began
_LAST_DAY: Final = 10_000_000


class Lookups:
    """Looks up on one connection; ``now`` is unix seconds."""

    def __init__(self, database: Database, connection: Connection, now: float) -> None:
        self._company = database.company
        self._connection = connection
        self._numbers = Numbers(database)
        self._shops = Shops(database)
        self._today = day_of(int(now))

    def tags(self, clause: HasTag | HasAnyTagOf) -> list[int]:
        """Return the numbers of the tags that a clause speaks of: none, if the mirror knows no such tag."""
        if isinstance(clause, HasTag):
            return list(self._numbers.tags(self._connection, [clause.tag_id or clause.tag]).values())
        rows = self._connection.all(
            "SELECT number FROM privcrm_tag WHERE company = ? AND group_id = ? AND deleted_at = 0 ORDER BY number",
            *(self._company, clause.group_id or clause.group),
        )
        return [number for (number,) in rows]

    def staff(self, staff_id: str) -> int:
        """Return the number of an employee, -1 for one who is not known."""
        return self._numbers.staff(self._connection, [staff_id]).get(staff_key(staff_id), -1)

    def staff_of(self, clause: InShop | InRegion) -> list[int]:
        """Return the numbers of the employees of a shop or region; raises ``InputError`` if there is none such."""
        if isinstance(clause, InShop):
            return self._shops.staff_numbers_of_shop(self._connection, clause.code)
        return self._shops.staff_numbers_of_region(self._connection, clause.region)

    def groups_tagged(self, tag: str) -> list[str]:
        """Return the ids of the groups that carry a group tag."""
        rows = self._connection.all(
            "SELECT group_id FROM privcrm_group_tag WHERE company = ? AND name = ? ORDER BY group_id",
            *(self._company, tag),
        )
        return [group_id for (group_id,) in rows]

    def days(self, clause: Added) -> tuple[int, int]:
        """Return the first and the last day (in Beijing, from 1970-01-01) on which a relation may have begun."""
        match clause:
            case AddedWithin():
                return max(_FIRST_DAY, self._today - clause.days), self._today
            case AddedAfter():
                return max(_FIRST_DAY, (clause.day - _EPOCH).days), _LAST_DAY
            case AddedBefore():
                return _FIRST_DAY, (clause.day - _EPOCH).days - 1
