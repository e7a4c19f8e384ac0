"""An employee has another id: everything that names the old one names the new one, in one transaction.

What is kept by number stays as it is. If the new id was met before the renaming was known, two numbers stand for one
employee: they become the older one.
"""

import json
from typing import Any, Final, TypeAlias

from attrs import frozen

from privcrm.models import staff_key
from privcrm.store.database import Connection, Database, marks
from privcrm.store.mirror.directory import Directory, StaffRow
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark, Marks
from privcrm.store.mirror.shops import Shops

__all__ = ["BY_ID", "BY_NUMBER", "ELSEWHERE", "IN_JSON", "IdColumn", "JsonColumn", "Renaming", "renamed"]

PAGE: Final = 500

_LIVE_JOBS: Final = "('preparing', 'ready', 'running', 'waiting', 'paused')"


Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@frozen
class IdColumn:
    """A column that names employees: ``others`` is the rest of a primary key that it is part of.

    ``shown`` ids are as the vendor writes them, others in the form in which they are compared.
    """

    table: str
    column: str
    others: tuple[str, ...] = ()
    shown: bool = False


@frozen
class JsonColumn:
    """A column of JSON in which ids may stand; ``where`` leaves out what is history."""

    table: str
    column: str
    key: tuple[str, ...]
    where: str


BY_ID: Final = (
    IdColumn("known_follow", "staff_id", ("member_id",)),
    IdColumn("known_staff", "staff_id", ("company",)),
    IdColumn("known_group", "owner_id"),
    IdColumn("known_group_member", "user_id", ("group_id",)),
    IdColumn("known_group_member", "invited_by", shown=True),
    IdColumn("follow", "operator_id", shown=True),
    IdColumn("welcome", "staff", shown=True),
    IdColumn("staff_task", "staff_id", shown=True),
)
BY_NUMBER: Final = (
    IdColumn("tag_rule_hit", "staff", ("rule", "member", "tag_id")),
    IdColumn("deleted_tag_holder", "staff", ("tag", "member")),
    IdColumn("code_seat", "staff", ("code",)),
    IdColumn("code_day", "staff", ("code", "day")),
    IdColumn("code_add", "staff", ("code", "member", "at")),
    IdColumn("code_hold", "staff", ("code", "visitor")),
)
IN_JSON: Final = (
    JsonColumn(
        "item",
        "payload",
        ("job_id", "seq"),
        "state = 'planned' AND job_id IN"
        f" (SELECT j.id FROM privcrm_job j WHERE j.company = privcrm_item.company AND j.state IN {_LIVE_JOBS})",
    ),
    JsonColumn("job", "params", ("id",), f"state IN {_LIVE_JOBS}"),
    JsonColumn("timer", "payload", ("kind", "key"), "due > 0"),
    JsonColumn("sync_part", "staff", ("run", "part"), "state <> 'done'"),
)

ELSEWHERE: Final = frozenset(
    {
        ("staff", "staff_id"),  # the row of the employee itself
        ("follow", "staff"),  # merged row by row
        ("follow_tag", "staff"),
        ("staff_change", "staff"),
        ("shop_staff", "staff_id"),  # by Shops
        ("known_group", "owner_state"),  # no id
        ("code_group", "staff_seats"),  # no id
    }
)
"""Columns that are written by other means, or name nobody."""

_NAMES: Final = ("staff", "owner", "sender", "operator", "manager", "user_id")
_PLAIN_NAMES: Final = ("from", "to", "userid")


