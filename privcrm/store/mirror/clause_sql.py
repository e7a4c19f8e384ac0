"""Clauses of segments as plain SQL: what must be true of a relation, and what of a member."""

from collections.abc import Iterable
from typing import Any, Final

from attrs import frozen

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
    HasTag,
    InAnyGroup,
    InGroup,
    InGroupTagged,
    InRegion,
    InShop,
)
from privcrm.store.mirror.lookups import Lookups
from privcrm.store.mirror.truth import DELETED_BY_MEMBER

__all__ = ["ANYBODY", "CUSTOMER", "ClauseSql", "Sql"]


@frozen
class Sql:
    """A condition and its parameters."""

    text: str
    params: tuple[Any, ...] = ()


_IN_GROUP: Final = (
    "EXISTS (SELECT 1 FROM privcrm_known_group_member g JOIN privcrm_known_group k"
    " ON k.company = g.company AND k.group_id = g.group_id AND k.lives = 1"
    " WHERE g.company = m.company AND g.user_id = m.member_id AND g.is_staff = 0{more})"
)

CUSTOMER: Final = (
    "EXISTS (SELECT 1 FROM privcrm_follow f WHERE f.company = m.company AND f.member = m.number AND f.live = 1)"
)
"""That a member ``m`` has a live relation."""

ANYBODY: Final = f"({CUSTOMER} OR {_IN_GROUP.format(more='')})"
"""That a member ``m`` has a live relation, or is in a group."""


class ClauseSql:
    """Puts clauses into SQL; the members are called ``m`` there, and their relations ``f``."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups

    def of_member(self, clause: Condition) -> Sql:
        """Return what must be true of a member. Facts are no SQL of this kind: they raise ``TypeError``."""
        match clause:
            case InGroup():
                return Sql(_IN_GROUP.format(more=" AND g.group_id = ?"), (clause.group_id,))
            case InAnyGroup():
                return Sql(_IN_GROUP.format(more=""))
            case InGroupTagged():
                tagged = (
                    " AND EXISTS (SELECT 1 FROM privcrm_group_tag t WHERE t.company = g.company"
                    " AND t.group_id = g.group_id AND t.name = ?)"
                )
                return Sql(_IN_GROUP.format(more=tagged), (clause.tag,))
            case GroupOnly():
                return Sql(f"({_IN_GROUP.format(more='')} AND NOT {CUSTOMER})")
            case _:
                relation = self.of_relation(clause)
                if relation is None:
                    raise TypeError(f"{type(clause).__name__} is not told by the rows of members")
                return Sql(
                    "EXISTS (SELECT 1 FROM privcrm_follow f WHERE f.company = m.company AND f.member = m.number"
                    f" AND {relation.text})",
                    relation.params,
                )

    def of_relation(self, clause: Condition) -> Sql | None:
        """Return what must be true of a relation ``f``; None for a clause that speaks of no relation."""
        sql = self._unnarrowed(clause)
        staff_id: str | None = getattr(clause, "staff", None)
        if sql is None or staff_id is None:
            return sql
        return Sql(f"f.staff = ? AND {sql.text}", (self._lookups.staff(staff_id), *sql.params))

    def _unnarrowed(self, clause: Condition) -> Sql | None:
        match clause:
            case HasTag() | HasAnyTagOf():
                return self._tagged(clause)
            case InShop() | InRegion():
                return Sql(f"f.live = 1 AND f.staff IN ({_listed(self._lookups.staff_of(clause))})")
            case FollowedBy():
                return Sql("f.live = 1")
            case FromChannel():
                return Sql("f.live = 1 AND f.state = ?", (clause.state,))
            case AddedWithin() | AddedAfter() | AddedBefore():
                return Sql("f.live = 1 AND f.day BETWEEN ? AND ?", self._lookups.days(clause))
            case _:
                ended = Sql("f.live = 0 AND f.ended_how = ?", (DELETED_BY_MEMBER,))
                return ended if isinstance(clause, DeletedStaff) else None

    def _tagged(self, clause: HasTag | HasAnyTagOf) -> Sql:
        return Sql(
            "f.live = 1 AND EXISTS (SELECT 1 FROM privcrm_follow_tag t WHERE t.company = f.company"
            f" AND t.member = f.member AND t.staff = f.staff AND t.tag IN ({_listed(self._lookups.tags(clause))}))"
        )


def _listed(numbers: Iterable[int]) -> str:
    """Return numbers of ours for an IN list: there may be more than a statement takes parameters."""
    return ", ".join(map(str, numbers)) or "NULL"
