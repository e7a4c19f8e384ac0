"""Frozen segments: who was in one at a time, whatever comes later. Needs no extra."""

import zlib
from collections.abc import Collection, Generator, Iterable, Iterator
from itertools import compress, groupby
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database, Row, in_pages

__all__ = ["Snapshot", "Snapshots", "forget", "holding", "packed"]

CHUNK: Final = 2**16
CHUNKS_AT_ONCE: Final = 8
MOST: Final = 100_000
_COLUMNS: Final = "id, name, expression, members, at, as_of"
_FIRST: Final = (-1,)


@frozen
class Snapshot:
    """What a segment held at a time; ``members`` goes down when persons are erased.

    ``expression`` is as it was shown then. ``at`` is when it was taken, ``as_of`` how old the oldest data were, both in
    unix seconds; ``as_of`` is None if some had never been read.
    """

    id: str
    name: str
    expression: str
    members: int
    at: float
    as_of: float | None


class Snapshots:
    """The snapshots of a company."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def take(self, wanted: Snapshot, numbers: Iterable[int]) -> Snapshot:
        """Keep who is in; ``numbers`` come in order. It is there when all of it is. Raises ``StoreError``."""
        members, rows = 0, list[Row]()
        for chunk, some in groupby(numbers, lambda number: number // CHUNK):
            count, bits = packed(some)
            members += count
            rows.append((self._company, wanted.id, chunk, bits))
            if len(rows) >= CHUNKS_AT_ONCE:
                self._write(rows)
                rows = []
        self._write(rows)
        with self._database.transaction() as connection:
            connection.run(
                f"INSERT INTO privcrm_snapshot (company, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(self._company, wanted.id, wanted.name, wanted.expression, members, wanted.at, wanted.as_of or 0.0),
            )
        return self.get(wanted.id) or wanted

    def get(self, snapshot_id: str) -> Snapshot | None:
        """Return a snapshot, or None if there is none of this id."""
        with self._database.connect() as connection:
            row = connection.one(
                f"SELECT {_COLUMNS} FROM privcrm_snapshot WHERE company = ? AND id = ?", self._company, snapshot_id
            )
        return None if row is None else _snapshot(row)

    def all(self) -> list[Snapshot]:
        """Return all snapshots, the newest first."""
        with self._database.connect() as connection:
            rows = connection.all(
                f"SELECT {_COLUMNS} FROM privcrm_snapshot WHERE company = ? ORDER BY at DESC, id LIMIT ?",
                *(self._company, MOST),
            )
        return [_snapshot(row) for row in rows]

    def numbers(self, snapshot_id: str) -> Iterator[int]:
        """Yield the numbers of the members in a snapshot, in order."""
        chunks = in_pages(
            self._database,
            "SELECT chunk, bits FROM privcrm_snapshot_bits WHERE company = ? AND id = ? AND chunk > ?"
            " ORDER BY chunk LIMIT ?",
            (self._company, snapshot_id),
            _FIRST,
            CHUNKS_AT_ONCE,
        )
        return (number for chunk, bits in chunks for number in _unpacked(chunk, bits))

    def delete(self, snapshot_id: str) -> bool:
        """Forget a snapshot; return whether there was one."""
        with self._database.transaction() as connection:
            mine = (self._company, snapshot_id)
            connection.run("DELETE FROM privcrm_snapshot_bits WHERE company = ? AND id = ?", *mine)
            return bool(connection.run("DELETE FROM privcrm_snapshot WHERE company = ? AND id = ?", *mine))

    def _write(self, rows: list[Row]) -> None:
        with self._database.transaction() as connection:
            connection.run_many(
                "INSERT INTO privcrm_snapshot_bits (company, id, chunk, bits) VALUES (?, ?, ?, ?)", rows
            )


def holding(connection: Connection, company: str, numbers: Collection[int]) -> set[str]:
    """Return the ids of the snapshots that hold one of these members."""
    return {snapshot_id for snapshot_id, *_ in _with_any(connection, company, numbers)}


def forget(connection: Connection, company: str, numbers: Collection[int]) -> int:
    """Take members out of all snapshots, inside the transaction; return how many bits there were."""
    forgotten = 0
    for snapshot_id, chunk, bits, places in list(_with_any(connection, company, numbers)):
        left = bytearray(zlib.decompress(bits))
        for place in places:
            left[place >> 3] &= ~(1 << (place & 7))
        connection.run(
            "UPDATE privcrm_snapshot_bits SET bits = ? WHERE company = ? AND id = ? AND chunk = ?",
            *(zlib.compress(left, 1), company, snapshot_id, chunk),
        )
        connection.run(
            "UPDATE privcrm_snapshot SET members = members - ? WHERE company = ? AND id = ?",
            *(len(places), company, snapshot_id),
        )
        forgotten += len(places)
    return forgotten


def packed(numbers: Iterable[int]) -> tuple[int, bytes]:
    """Return how many members of one chunk there are, and their bits as they are stored."""
    bits, count = bytearray(CHUNK // 8), 0
    for number in numbers:
        place = number % CHUNK
        bits[place >> 3] |= 1 << (place & 7)
        count += 1
    return count, zlib.compress(bits, 1)


def _with_any(
    connection: Connection, company: str, numbers: Collection[int]
) -> Generator[tuple[str, int, bytes, list[int]]]:
    """Yield id, chunk and bits wherever one of these members is, with the places of those who are."""
    for chunk, some in groupby(sorted(set(numbers)), lambda number: number // CHUNK):
        wanted = [number % CHUNK for number in some]
        for snapshot_id, bits in connection.all(
            "SELECT id, bits FROM privcrm_snapshot_bits WHERE company = ? AND chunk = ?"
            " AND id IN (SELECT s.id FROM privcrm_snapshot s WHERE s.company = ?)",
            *(company, chunk, company),
        ):
            held = zlib.decompress(bits)
            places = [place for place in wanted if held[place >> 3] >> (place & 7) & 1]
            if places:
                yield snapshot_id, chunk, bits, places


def _snapshot(row: Row) -> Snapshot:
    snapshot_id, name, expression, members, at, as_of = row
    return Snapshot(snapshot_id, name, expression, members, at, as_of or None)


def _unpacked(chunk: int, bits: bytes) -> Iterator[int]:
    as_text = f"{int.from_bytes(zlib.decompress(bits), 'little'):b}"[::-1]
    return compress(range(chunk * CHUNK, (chunk + 1) * CHUNK), map(int, as_text))
