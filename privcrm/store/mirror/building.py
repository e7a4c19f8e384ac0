"""Building the bitmaps of a company from its rows, while others go on writing."""

import random
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from itertools import groupby
from typing import Final

from attrs import frozen
from pyroaring import BitMap

from privcrm.clock import Clock
from privcrm.store.database import Connection, Database, Row, in_pages
from privcrm.store.leases import CLOCK_SKEW_SECONDS, is_gone, new_holder
from privcrm.store.mirror.bitmaps import CHUNK, READY, put_chunks, serialized
from privcrm.store.mirror.folding import lock
from privcrm.store.mirror.marks import BUILT
from privcrm.store.mirror.truth import SOURCES, Members, Source, collected

__all__ = ["Building", "Report"]

PAGE: Final = 5_000
ROWS_AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 2**20
BUILDING: Final = "building"
BEAT_SECONDS: Final = 120.0

Report = Callable[[int, int], None]
"""Hears how many of how many passes over members are done."""


class Building:
    """Builds bitmaps once; whoever comes while another builds is told so, and reads the rows meanwhile."""

    def __init__(self, database: Database, clock: Clock, rng: random.Random) -> None:
        self._database = database
        self._company = database.company
        self._clock = clock
        self._rng = rng

    def is_done(self) -> bool:
        """Tell whether the bitmaps are there."""
        return self._state()[1] == READY

    def build(self, report: Report | None = None) -> bool:
        """Build the bitmaps, if nobody else is at it; return whether they are ready. Raises ``StoreError``.

        A build that was killed is begun anew.
        """
        self._want_marks()
        mine = self._begin()
        if mine is None:
            return self.is_done()
        with suppress(_Superseded):
            self._clear(mine)
            self._fill(mine, report)
            self._finish(mine)
            return True
        return False

    def _want_marks(self) -> None:
        """Let every change leave a mark from now on: this waits for writers that were told that none are needed."""
        with self._database.transaction() as connection:
            connection.run(
                "INSERT INTO privcrm_counter (company, name, value) VALUES (?, ?, 1)"
                " ON CONFLICT (company, name) DO UPDATE SET value = 1",
                *(self._company, BUILT),
            )

    def _begin(self) -> "_Build | None":
        now = self._clock.time()
        with self._database.transaction() as connection:
            lock(connection, self._company)
            token, state, holder, beat = self._state(connection)
            at_work = not is_gone(holder) and -CLOCK_SKEW_SECONDS <= now - beat < BEAT_SECONDS
            if state == READY or (state == BUILDING and at_work):
                return None
            mine = _Build(token + 1, new_holder(self._rng))
            connection.run(
                "INSERT INTO privcrm_bitmap_build (company, token, state, holder, beat) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (company) DO UPDATE SET token = excluded.token, state = excluded.state,"
                " holder = excluded.holder, beat = excluded.beat",
                *(self._company, mine.token, BUILDING, mine.holder, now),
            )
            return mine

    def _state(self, connection: Connection | None = None) -> tuple[int, str, str, float]:
        if connection is None:
            with self._database.connect() as own:
                return self._state(own)
        row = connection.one(
            "SELECT token, state, holder, beat FROM privcrm_bitmap_build WHERE company = ?", self._company
        )
        return (0, "", "", 0.0) if row is None else (row[0], row[1], row[2], row[3])

    def _write(self, connection: Connection, mine: "_Build", state: str = BUILDING) -> None:
        """See that the build is still ours, for this transaction."""
        lock(connection, self._company)
        if self._state(connection)[:2] != (mine.token, BUILDING):
            raise _Superseded
        connection.run(
            "UPDATE privcrm_bitmap_build SET beat = ?, state = ? WHERE company = ?",
            *(self._clock.time(), state, self._company),
        )

    def _clear(self, mine: "_Build") -> None:
        """Drop what an earlier build left."""
        while True:
            with self._database.transaction() as connection:
                self._write(connection, mine)
                keys = connection.all(
                    "SELECT kind, key, chunk FROM privcrm_bitmap WHERE company = ? LIMIT ?",
                    *(self._company, ROWS_AT_ONCE),
                )
                put_chunks(connection, [(self._company, *key, b"") for key in keys])
            if len(keys) < ROWS_AT_ONCE:
                return

    def _fill(self, mine: "_Build", report: Report | None) -> None:
        chunks = 1 + self._last_member() // CHUNK
        for number, source in enumerate(SOURCES):
            rows = in_pages(self._database, source.pages, (self._company,), source.first, PAGE)
            for chunk, some in groupby(rows, lambda row: row[0] // CHUNK):
                for portion in _portions(self._rows(chunk, source, some)):
                    with self._database.transaction() as connection:
                        self._write(connection, mine)
                        put_chunks(connection, portion)
                if report is not None:
                    report(number * chunks + chunk + 1, len(SOURCES) * chunks)

    def _rows(self, chunk: int, source: Source, rows: Iterable[Row]) -> Generator[Row]:
        members: Members = collected(source, rows)
        for kind, keys in members.items():
            while keys:
                key, numbers = keys.popitem()
                yield self._company, int(kind), str(key), chunk, serialized(BitMap(numbers))

    def _finish(self, mine: "_Build") -> None:
        with self._database.transaction() as connection:
            self._write(connection, mine, READY)

    def _last_member(self) -> int:
        with self._database.connect() as connection:
            row = connection.one("SELECT MAX(number) FROM privcrm_member WHERE company = ?", self._company)
        return int(row[0] or 0) if row else 0


@frozen
class _Build:
    token: int
    holder: str


class _Superseded(Exception):
    pass


def _portions(rows: Iterable[Row]) -> Generator[list[Row]]:
    """Yield the rows in portions that one short transaction can write."""
    portion: list[Row] = []
    size = 0
    for row in rows:
        portion.append(row)
        size += len(row[-1])
        if len(portion) >= ROWS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
