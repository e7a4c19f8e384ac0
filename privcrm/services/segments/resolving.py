"""From an expression as it is written to one whose names are looked up."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from privcrm.errors import InputError
from privcrm.models.segments import (
    Condition,
    HasAnyTagOf,
    HasTag,
    InGroup,
    InGroupTagged,
    InRegion,
    InSegment,
    InShop,
    from_json,
    parse,
    rebuild,
    to_text,
)
from privcrm.services.files.sentences import say
from privcrm.services.segments.tag_names import TagNames
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.lookups import Lookups

__all__ = ["Resolver", "read"]

_ABOUT_TAGS: Final = (HasTag, HasAnyTagOf)


def read(expression: str | Mapping[str, Any] | Condition) -> Condition:
    """Return the condition that a text, a JSON object or a condition is; raises ``InputError``."""
    if isinstance(expression, Condition):
        return expression
    return parse(expression) if isinstance(expression, str) else from_json(expression)


class Resolver:
    """Looks names up on one connection."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._company = database.company
        self._connection = connection
        self._lookups = Lookups(database, connection, 0)
        self._names: TagNames | None = None

    @property
    def names(self) -> TagNames:
        """The tag library; read when it is first asked for."""
        if self._names is None:
            self._names = TagNames(self._connection, self._company)
        return self._names

    def resolved(self, condition: Condition, saved: Callable[[str], Condition]) -> Condition:
        """Return the condition with the ids of its tags; raises ``InputError`` for what the mirror does not know.

        ``saved`` returns what a saved segment asks for, which was resolved when that was saved.
        """
        return rebuild(condition, lambda each: saved(each.name) if isinstance(each, InSegment) else self._clause(each))

    def shown(self, condition: Condition) -> str:
        """Return the condition as text for people, with the names of today."""
        has_tags = any(isinstance(clause, _ABOUT_TAGS) for clause in condition.clauses())
        return to_text(condition, names=self.names.titles(condition) if has_tags else {}, ids=False)

    def gone(self, condition: Condition) -> str:
        """Return why a condition cannot be used any more, "" if it can."""
        has_tags = any(isinstance(clause, _ABOUT_TAGS) for clause in condition.clauses())
        return self.names.gone(condition) if has_tags else ""

    def _clause(self, clause: Condition) -> Condition:
        staff_id: str | None = getattr(clause, "staff", None)
        if staff_id is not None and self._lookups.staff(staff_id) < 0:
            raise InputError(say("the mirror knows no employee {staff!r}", staff=staff_id))
        match clause:
            case HasTag() | HasAnyTagOf():
                return self.names.resolved(clause)
            case InShop() | InRegion():
                self._lookups.staff_of(clause)
            case InGroup():
                self._see_group(clause.group_id)
            case InGroupTagged() if not self._lookups.groups_tagged(clause.tag):
                raise InputError(say("no group carries the group tag {tag!r}", tag=clause.tag))
            case _:
                pass
        return clause

    def _see_group(self, group_id: str) -> None:
        row = self._connection.one(
            "SELECT 1 FROM privcrm_known_group WHERE company = ? AND group_id = ?", self._company, group_id
        )
        if row is None:
            raise InputError(say("the mirror knows no group {group!r}", group=group_id))
