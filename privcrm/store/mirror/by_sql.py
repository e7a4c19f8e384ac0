"""Who is in a segment, asked of the rows by plain SQL.

An expression is one statement, as long as databases can take it. What is longer or deeper, or speaks of facts, is put
together here from sets of members, range by range, so that memory stays flat.
"""

from collections.abc import Collection, Generator, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from privcrm.clock import Clock
from privcrm.models.segments.combining import And, Condition, Not, fold
from privcrm.models.segments.conditions import GroupOnly, HasFact
from privcrm.models.segments.walk import evaluate
from privcrm.store.database import Connection, Database, in_pages
from privcrm.store.mirror.clause_sql import ANYBODY, CUSTOMER, ClauseSql, Sql
from privcrm.store.mirror.facts import members_with_among
from privcrm.store.mirror.lookups import Lookups

__all__ = ["BySql"]

PAGE: Final = 5_000
RANGE: Final = 10_000
MOST_CLAUSES: Final = 200
DEEPEST: Final = 10  # SQLite's parser gives up at some thirty parentheses within one another
_KEPT: Final = 256
_ASKED_AT_ONCE: Final = 500


class BySql:
    """Segments of a company by its rows; ``in_ranges`` asks even short expressions piecemeal."""

    def __init__(self, database: Database, clock: Clock, *, in_ranges: bool = False) -> None:
        self._database = database
        self._company = database.company
        self._clock = clock
        self._in_ranges = in_ranges

    def count(self, expression: Condition) -> int:
        """Return how many members an expression selects. Raises ``InputError`` for a shop that does not exist."""
        if not self._fits(expression):
            return sum(map(len, self._ranges(expression)))
        with self._database.snapshot() as connection:
            sql = self._statement(connection, expression)
            row = connection.one(
                f"SELECT COUNT(*) FROM privcrm_member m WHERE m.company = ? AND {sql.text}",
                *(self._company, *sql.params),
            )
        return int(row[0]) if row else 0

    def numbers(self, expression: Condition) -> Iterator[int]:
        """Yield the numbers of the members that an expression selects, in order. Raises as ``count``."""
        if not self._fits(expression):
            return (number for some in self._ranges(expression) for number in some)
        with self._database.connect() as connection:
            sql = self._statement(connection, expression)
        rows = in_pages(
            self._database,
            f"SELECT m.number FROM privcrm_member m WHERE m.company = ? AND {sql.text}"
            " AND m.number > ? ORDER BY m.number LIMIT ?",
            (self._company, *sql.params),
            (-1,),
            PAGE,
        )
        return (number for (number,) in rows)

    def among(self, expression: Condition, numbers: Sequence[int]) -> set[int]:
        """Return those of these members whom an expression selects. Raises as ``count``."""
        found: set[int] = set()
        for start in range(0, len(numbers), _ASKED_AT_ONCE):
            some = numbers[start : start + _ASKED_AT_ONCE]
            listed = Sql(f"m.number IN ({', '.join(map(str, some))})")
            with self._database.snapshot() as connection:
                found |= self._found(connection, expression, listed)
        return found

    def _fits(self, expression: Condition) -> bool:
        if any(place >= MOST_CLAUSES or isinstance(each, HasFact) for place, each in enumerate(expression.clauses())):
            return False
        depth = fold(expression, lambda _: 1, lambda _, parts: 1 + max(parts))
        return depth <= DEEPEST and not self._in_ranges

    def _statement(self, connection: Connection, expression: Condition) -> Sql:
        clauses = self._clauses(connection)
        sql = fold(expression, clauses.of_member, _joined)
        return Sql(f"{_universe(expression)} AND {sql.text}", sql.params)

    def _ranges(self, expression: Condition) -> Generator[list[int]]:
        """Yield the numbers of the members selected, range by range."""
        with self._database.connect() as connection:
            row = connection.one("SELECT MAX(number) FROM privcrm_member WHERE company = ?", self._company)
        last = -1 if row is None or row[0] is None else int(row[0])
        for start in range(0, last + 1, RANGE):
            within = Sql("m.number >= ? AND m.number < ?", (start, start + RANGE))
            with self._database.snapshot() as connection:
                found = self._found(connection, expression, within)
            yield sorted(found)

    def _found(self, connection: Connection, expression: Condition, within: Sql) -> set[int]:
        clauses = self._clauses(connection)
        everybody = self._members(connection, within, Sql(_universe(expression)))
        if not everybody:
            return everybody

        @lru_cache(_KEPT)
        def leaf(clause: Condition) -> set[int]:
            if isinstance(clause, HasFact):
                return self._with_fact(connection, clause, everybody)
            return self._members(connection, within, clauses.of_member(clause))

        found: set[int] = evaluate(
            expression,
            leaf,
            both=lambda one, other: one & other,
            either=lambda one, other: one | other,
            negate=everybody.difference,
        )
        return everybody & found

    def _members(self, connection: Connection, within: Sql, condition: Sql) -> set[int]:
        rows = connection.all(
            f"SELECT m.number FROM privcrm_member m WHERE m.company = ? AND {within.text} AND {condition.text}",
            *(self._company, *within.params, *condition.params),
        )
        return {number for (number,) in rows}

    def _with_fact(self, connection: Connection, clause: HasFact, among: Collection[int]) -> set[int]:
        numbers = sorted(among)
        portions = (numbers[start : start + _ASKED_AT_ONCE] for start in range(0, len(numbers), _ASKED_AT_ONCE))
        found: set[int] = set()
        return found.union(*(members_with_among(connection, self._company, clause, some) for some in portions))

    def _clauses(self, connection: Connection) -> ClauseSql:
        return ClauseSql(Lookups(self._database, connection, self._clock.time()))


def _universe(expression: Condition) -> str:
    """Return among whom an expression selects: people known from groups only are asked for by name."""
    return ANYBODY if any(isinstance(clause, GroupOnly) for clause in expression.clauses()) else CUSTOMER


def _joined(node: Condition, parts: Sequence[Sql]) -> Sql:
    params: tuple[Any, ...] = tuple(value for part in parts for value in part.params)
    if isinstance(node, Not):
        return Sql(f"NOT {parts[0].text}", params)
    sign = " AND " if isinstance(node, And) else " OR "
    return Sql(f"({sign.join(part.text for part in parts)})", params)
