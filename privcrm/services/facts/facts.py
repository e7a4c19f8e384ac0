"""The front: what ``crm.facts`` is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.models.fact import Fact, FactKey
from privcrm.models.phones import normalised
from privcrm.services.facts.intake import check, facts_of
from privcrm.services.facts.report import FactCounts, FactImport
from privcrm.services.files.cells import plain
from privcrm.store import Connection, Store
from privcrm.store.database import Row
from privcrm.store.mirror.facts import FactRows, to_columns, value_of
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.persons import Persons
from privcrm.store.tombstones import Tombstones
from privcrm.store.vault import Vault

__all__ = ["Facts"]

BATCH: Final = 500


class Facts:
    """Takes in what the company's own systems know of people, and tells what is known of a member.

    A fact hangs on a member's id, unionid, phone or card number, and belongs to whoever has it, also when that turns
    up later. Unionids, phones and card numbers are kept as keyed hashes; names and values of facts lie in the clear,
    because segments ask for them: no names or addresses belong there.
    """

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._database = store.database
        self._vault = vault
        self._clock = clock
        self._rows = FactRows(store.database)
        self._numbers = Numbers(store.database)
        self._persons = Persons(store.database.company)
        self._tombstones = Tombstones(store.database, vault, store.audit, clock)

    def upsert(self, facts: Iterable[Fact]) -> FactCounts:
        """Keep facts; of those with the same name, person and source the newest stands.

        They are written in batches: after an error the same may be handed in again. Nothing is kept of members who
        were erased, nor of phones, unionids and card numbers that were theirs alone. Raises ``InputError`` for a phone
        that cannot be read.
        """
        return self._upsert(facts, lambda _: None)

    def import_file(
        self,
        path: str | Path,
        key: FactKey | str,
        *,
        source: str = "",
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> FactImport:
        """Import a CSV or XLSX file: a column with the key, then one for each fact, headed by its name.

        A head may end in a type (``orders:int``; also text, float, bool, date, datetime); without one it is the
        narrowest that all cells of the column have. Optional columns ``source`` (来源) and ``date`` (日期: as of when;
        otherwise the file's own time). Blank cells tell nothing. Everything is checked before anything is written, and
        importing the same file again changes nothing, so a run that was killed is simply run again.
        ``progress`` is told how many facts were written of how many. Raises ``InputError``.
        """
        key = _key(key)
        checked = check(Path(path), key)
        if dry_run:
            return FactImport(checked.rows, checked.types, FactCounts(checked.facts, 0), dry_run=True)
        counts = self._upsert(facts_of(checked, key, source), lambda done: progress(done, checked.facts))
        return FactImport(checked.rows, checked.types, counts)

    def of(self, member_id: str) -> tuple[Fact, ...]:
        """Return what is known of the person with this id, by any id and from any source; newest first of each name."""
        with self._database.connect() as connection:
            found = list(self._of(connection, member_id))
        return tuple(sorted(found, key=lambda fact: (fact.name, -fact.at, fact.source, fact.key, fact.of)))

    def unbound(self) -> dict[FactKey, int]:
        """Return how many ids, unionids, phones and card numbers have facts and belong to no known member."""
        with self._database.connect() as connection:
            return {FactKey(kind): count for kind, count in self._rows.unbound(connection).items()}

    def _upsert(self, facts: Iterable[Fact], told: Callable[[int], None]) -> FactCounts:
        source, given, written = iter(facts), 0, 0
        while page := list(islice(source, BATCH)):
            # In one order, so that two imports at once wait for each other instead of both.
            rows = sorted(map(self._row, page), key=_place_of)
            with self._database.transaction() as connection:
                written += self._rows.put(connection, self._of_nobody_erased(connection, rows))
            given += len(page)
            told(given)
        return FactCounts(given, written)

    def _of_nobody_erased(self, connection: Connection, rows: Sequence[Row]) -> list[Row]:
        ids = {row[2] for row in rows if row[1] == FactKey.MEMBER_ID}
        identities = {(row[1], row[2]) for row in rows if row[1] != FactKey.MEMBER_ID}
        erased = {(str(FactKey.MEMBER_ID), each) for each in self._tombstones.is_erased(connection, ids)}
        gone = erased | self._tombstones.forgotten(connection, identities)
        return [row for row in rows if (row[1], row[2]) not in gone]

    def _row(self, fact: Fact) -> Row:
        now = self._clock.time()
        return (
            *(fact.name, fact.key.value, self._identity(fact), fact.source),
            *(*to_columns(fact.value), fact.at or now, now),
        )

    def _identity(self, fact: Fact) -> str:
        if fact.key is FactKey.MEMBER_ID:
            return fact.of
        value = normalised(fact.of) if fact.key is FactKey.PHONE else fact.of
        if fact.key is FactKey.CARD_NO:
            value = plain(fact.of)
        if value is None:
            raise InputError(f"fact {fact.name!r} has something for a phone that is no phone number; correct it")
        return self._vault.hash(fact.key, value)

    def _of(self, connection: Connection, member_id: str) -> Iterator[Fact]:
        numbers = self._persons.same(connection, self._numbers.members(connection, [member_id]).values())
        identities = self._persons.identities(connection, numbers)
        identities.setdefault(FactKey.MEMBER_ID, set()).add(member_id)
        for kind, values in identities.items():
            for name, key, value, source, type_, text, _number, at, _imported in self._rows.of(
                connection, kind, sorted(values)
            ):
                yield Fact(name, value_of(type_, text), FactKey(key), value, source, at)


def _place_of(row: Row) -> tuple[str, ...]:
    return row[:4]


def _key(key: FactKey | str) -> FactKey:
    if key not in set(FactKey):
        raise InputError(f"key is {str(key)!r}; facts are tied by one of {', '.join(FactKey)}")
    return FactKey(key)
