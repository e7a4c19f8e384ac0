"""Writing into the chunks of bitmaps what marks ask for, in short transactions."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pyroaring import BitMap

from privcrm.store.database import Connection, Database, Row, marks
from privcrm.store.mirror.bitmaps import CHUNK, Bitmaps, put_chunks, serialized
from privcrm.store.mirror.marks import Kind, Mark
from privcrm.store.mirror.truth import true_ones

__all__ = ["Folding", "lock"]

BATCH: Final = 2_000
MOST_CHUNKS: Final = 48  # of one transaction: of a tag that half of the members wear, a chunk has 128 KiB
_ASKED_AT_ONCE: Final = 500

_Chunk = tuple[int, str, int]


class Folding:
    """Folds marks into the bitmaps of a company. Any number of threads and processes may fold at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def is_due(self, above: int) -> bool:
        """Tell whether there are more marks than that."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT COUNT(*) FROM (SELECT 1 FROM privcrm_bitmap_mark WHERE company = ? LIMIT ?) AS counted",
                *(self._company, above + 1),
            )
        return row is not None and row[0] > above

    def fold(self, patience: float | None = None) -> int:
        """Fold all marks that there are and return how many there were. Raises ``StoreError``."""
        folded = 0
        while some := self._some(patience):
            folded += some
        return folded

    def _some(self, patience: float | None) -> int:
        with self._database.transaction(patience=patience) as connection:
            lock(connection, self._company)
            if not Bitmaps(connection, self._company).are_ready:
                return 0
            rows = self._next_marks(connection)
            marked = {(Kind(kind), key, member) for _, kind, key, member in rows}
            true = true_ones(connection, self._company, marked)
            put_chunks(connection, [self._chunk(connection, *each) for each in _by_chunk(marked, true)])
            self._drop(connection, rows)
            return len(rows)

    def _next_marks(self, connection: Connection) -> list[Row]:
        """Return marks in the order of chunks, of as many chunks as one transaction may write."""
        rows = connection.all(
            "SELECT seq, kind, key, member FROM privcrm_bitmap_mark WHERE company = ?"
            " ORDER BY kind, key, member LIMIT ?",
            *(self._company, BATCH),
        )
        taken: dict[_Chunk, None] = {}
        for number, (_, kind, key, member) in enumerate(rows):
            taken[kind, key, member // CHUNK] = None
            if len(taken) > MOST_CHUNKS:
                return rows[:number]
        return rows

    def _chunk(self, connection: Connection, where: _Chunk, out: list[int], within: list[int]) -> Row:
        row = connection.one(
            "SELECT bits FROM privcrm_bitmap WHERE company = ? AND kind = ? AND key = ? AND chunk = ?",
            *(self._company, *where),
        )
        members = BitMap() if row is None else BitMap.deserialize(row[0])
        members -= BitMap(out)
        members |= BitMap(within)
        return (self._company, *where, serialized(members))

    def _drop(self, connection: Connection, rows: list[Row]) -> None:
        """Drop exactly the marks that were read: another writer's may have got a smaller number and come later."""
        if connection.is_sqlite:  # which has no other writer; what was read are the first ones
            if rows:
                connection.run(
                    "DELETE FROM privcrm_bitmap_mark WHERE company = ? AND (kind, key, member) <= (?, ?, ?)",
                    *(self._company, *rows[-1][1:]),
                )
            return
        seqs = [seq for seq, *_ in rows]
        for start in range(0, len(seqs), _ASKED_AT_ONCE):
            some = seqs[start : start + _ASKED_AT_ONCE]
            connection.run(f"DELETE FROM privcrm_bitmap_mark WHERE seq IN ({marks(some)})", *some)


def lock(connection: Connection, company: str) -> None:
    """Let nobody else write bitmaps of the company until the transaction ends; what is read from now on is current."""
    if not connection.is_sqlite:
        connection.run("SELECT pg_advisory_xact_lock(hashtext(?))", f"privcrm bitmaps {company}")


def _by_chunk(marked: Iterable[Mark], true: set[Mark]) -> Iterable[tuple[_Chunk, list[int], list[int]]]:
    out: defaultdict[_Chunk, list[int]] = defaultdict(list)
    for kind, key, member in marked:
        out[int(kind), key, member // CHUNK].append(member)
    for where, members in out.items():
        kind, key, _ = where
        yield where, members, [member for member in members if (Kind(kind), key, member) in true]