class Renaming:
    """Gives employees of a company their new ids, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company
        self._directory = Directory(database)
        self._shops = Shops(database)
        self._marks = Marks(database)

    def rename(self, connection: Connection, old: str, new: str, now: float) -> bool:
        """Write ``new`` wherever ``old`` stands; return False if nobody is known by the old id.

        An id that differs in case only is the same employee, shown in another way.
        """
        if not connection.is_sqlite:
            connection.run("SELECT pg_advisory_xact_lock(hashtext(?))", f"privcrm relations {self._company}")
        rows = self._directory.get(connection, [old, new])
        before, met = rows.get(staff_key(old)), rows.get(staff_key(new))
        if before is None:
            return False
        if met is not None and met.number != before.number:
            self._merge(connection, before.number, met.number)
        connection.run(
            "UPDATE privcrm_staff SET staff_id = ?, shown_id = ?, missing_since = 0 WHERE company = ? AND number = ?",
            *(staff_key(new), new, self._company, before.number),
        )
        if met is not None and met.number != before.number:
            self._take_state(connection, before.number, met)
        self._directory.note(connection, before.number, {"staff_id": (before.staff_id, new)}, now)
        for column in BY_ID:
            value = new if column.shown else staff_key(new)
            if value != staff_key(old):
                self._move(connection, column, staff_key(old), value)
        self._shops.rename_staff(connection, old, new)
        for where in IN_JSON:
            self._rewrite(connection, where, old, new)
        connection.run(
            "UPDATE privcrm_staff_rename SET state = 'confirmed' WHERE company = ? AND old = ? AND state = 'proposed'",
            *(self._company, before.number),
        )
        return True

    def _merge(self, connection: Connection, old: int, new: int) -> None:
        """Let the older number have all that the younger one has; what the vendor lists now counts.

        A relation that an event ended stays ended, unless it began anew since.
        """
        both = (
            "SELECT o.member FROM privcrm_follow o JOIN privcrm_follow n ON n.company = o.company"
            " AND n.member = o.member WHERE o.company = ? AND o.staff = ? AND n.staff = ?"
        )
        stays = "o.ended_at > 0 AND n.created_at <= o.ended_at"
        self._marks.put(connection, self._touched(connection, old, new))
        key = (self._company, old, new)
        for keeps, loser in ((stays, new), (f"NOT ({stays})", old)):
            for table in ("follow_tag", "follow"):
                connection.run(
                    f"DELETE FROM privcrm_{table} WHERE company = ? AND staff = ? AND member IN ({both} AND {keeps})",
                    *(self._company, loser, *key),
                )
        for table in ("follow_tag", "follow"):
            connection.run(
                f"UPDATE privcrm_{table} SET staff = ? WHERE company = ? AND staff = ?", old, self._company, new
            )
        for column in BY_NUMBER:
            self._move(connection, column, new, old)
        connection.run("DELETE FROM privcrm_staff_change WHERE company = ? AND staff = ?", self._company, new)
        connection.run("DELETE FROM privcrm_staff WHERE company = ? AND number = ?", self._company, new)

    def _touched(self, connection: Connection, old: int, new: int) -> list[Mark]:
        """Return what bitmaps must look at again: in all of those of members of either number."""
        found: dict[Mark, None] = {}
        rows = connection.all(
            "SELECT DISTINCT f.member, f.day, f.state, t.tag FROM privcrm_follow f LEFT JOIN privcrm_follow_tag t"
            " ON t.company = f.company AND t.member = f.member AND t.staff = f.staff"
            " WHERE f.company = ? AND f.staff IN (?, ?)",
            *(self._company, old, new),
        )
        for member, day, state, tag in rows:
            for number in (old, new):
                found[Kind.STAFF, str(number), member] = None
            for kind in (Kind.CUSTOMER, Kind.DELETED_STAFF):
                found[kind, EVERYBODY, member] = None
            found[Kind.DAY, str(day), member] = None
            if state:
                found[Kind.CHANNEL, state, member] = None
            if tag is not None:
                found[Kind.TAG, str(tag), member] = None
        return list(found)

    def _take_state(self, connection: Connection, number: int, met: StaffRow) -> None:
        connection.run(
            "UPDATE privcrm_staff SET name = ?, state = ?, departments = ?, position = ?, activated = ?, serves = ?"
            " WHERE company = ? AND number = ?",
            *(met.name, met.state, json.dumps(met.departments), met.position, int(met.activated), int(met.serves)),
            *(self._company, number),
        )

    def _move(self, connection: Connection, column: IdColumn, old: object, new: object) -> None:
        """Write a value in place of another; where both are there, the row of the new one stays."""
        table, name = f"privcrm_{column.table}", column.column
        if column.others:
            same = " AND ".join(f"x.{other} = {table}.{other}" for other in column.others)
            connection.run(
                f"DELETE FROM {table} WHERE company = ? AND {name} = ? AND EXISTS"
                f" (SELECT 1 FROM {table} x WHERE x.company = {table}.company AND x.{name} = ? AND {same})",
                *(self._company, old, new),
            )
        what = f"lower({name})" if column.shown else name
        connection.run(f"UPDATE {table} SET {name} = ? WHERE company = ? AND {what} = ?", new, self._company, old)

    def _rewrite(self, connection: Connection, where: JsonColumn, old: str, new: str) -> None:
        """Write the new id into JSON texts, page by page."""
        table, names = f"privcrm_{where.table}", ", ".join(where.key)
        same = " AND ".join(f"{name} = ?" for name in where.key)
        after: tuple[Any, ...] = ()
        while True:
            behind = f" AND ({names}) > ({marks(after)})" if after else ""
            rows = connection.all(
                f"SELECT {names}, {where.column} FROM {table} WHERE company = ? AND {where.where}"
                f" AND lower({where.column}) LIKE ? ESCAPE '!'{behind} ORDER BY {names} LIMIT ?",
                *(self._company, f'%"{_escaped(staff_key(old))}"%', *after, PAGE),
            )
            connection.run_many(
                f"UPDATE {table} SET {where.column} = ? WHERE company = ? AND {same}",
                [(renamed(row[-1], old, new), self._company, *row[:-1]) for row in rows],
            )
            if len(rows) < PAGE:
                return
            after = tuple(rows[-1][:-1])


def renamed(text: str, old: str, new: str) -> str:
    """Return a JSON text with an employee's new id in place of the old one, where names say that ids of staff stand.

    A list of nothing but texts at the top is one of ids.
    """
    value: Json = json.loads(text)
    changed = _renamed(value, staff_key(old), new, named=isinstance(value, list))
    return json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if changed != value else text


def _renamed(value: Json, old: str, new: str, *, named: bool) -> Json:
    if isinstance(value, str):
        return new if named and staff_key(value) == old else value
    if isinstance(value, list):
        return [_renamed(each, old, new, named=named) for each in value]
    if isinstance(value, dict):
        return {name: _renamed(each, old, new, named=_names_staff(name)) for name, each in value.items()}
    return value


def _names_staff(name: str) -> bool:
    return name in _PLAIN_NAMES or any(each in name for each in _NAMES)


def _escaped(text: str) -> str:
    """Return a text of which a pattern means nothing but itself, as it stands in JSON."""
    inside = json.dumps(text, ensure_ascii=False)[1:-1]
    return inside.replace("!", "!!").replace("%", "!%").replace("_", "!_")
