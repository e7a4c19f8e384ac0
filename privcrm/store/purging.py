"""Deleting what is old, in transactions short enough for other writers to get a turn.

What is old is found by reading, step by step, and asked once more in the transaction that deletes it. A rule's own row
goes first, what goes with it after: whatever ends this in between, the next purge finds what is left by its owner's
absence.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Final, Protocol

from privcrm.store.database import Connection, Database, Row, marks
from privcrm.store.retention import Along, Rule

__all__ = ["PlainRemover", "Purging", "Remover", "still_old"]

STEP: Final = 2_000
OWNERS_AT_ONCE: Final = 500
ROWS_AT_ONCE: Final = 1_000

Tell = Callable[[int, Row], None]
"""Hears now and then how many more rows of the rule went, and up to which key; may raise to end the purge there."""


class Remover(Protocol):
    """Knows how rows of one rule are deleted."""

    def chosen(self, connection: Connection, keys: Sequence[Row], before: float) -> Sequence[Row]:
        """Return which of these old rows may go."""
        ...

    def remove(self, connection: Connection, keys: Sequence[Row], before: float) -> int:
        """Delete those of these rows that are still old, inside the transaction; return how many there were."""
        ...


class PlainRemover:
    """Deletes rows, and those that go together with them."""

    def __init__(self, database: Database, rule: Rule) -> None:
        self._company = database.company
        self._rule = rule

    def chosen(self, connection: Connection, keys: Sequence[Row], before: float) -> Sequence[Row]:
        """Return all of them."""
        del connection, before
        return keys

    def remove(self, connection: Connection, keys: Sequence[Row], before: float) -> int:
        """Delete them by their keys."""
        keys = still_old(connection, self._company, self._rule, keys, before)
        for along in self._rule.along:
            if along.together:
                self._delete(connection, along.table, (along.column,), keys)
        return self._delete(connection, self._rule.table, self._rule.key, keys)

    def _delete(self, connection: Connection, table: str, columns: Sequence[str], keys: Sequence[Row]) -> int:
        where = " AND ".join(f"{column} = ?" for column in columns)
        rows = [(self._company, *key) for key in keys]
        return connection.run_many(f"DELETE FROM privcrm_{table} WHERE company = ? AND {where}", rows)


class Purging:
    """Applies rules to the rows of a company."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def count(self, rule: Rule, before: float, remover: Remover, tell: Tell) -> None:
        """Tell how many rows would go."""
        for keys, place in self._pages(rule, before, rule.first):
            with self._database.connect() as connection:
                chosen = remover.chosen(connection, keys, before)
            tell(len(chosen), place)

    def apply(self, rule: Rule, before: float, remover: Remover, tell: Tell, after: Row | None = None) -> None:
        """Delete the rows that are old, and what goes with them or was left by an earlier purge.

        ``after`` is the place at which an earlier one was ended.
        """
        begin = place = after or rule.first
        for keys, place in self._pages(rule, before, begin):
            removed = self._remove(remover, keys, before) if keys else 0
            tell(removed, place)
        for along in rule.along:
            if not along.together:
                self._sweep(rule, along, lambda: tell(0, place))

    def _remove(self, remover: Remover, keys: Sequence[Row], before: float) -> int:
        with self._database.transaction() as connection:
            return remover.remove(connection, keys, before)

    def _pages(self, rule: Rule, before: float, after: Row) -> Generator[tuple[list[Row], Row]]:
        """Yield the keys of old rows, a transaction's worth at a time, and the place up to which that is all.

        Young rows are walked past in bounded steps.
        """
        while True:
            with self._database.connect() as connection:
                last = self._step(connection, rule, after)
                found = self._old(connection, rule, before, after, last)
            for start in range(0, len(found), rule.at_once):
                some = found[start : start + rule.at_once]
                yield some, some[-1]
            if last is None:
                return
            after = last
            yield [], after

    def _step(self, connection: Connection, rule: Rule, after: Row) -> Row | None:
        """Return the last key of a step, or None if the rest is no longer than one."""
        key = ", ".join(rule.key)
        return connection.one(
            f"SELECT {key} FROM privcrm_{rule.table} WHERE company = ? AND ({key}) > ({marks(after)})"
            f" ORDER BY {key} LIMIT 1 OFFSET ?",
            *(self._company, *after, STEP - 1),
        )

    def _old(self, connection: Connection, rule: Rule, before: float, after: Row, last: Row | None) -> list[Row]:
        """Return the keys of the old rows behind one, up to and with another."""
        key = ", ".join(f"t.{column}" for column in rule.key)
        until = "" if last is None else f" AND ({key}) <= ({marks(last)})"
        return connection.all(
            f"SELECT {key} FROM privcrm_{rule.table} t WHERE t.company = ? AND ({key}) > ({marks(after)}){until}"
            f" AND ({rule.old}) ORDER BY {key} LIMIT ?",
            *(self._company, *after, *(last or ()), *_moments(rule, before), STEP),
        )

    def _sweep(self, rule: Rule, along: Along, tell: Callable[[], None]) -> None:
        """Delete the rows whose owner is no more."""
        while owners := self._without_owner(rule, along):
            for owner in owners:
                while self._delete_some(along, owner):
                    tell()

    def _without_owner(self, rule: Rule, along: Along) -> list[str]:
        """Return what stands for owners who are no more, hopping from one to the next by the index."""
        column, table, owner = along.column, f"privcrm_{along.table}", along.owner.format("owned.by")
        with self._database.connect() as connection:
            rows = connection.all(
                f"WITH RECURSIVE owned(by) AS (SELECT min({column}) FROM {table} WHERE company = ? UNION ALL"
                f" SELECT (SELECT min({column}) FROM {table} WHERE company = ? AND {column} > owned.by) FROM owned"
                " WHERE owned.by IS NOT NULL) SELECT owned.by FROM owned WHERE owned.by IS NOT NULL AND NOT EXISTS"
                f" (SELECT 1 FROM privcrm_{rule.table} p WHERE p.company = ? AND p.{rule.key[0]} = {owner}) LIMIT ?",
                *(self._company, self._company, self._company, OWNERS_AT_ONCE),
            )
        return [by for (by,) in rows]

    def _delete_some(self, along: Along, owner: str) -> bool:
        """Delete a bounded number of an owner's rows; return whether there may be more."""
        place, mine = ", ".join(along.place), f"privcrm_{along.table} WHERE company = ? AND {along.column} = ?"
        with self._database.transaction() as connection:
            last = connection.one(
                f"SELECT {place} FROM {mine} ORDER BY {place} LIMIT 1 OFFSET ?",
                *(self._company, owner, ROWS_AT_ONCE - 1),
            )
            if last is None:
                connection.run(f"DELETE FROM {mine}", self._company, owner)
                return False
            connection.run(f"DELETE FROM {mine} AND ({place}) <= ({marks(last)})", self._company, owner, *last)
            return True


def still_old(connection: Connection, company: str, rule: Rule, keys: Sequence[Row], before: float) -> list[Row]:
    """Return those of these rows that are old, and hold them until the transaction ends."""
    if not keys:
        return []
    key = ", ".join(f"t.{column}" for column in rule.key)
    given = ", ".join(f"({marks(each)})" for each in keys)
    same = " AND ".join(f"t.{column} = given.{column}" for column in rule.key)
    return connection.all(
        f"WITH given({', '.join(rule.key)}) AS (VALUES {given})"
        f" SELECT {key} FROM given JOIN privcrm_{rule.table} t ON {same} WHERE t.company = ?"
        f" AND ({rule.old}) ORDER BY {key}{'' if connection.is_sqlite else ' FOR UPDATE OF t'}",
        *(*(value for each in keys for value in each), company, *_moments(rule, before)),
    )


def _moments(rule: Rule, before: float) -> tuple[float, ...]:
    return (before,) * rule.old.count("?")
