"""Facts in the store, and the question which members have one.

A fact hangs on an identity, and belongs to whoever has that identity: now, later, or after two ids were found to be
one person. So nothing is rewritten when an identity turns up. Of several facts of one name the newest decides, over
all sources and all ids of a person.
"""

from collections.abc import Collection, Generator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from privcrm.clock import VENDOR_TIME
from privcrm.models.fact import FactType, KnownValue, type_of
from privcrm.models.segments.conditions import Comparison, FactValue, HasFact
from privcrm.store.database import Connection, Database, Row, marks
from privcrm.store.mirror.persons import SAME, Persons

__all__ = ["FactRows", "members_with", "members_with_among", "to_columns", "value_of"]

_DAY: Final = 86_400.0
_NUMBERS: Final = (FactType.INT, FactType.FLOAT)
_DAYS: Final = (FactType.DATE, FactType.DATETIME)
_COLUMNS: Final = "f.type, f.text, f.number, f.at, f.source, f.kind, f.value"
_PUT: Final = (
    "INSERT INTO privcrm_fact (company, name, kind, value, source, type, text, number, at, imported_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, name, kind, value, source) DO UPDATE SET"
    " type = excluded.type, text = excluded.text, number = excluded.number, at = excluded.at,"
    " imported_at = excluded.imported_at WHERE excluded.at > privcrm_fact.at OR (excluded.at = privcrm_fact.at AND"
    " (excluded.type, excluded.text, excluded.number) <> (privcrm_fact.type, privcrm_fact.text, privcrm_fact.number))"
)


class FactRows:
    """The rows of facts of a company."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def put(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Write (name, kind, value, source, type, text, number, at, imported_at); return how many were news.

        An older one does not replace a newer one; of the same age, the later word counts.
        """
        return connection.run_many(_PUT, [(self._company, *row) for row in rows])

    def of(self, connection: Connection, kind: str, values: Collection[str]) -> list[Row]:
        """Return (name, kind, value, source, type, text, number, at, imported_at) of what hangs on identities."""
        if not values:
            return []
        return connection.all(
            "SELECT name, kind, value, source, type, text, number, at, imported_at FROM privcrm_fact"
            f" WHERE company = ? AND kind = ? AND value IN ({marks(values)}) ORDER BY name, at DESC, source, value",
            self._company,
            kind,
            *values,
        )

    def unbound(self, connection: Connection) -> dict[str, int]:
        """Return how many identities there are, by kind, that have facts and belong to nobody yet."""
        rows = connection.all(
            "SELECT kind, count(*) FROM (SELECT DISTINCT company, kind, value FROM privcrm_fact WHERE company = ?) f"
            " WHERE NOT EXISTS (SELECT 1 FROM privcrm_identity i"
            " WHERE i.company = f.company AND i.kind = f.kind AND i.value = f.value)"
            " AND NOT (f.kind = 'member_id' AND EXISTS (SELECT 1 FROM privcrm_member m"
            " WHERE m.company = f.company AND m.member_id = f.value)) GROUP BY kind",
            self._company,
        )
        return {str(kind): int(count) for kind, count in rows}


def members_with(connection: Connection, company: str, wanted: HasFact) -> Generator[int]:
    """Yield the numbers of the members who have a fact, or whose newest one compares as asked, each once.

    Until the last one, ``connection`` serves nothing else.
    """
    return _found(connection, company, wanted, None)


def members_with_among(connection: Connection, company: str, wanted: HasFact, numbers: Collection[int]) -> set[int]:
    """Return those of these members (a few hundred at most) whom ``members_with`` would yield."""
    return set(_found(connection, company, wanted, numbers)) if numbers else set()


def _found(connection: Connection, company: str, wanted: HasFact, among: Collection[int] | None) -> Generator[int]:
    persons = Persons(company)
    merged = persons.any_merged(connection)
    asked = None if among is None else sorted(persons.same(connection, among) if merged else among)
    holders, params = _holders(company, wanted.name, asked)
    tables, told = f"holders AS ({holders})", "holders"
    if merged:
        tables += f", {SAME}"
        params += [company, company]
        told = (
            "(SELECT * FROM holders UNION ALL SELECT s.b, h.type, h.text, h.number, h.at, h.source, h.kind, h.value"
            " FROM holders h JOIN same s ON s.a = h.member AND s.b <> s.a) told"
        )
    compares, values = _comparing(wanted.comparison, wanted.value)
    only = "" if among is None else f" AND member IN ({marks(among)})"
    sql = (
        f"WITH RECURSIVE {tables} SELECT member FROM (SELECT member, type, text, number, row_number() OVER"
        f" (PARTITION BY member ORDER BY at DESC, source, kind, value) AS place FROM {told}) newest"
        f" WHERE place = 1 AND {compares}{only}"
    )
    for row in connection.stream(sql, *params, *values, *(among or ())):
        yield row[0]


