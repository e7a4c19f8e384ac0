"""Sets of members as compressed bitmaps, kept current: chunks, and marks of what they have to look at again.

In any snapshot of the store, a member of whom there is no mark is in the chunks as the rows tell. So a reader takes the
marked members by the rows and everybody else by the chunks, and a folder may write the rows' truth into the chunks and
drop the marks whenever it likes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from pyroaring import BitMap

from privcrm.store.database import Connection, Row, marks
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark
from privcrm.store.mirror.truth import true_ones

__all__ = ["CHUNK", "Bitmaps", "put_chunks", "serialized"]

CHUNK: Final = 2**20
"""Members of one chunk: a change rewrites the chunk that it falls in."""

READY: Final = "ready"
_ASKED_AT_ONCE: Final = 500
_PUT: Final = (
    "INSERT INTO privcrm_bitmap (company, kind, key, chunk, bits) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (company, kind, key, chunk) DO UPDATE SET bits = excluded.bits"
)


class Bitmaps:
    """The bitmaps of a company as they are in one snapshot."""

    def __init__(self, connection: Connection, company: str) -> None:
        self._connection = connection
        self._company = company

    @property
    def are_ready(self) -> bool:
        """Whether they were built to the end."""
        row = self._connection.one("SELECT state FROM privcrm_bitmap_build WHERE company = ?", self._company)
        return row is not None and row[0] == READY

    def everybody(self, kind: Kind) -> BitMap:
        """Return the members of the one bitmap of its kind."""
        return self.any_of(kind, (EVERYBODY,))

    def any_of(self, kind: Kind, keys: Iterable[str]) -> BitMap:
        """Return the members that are in the bitmap of at least one key."""
        wanted = list(dict.fromkeys(keys))
        found: list[BitMap] = []
        for start in range(0, len(wanted), _ASKED_AT_ONCE):
            some = wanted[start : start + _ASKED_AT_ONCE]
            marked = self._marked(kind, some)
            true = true_ones(self._connection, self._company, marked) if marked else set[Mark]()
            found += self._chunks(kind, some, _by_key(marked))
            found += [BitMap(members) for members in _by_key(true).values()]
        return BitMap().union(*found) if found else BitMap()

    def keys(self, kind: Kind) -> list[str]:
        """Return the keys of a kind that may have members."""
        mine = (self._company, int(kind))
        rows = self._connection.all(
            "SELECT key FROM privcrm_bitmap WHERE company = ? AND kind = ?"
            " UNION SELECT key FROM privcrm_bitmap_mark WHERE company = ? AND kind = ?",
            *(*mine, *mine),
        )
        return [key for (key,) in rows]

    def _marked(self, kind: Kind, keys: Collection[str]) -> set[Mark]:
        rows = self._connection.all(
            f"SELECT key, member FROM privcrm_bitmap_mark WHERE company = ? AND kind = ? AND key IN ({marks(keys)})",
            *(self._company, int(kind), *keys),
        )
        return {(kind, key, member) for key, member in rows}

    def _chunks(self, kind: Kind, keys: Collection[str], without: Mapping[str, Collection[int]]) -> list[BitMap]:
        rows = self._connection.all(
            f"SELECT key, bits FROM privcrm_bitmap WHERE company = ? AND kind = ? AND key IN ({marks(keys)})",
            *(self._company, int(kind), *keys),
        )
        gone = {key: BitMap(members) for key, members in without.items()}
        return [BitMap.deserialize(bits) - gone[key] if key in gone else BitMap.deserialize(bits) for key, bits in rows]


def put_chunks(connection: Connection, rows: Collection[Row]) -> None:
    """Write chunks (company, kind, key, chunk, bits) in place of what is there; those without a member go."""
    connection.run_many(_PUT, [row for row in rows if row[-1]])
    connection.run_many(
        "DELETE FROM privcrm_bitmap WHERE company = ? AND kind = ? AND key = ? AND chunk = ?",
        [row[:-1] for row in rows if not row[-1]],
    )


def serialized(members: BitMap) -> bytes:
    """Return the bits as they are stored: none, if nobody is in."""
    members.run_optimize()
    return members.serialize() if members else b""


def _by_key(found: Iterable[Mark]) -> dict[str, list[int]]:
    members: defaultdict[str, list[int]] = defaultdict(list)
    for _, key, member in found:
        members[key].append(member)
    return members
