"""Why a member is in a segment, or is not: each clause, and what was found for it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.ids import MemberId
from privcrm.models.segments import And, Condition, GroupOnly, HasAnyTagOf, HasFact, HasTag, InAnyGroup, InGroup, Not
from privcrm.models.segments.combining import Combination, fold
from privcrm.models.segments.conditions import InGroupTagged
from privcrm.services.files.sentences import say
from privcrm.services.segments.resolving import Resolver
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.clause_sql import CUSTOMER, ClauseSql
from privcrm.store.mirror.facts import members_with_among
from privcrm.store.mirror.lookups import Lookups

__all__ = ["Evidence", "Explainer", "Explanation", "Finding"]

MOST_SHOWN: Final = 20
_EPOCH: Final = date(1970, 1, 1)
_GROUPS: Final = (InGroup, InAnyGroup, InGroupTagged, GroupOnly)


@frozen
class Evidence:
    """A relation or a group for which a clause holds; fields that do not apply are empty.

    ``added`` is the day in Beijing on which the relation began, None if the vendor did not tell.
    """

    staff_id: str = ""
    added: date | None = None
    channel: str = ""
    tags: tuple[str, ...] = ()
    group_id: str = ""
    group_name: str = ""


@frozen
class Finding:
    """One line of an explanation: a clause, or a combination ("all", "any", "not") of the lines deeper below it."""

    depth: int
    kind: str
    text: str
    holds: bool
    found: tuple[Evidence, ...] = ()


@frozen
class Explanation:
    """Whether an expression selects a member, with the lines of its tree from the root down.

    ``is_customer`` is false for somebody with no live relation: only expressions with ``GroupOnly()`` select those.
    """

    member_id: MemberId
    selected: bool
    is_customer: bool
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return "\n".join(f"{'  ' * each.depth}{'+' if each.holds else '-'} {each.text}" for each in self.findings)


class Explainer:
    """Explains on one connection; ``now`` is unix seconds."""

    def __init__(self, database: Database, connection: Connection, now: float) -> None:
        self._company = database.company
        self._connection = connection
        self._lookups = Lookups(database, connection, now)
        self._sql = ClauseSql(self._lookups)
        self._resolver = Resolver(database, connection)

    def explain(self, member_id: str, condition: Condition) -> Explanation:
        """Return why a resolved condition selects a member or not; raises ``InputError`` for an unknown member."""
        row = self._connection.one(
            "SELECT number FROM privcrm_member WHERE company = ? AND member_id = ?", self._company, member_id
        )
        if row is None:
            raise InputError(say("the mirror knows no such member"))
        number = int(row[0])
        truth: dict[int, bool] = {}
        fold(condition, lambda clause: self._note(truth, clause, number), lambda node, parts: _join(truth, node, parts))
        is_customer = self._is(number, CUSTOMER)
        asks = any(isinstance(clause, GroupOnly) for clause in condition.clauses())
        meant = is_customer or (asks and self._is(number, self._sql.of_member(InAnyGroup()).text))
        lines = tuple(self._lines(condition, truth, number))
        return Explanation(MemberId(member_id), meant and truth[id(condition)], is_customer, lines)

    def _note(self, truth: dict[int, bool], clause: Condition, number: int) -> bool:
        if isinstance(clause, HasFact):
            holds = bool(members_with_among(self._connection, self._company, clause, [number]))
        else:
            sql = self._sql.of_member(clause)
            holds = self._is(number, sql.text, *sql.params)
        truth[id(clause)] = holds
        return holds

    def _is(self, number: int, sql: str, *params: object) -> bool:
        row = self._connection.one(
            f"SELECT 1 FROM privcrm_member m WHERE m.company = ? AND m.number = ? AND {sql}",  # noqa: S608 - of our own
            *(self._company, number, *params),
        )
        return row is not None

    def _lines(self, condition: Condition, truth: dict[int, bool], number: int) -> list[Finding]:
        lines: list[Finding] = []
        todo = [(0, condition)]
        while todo:
            depth, step = todo.pop()
            holds = truth[id(step)]
            if isinstance(step, Combination):
                kind = "not" if isinstance(step, Not) else "all" if isinstance(step, And) else "any"
                lines.append(Finding(depth, kind, kind, holds))
                todo += [(depth + 1, part) for part in reversed(step.below())]
            else:
                found = self._evidence(step, number) if holds else ()
                lines.append(Finding(depth, "clause", self._resolver.shown(step), holds, found))
        return lines

    def _evidence(self, clause: Condition, number: int) -> tuple[Evidence, ...]:
        if isinstance(clause, _GROUPS):
            return self._groups(clause, number)
        sql = self._sql.of_relation(clause)
        if sql is None:
            return ()
        rows = self._connection.all(
            "SELECT f.staff, s.shown_id, f.day, f.state FROM privcrm_follow f"  # noqa: S608 - of our own
            " JOIN privcrm_staff s ON s.company = f.company AND s.number = f.staff"
            f" WHERE f.company = ? AND f.member = ? AND {sql.text} ORDER BY f.staff LIMIT ?",
            *(self._company, number, *sql.params, MOST_SHOWN),
        )
        return tuple(
            Evidence(
                shown_id,
                _EPOCH + timedelta(days=day) if day else None,
                state,
                self._tags(clause, number, staff) if isinstance(clause, HasTag | HasAnyTagOf) else (),
            )
            for staff, shown_id, day, state in rows
        )

    def _tags(self, clause: HasTag | HasAnyTagOf, number: int, staff: int) -> tuple[str, ...]:
        wanted = set(self._lookups.tags(clause))
        rows = self._connection.all(
            "SELECT w.tag, t.tag_id FROM privcrm_follow_tag w"
            " JOIN privcrm_tag t ON t.company = w.company AND t.number = w.tag"
            " WHERE w.company = ? AND w.member = ? AND w.staff = ? ORDER BY w.tag",
            *(self._company, number, staff),
        )
        return tuple(self._resolver.names.title(tag_id) for tag, tag_id in rows if tag in wanted)

    def _groups(self, clause: Condition, number: int) -> tuple[Evidence, ...]:
        rows = self._connection.all(
            "SELECT k.group_id, k.name FROM privcrm_member m"
            " JOIN privcrm_known_group_member g ON g.company = m.company AND g.user_id = m.member_id AND g.is_staff = 0"
            " JOIN privcrm_known_group k ON k.company = g.company AND k.group_id = g.group_id AND k.lives = 1"
            " WHERE m.company = ? AND m.number = ? ORDER BY k.group_id LIMIT ?",
            *(self._company, number, MOST_SHOWN),
        )
        only = None
        if isinstance(clause, InGroup):
            only = {clause.group_id}
        elif isinstance(clause, InGroupTagged):
            only = set(self._lookups.groups_tagged(clause.tag))
        return tuple(Evidence(group_id=each, group_name=name) for each, name in rows if only is None or each in only)


def _join(truth: dict[int, bool], node: Condition, parts: Sequence[bool]) -> bool:
    holds = not parts[0] if isinstance(node, Not) else all(parts) if isinstance(node, And) else any(parts)
    truth[id(node)] = holds
    return holds