def _holders(company: str, name: str, among: Sequence[int] | None) -> tuple[str, list[Any]]:
    """Return the statement for facts of a name beside the numbers of their members, and its parameters.

    CROSS JOIN keeps SQLite from walking through the wrong table first.
    """
    fact = "f.company = ? AND f.name = ?"
    by_id = "m.company = f.company AND m.member_id = f.value AND f.kind = 'member_id'"
    by_identity = "i.company = f.company AND i.kind = f.kind AND i.value = f.value"
    by = f"SELECT m.number AS member, {_COLUMNS} FROM"
    or_by = f"UNION ALL SELECT i.member, {_COLUMNS} FROM"
    if among is None:
        sql = (
            f"{by} privcrm_fact f CROSS JOIN privcrm_member m WHERE {fact} AND {by_id}"
            f" {or_by} privcrm_fact f CROSS JOIN privcrm_identity i WHERE {fact} AND {by_identity}"
        )
        return sql, [company, name] * 2
    numbers = marks(among)
    sql = (
        f"{by} privcrm_member m CROSS JOIN privcrm_fact f WHERE {fact} AND {by_id}"
        f" AND m.company = ? AND m.number IN ({numbers})"
        f" {or_by} privcrm_identity i CROSS JOIN privcrm_fact f WHERE {fact} AND {by_identity}"
        f" AND i.company = ? AND i.member IN ({numbers})"
    )
    return sql, [company, name, company, *among] * 2


def _comparing(comparison: Comparison | None, value: FactValue | None) -> tuple[str, list[Any]]:
    if comparison is None or value is None:
        return "1 = 1", []
    kind = type_of(value)
    if kind in _DAYS:
        return _comparing_days(comparison, to_columns(value)[2])
    if kind is FactType.TEXT:
        return f"type = 'text' AND text {_SIGNS[comparison]} ?", [value]
    alike = _NUMBERS if kind in _NUMBERS else (kind,)
    types = ", ".join(f"'{each}'" for each in alike)
    return f"type IN ({types}) AND number {_SIGNS[comparison]} ?", [float(value)]  # type: ignore[arg-type]


def _comparing_days(comparison: Comparison, start: float) -> tuple[str, list[Any]]:
    """Compare with a day that begins at ``start``: a moment on it is equal to it."""
    types, end = "type IN ('date', 'datetime')", start + _DAY
    match comparison:
        case Comparison.EQUAL:
            return f"{types} AND number >= ? AND number < ?", [start, end]
        case Comparison.UNEQUAL:
            return f"{types} AND (number < ? OR number >= ?)", [start, end]
        case Comparison.LESS:
            return f"{types} AND number < ?", [start]
        case Comparison.AT_MOST:
            return f"{types} AND number < ?", [end]
        case Comparison.MORE:
            return f"{types} AND number >= ?", [end]
        case Comparison.AT_LEAST:
            return f"{types} AND number >= ?", [start]


_SIGNS: Final = {
    Comparison.EQUAL: "=",
    Comparison.UNEQUAL: "<>",
    Comparison.LESS: "<",
    Comparison.AT_MOST: "<=",
    Comparison.MORE: ">",
    Comparison.AT_LEAST: ">=",
}


def to_columns(value: KnownValue) -> tuple[str, str, float]:
    """Return type, text and number of a value; days and moments have their unix seconds for number."""
    kind = type_of(value)
    if isinstance(value, str):
        return kind, value, 0.0
    if isinstance(value, datetime):
        moment = value if value.tzinfo is not None else value.replace(tzinfo=VENDOR_TIME)
        return kind, moment.isoformat(), moment.timestamp()
    if isinstance(value, date):
        return kind, value.isoformat(), datetime.combine(value, time(), VENDOR_TIME).timestamp()
    return kind, str(value), float(value)


def value_of(kind: str, text: str) -> KnownValue:
    """Return the value of which ``to_columns`` made this."""
    match FactType(kind):
        case FactType.TEXT:
            return text
        case FactType.INT:
            return int(text)
        case FactType.FLOAT:
            return float(text)
        case FactType.BOOL:
            return text == str(True)
        case FactType.DATE:
            return date.fromisoformat(text)
        case FactType.DATETIME:
            return datetime.fromisoformat(text)
