"""Who is in a segment, by the bitmaps."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pyroaring import BitMap

from privcrm.clock import Clock
from privcrm.models.segments.conditions import (
    AddedAfter,
    AddedBefore,
    AddedWithin,
    Condition,
    DeletedStaff,
    FollowedBy,
    FromChannel,
    GroupOnly,
    HasAnyTagOf,
    HasFact,
    HasTag,
    InAnyGroup,
    InGroup,
    InGroupTagged,
    InRegion,
    InShop,
)
from privcrm.models.segments.walk import evaluate
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.bitmaps import Bitmaps
from privcrm.store.mirror.clause_sql import ClauseSql
from privcrm.store.mirror.facts import members_with
from privcrm.store.mirror.lookups import Added, Lookups
from privcrm.store.mirror.marks import Kind

__all__ = ["ByBitmaps"]

_KEPT: Final = 64
_FEW_DAYS: Final = 400  # are asked for one by one; of more it is looked up which there are


class ByBitmaps:
    """Segments of a company by its bitmaps."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def select(self, expression: Condition) -> BitMap | None:
        """Return the numbers of the members that an expression selects; None if the bitmaps are not built.

        Raises ``InputError`` for a shop that does not exist.
        """
        with self._database.snapshot() as connection:
            bitmaps = Bitmaps(connection, self._database.company)
            if not bitmaps.are_ready:
                return None
            lookups = Lookups(self._database, connection, self._clock.time())
            return _Selection(connection, self._database.company, bitmaps, lookups).select(expression)


class _Selection:
    """One question, in one snapshot."""

    def __init__(self, connection: Connection, company: str, bitmaps: Bitmaps, lookups: Lookups) -> None:
        self._connection = connection
        self._company = company
        self._bitmaps = bitmaps
        self._lookups = lookups
        self._sql = ClauseSql(lookups)

    def select(self, expression: Condition) -> BitMap:
        everybody = self._bitmaps.everybody(Kind.CUSTOMER)
        if any(isinstance(clause, GroupOnly) for clause in expression.clauses()):
            everybody |= self._bitmaps.everybody(Kind.ANY_GROUP)
        leaf = lru_cache(_KEPT)(self._leaf)
        found: BitMap = evaluate(
            expression,
            leaf,
            both=lambda one, other: one & other,
            either=lambda one, other: one | other,
            negate=lambda part: everybody - part,
        )
        return everybody & found

    def _leaf(self, clause: Condition) -> BitMap:
        staff_id: str | None = getattr(clause, "staff", None)
        if staff_id is not None and not isinstance(clause, FollowedBy):
            return self._at_one(clause, staff_id)
        if isinstance(clause, HasFact):
            return BitMap(members_with(self._connection, self._company, clause))
        in_groups = self._of_groups(clause)
        return self._of_relations(clause) if in_groups is None else in_groups

    def _of_groups(self, clause: Condition) -> BitMap | None:
        match clause:
            case InGroup():
                return self._bitmaps.any_of(Kind.GROUP, [clause.group_id])
            case InGroupTagged():
                return self._bitmaps.any_of(Kind.GROUP, self._lookups.groups_tagged(clause.tag))
            case InAnyGroup():
                return self._bitmaps.everybody(Kind.ANY_GROUP)
            case GroupOnly():
                return self._bitmaps.everybody(Kind.ANY_GROUP) - self._bitmaps.everybody(Kind.CUSTOMER)
            case _:
                return None

    def _of_relations(self, clause: Condition) -> BitMap:
        match clause:
            case HasTag() | HasAnyTagOf():
                return self._numbered(Kind.TAG, self._lookups.tags(clause))
            case FollowedBy():
                return self._numbered(Kind.STAFF, [self._lookups.staff(clause.staff)])
            case InShop() | InRegion():
                return self._numbered(Kind.STAFF, self._lookups.staff_of(clause))
            case FromChannel():
                return self._bitmaps.any_of(Kind.CHANNEL, [clause.state])
            case AddedWithin() | AddedAfter() | AddedBefore():
                return self._begun(clause)
            case DeletedStaff():
                return self._bitmaps.everybody(Kind.DELETED_STAFF)
            case _:
                raise TypeError(f"{type(clause).__name__} is no clause that is known here")

    def _numbered(self, kind: Kind, numbers: Iterable[int]) -> BitMap:
        return self._bitmaps.any_of(kind, map(str, numbers))

    def _begun(self, clause: Added) -> BitMap:
        first, last = self._lookups.days(clause)
        if last - first < _FEW_DAYS:
            return self._numbered(Kind.DAY, range(first, last + 1))
        return self._bitmaps.any_of(
            Kind.DAY, [day for day in self._bitmaps.keys(Kind.DAY) if first <= int(day) <= last]
        )

    def _at_one(self, clause: Condition, staff_id: str) -> BitMap:
        """Return whom a clause holds for at one employee, by the rows of that one."""
        sql = self._sql.of_relation(clause)
        if sql is None:
            raise TypeError(f"{type(clause).__name__} cannot be narrowed to an employee")
        rows = self._connection.stream(
            f"SELECT f.member FROM privcrm_follow f WHERE f.company = ? AND f.staff = ? AND {sql.text}",
            *(self._company, self._lookups.staff(staff_id), *sql.params),
        )
        return BitMap(member for (member,) in rows)
