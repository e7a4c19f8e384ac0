"""How far a synchronisation has come: kept with every commit, so that another process goes on from there."""

import json
import random
import struct
from array import array
from collections.abc import Collection, Generator, Mapping, Sequence
from typing import Final

from attrs import define, field, frozen

from privcrm.clock import Clock
from privcrm.errors import JobError
from privcrm.store.database import Connection, Database, Row, in_pages
from privcrm.store.leases import CLOCK_SKEW_SECONDS, is_gone, new_holder

__all__ = ["Part", "Run", "Runs"]

LEASE_SECONDS: Final = 600.0
RESUMED_FOR_SECONDS: Final = 86_400.0
PAGE: Final = 200

DONE: Final = "done"
OPEN: Final = "open"
GIVEN_UP: Final = "given_up"

_RUN: Final = "id, kind, stage, started_at, counts, holder, beat"
_PART: Final = "part, kind, staff, cursor, pages, restarts, started_at"


@define
class Run:
    """A synchronisation; ``counts`` are what it did so far, ``stage`` what it is at."""

    id: str
    kind: str
    stage: str
    started_at: float
    counts: dict[str, int] = field(factory=dict[str, int])
    holder: str = ""
    resumed: bool = False


@frozen
class Part:
    """One listing of a run: of these employees' relations, or of the groups; ``pages`` of it are in the store."""

    number: int
    kind: str
    staff_ids: tuple[str, ...] = ()
    cursor: str = ""
    pages: int = 0
    restarts: int = 0
    started_at: float = 0.0


class Runs:
    """The synchronisations of a company; one at a time may be under way."""

    def __init__(self, database: Database, clock: Clock, rng: random.Random) -> None:
        self._database = database
        self._company = database.company
        self._clock = clock
        self._rng = rng
        self._given_back: set[str] = set()

    def take(self, kind: str, first_stage: str) -> Run:
        """Go on with the run of this kind that was left open within a day, or begin one.

        Raises ``JobError`` while another worker is at one.
        """
        now = self._clock.time()
        holder = new_holder(self._rng)
        with self._database.transaction() as connection:
            self._lock(connection)
            for row in self._open_ones(connection):
                run, beat = _run(row), row[-1]
                if self._is_held(run.holder, now - beat):
                    raise JobError("another process is synchronising this company: wait until it is through")
                if run.kind == kind and abs(now - run.started_at) < RESUMED_FOR_SECONDS:
                    self._hold(connection, run.id, holder, now)
                    return Run(run.id, kind, run.stage, run.started_at, run.counts, holder, resumed=True)
                self._close(connection, run.id, GIVEN_UP, now)
            run = Run(f"{self._rng.getrandbits(64):016x}", kind, first_stage, now, holder=holder)
            connection.run(
                "INSERT INTO privcrm_sync_run (company, id, kind, state, stage, started_at, counts, holder, beat)"
                " VALUES (?, ?, ?, ?, ?, ?, '{}', ?, ?)",
                *(self._company, run.id, kind, OPEN, first_stage, now, holder, now),
            )
            return run

    def keep(self, connection: Connection, run: Run, counts: Mapping[str, int]) -> None:
        """Write where a run stands, in the transaction of what it did. Raises ``JobError`` if it is ours no more."""
        kept = connection.run(
            "UPDATE privcrm_sync_run SET stage = ?, counts = ?, beat = ?"
            " WHERE company = ? AND id = ? AND holder = ? AND state = ?",
            run.stage,
            json.dumps(counts),
            self._clock.time(),
            *(self._company, run.id, run.holder, OPEN),
        )
        if not kept:
            raise JobError("another process took this synchronisation over: it goes on there")

    def let_go(self, run: Run) -> None:
        """Leave an open run to whoever comes next; to us also if the store does not take that."""
        self._given_back.add(run.holder)
        with self._database.transaction() as connection:
            connection.run(
                "UPDATE privcrm_sync_run SET holder = '' WHERE company = ? AND id = ? AND holder = ?",
                *(self._company, run.id, run.holder),
            )

    def finish(self, connection: Connection, run: Run, counts: Mapping[str, int]) -> None:
        """Note that a run came to its end. Raises as ``keep``."""
        self.keep(connection, run, counts)
        self._close(connection, run.id, DONE, self._clock.time())

    def last(self) -> tuple[float, float] | None:
        """Return when the last run that came to its end began and ended; None if there was none."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT started_at, finished_at FROM privcrm_sync_run WHERE company = ? AND state = ?"
                " ORDER BY finished_at DESC LIMIT 1",
                *(self._company, DONE),
            )
        return None if row is None else (row[0], row[1])

    # -- parts

    def divide(self, connection: Connection, run: Run, parts: Sequence[Part]) -> None:
        """Write the parts of a run, in the transaction in which it comes to the stage that reads them."""
        connection.run_many(
            "INSERT INTO privcrm_sync_part (company, run, part, kind, staff, state) VALUES (?, ?, ?, ?, ?, ?)",
            [(self._company, run.id, each.number, each.kind, json.dumps(each.staff_ids), OPEN) for each in parts],
        )

    def parts(self, run: Run) -> Generator[Part]:
        """Yield the parts that did not come to their end, in order."""
        rows = in_pages(
            self._database,
            f"SELECT {_PART} FROM privcrm_sync_part WHERE company = ? AND run = ? AND state <> 'done'"
            " AND part > ? ORDER BY part LIMIT ?",
            (self._company, run.id),
            (-1,),
            PAGE,
        )
        return (_part(row) for row in rows)

    def begin(self, connection: Connection, run: Run, part: Part) -> None:
        """Write that a part begins, or begins anew: what was seen in it counts no more."""
        self._forget(connection, run, part)
        connection.run(
            "UPDATE privcrm_sync_part SET cursor = '', pages = 0, restarts = ?, started_at = ?"
            " WHERE company = ? AND run = ? AND part = ?",
            *(part.restarts, part.started_at, self._company, run.id, part.number),
        )

    def advance(self, connection: Connection, run: Run, part: Part, seen: Collection[tuple[int, int]]) -> None:
        """Keep the place that a part came to, with the numbers (member, employee) seen on the way."""
        connection.run(
            "UPDATE privcrm_sync_part SET cursor = ?, pages = ? WHERE company = ? AND run = ? AND part = ?",
            *(part.cursor, part.pages, self._company, run.id, part.number),
        )
        if seen:
            connection.run(
                "INSERT INTO privcrm_sync_seen (company, run, part, page, seen) VALUES (?, ?, ?, ?, ?)",
                *(self._company, run.id, part.number, part.pages, _packed(seen)),
            )

    def seen(self, run: Run, part: Part) -> "dict[int, array[int]]":
        """Return the numbers of the members that were seen at each employee: four bytes a relation."""
        found: dict[int, array[int]] = {}
        rows = in_pages(
            self._database,
            "SELECT page, seen FROM privcrm_sync_seen WHERE company = ? AND run = ? AND part = ? AND page > ?"
            " ORDER BY page LIMIT ?",
            (self._company, run.id, part.number),
            (-1,),
            PAGE,
        )
        for _, packed in rows:
            for member, staff in struct.iter_unpack("<II", packed):
                found.setdefault(staff, array("I")).append(member)
        return found

    def end(self, connection: Connection, run: Run, part: Part) -> None:
        """Note that a part came to its end."""
        self._forget(connection, run, part)
        connection.run(
            "UPDATE privcrm_sync_part SET state = 'done', cursor = '' WHERE company = ? AND run = ? AND part = ?",
            *(self._company, run.id, part.number),
        )

    def progress(self, run: Run, kind: str) -> tuple[int, int]:
        """Return how many parts of a kind are done, and how many there are."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT COUNT(CASE WHEN state = 'done' THEN 1 END), COUNT(*) FROM privcrm_sync_part"
                " WHERE company = ? AND run = ? AND kind = ?",
                *(self._company, run.id, kind),
            )
        return (0, 0) if row is None else (row[0], row[1])

    # -- rows

    def _is_held(self, holder: str, age: float) -> bool:
        """Tell whether somebody is at a run who was heard of so many seconds ago."""
        if not holder or holder in self._given_back or is_gone(holder):
            return False
        return -CLOCK_SKEW_SECONDS <= age < LEASE_SECONDS

    def _lock(self, connection: Connection) -> None:
        if not connection.is_sqlite:  # two that begin at once would not see each other's row
            connection.run("SELECT pg_advisory_xact_lock(hashtext(?))", f"privcrm sync {self._company}")

    def _open_ones(self, connection: Connection) -> list[Row]:
        return connection.all(
            f"SELECT {_RUN} FROM privcrm_sync_run WHERE company = ? AND state = ? ORDER BY started_at DESC LIMIT ?",
            *(self._company, OPEN, PAGE),
        )

    def _hold(self, connection: Connection, run_id: str, holder: str, now: float) -> None:
        connection.run(
            "UPDATE privcrm_sync_run SET holder = ?, beat = ? WHERE company = ? AND id = ?",
            *(holder, now, self._company, run_id),
        )

    def _close(self, connection: Connection, run_id: str, state: str, now: float) -> None:
        for table in ("seen", "part"):
            connection.run(f"DELETE FROM privcrm_sync_{table} WHERE company = ? AND run = ?", self._company, run_id)
        connection.run(
            "UPDATE privcrm_sync_run SET state = ?, finished_at = ?, holder = '' WHERE company = ? AND id = ?",
            *(state, now, self._company, run_id),
        )

    def _forget(self, connection: Connection, run: Run, part: Part) -> None:
        connection.run(
            "DELETE FROM privcrm_sync_seen WHERE company = ? AND run = ? AND part = ?",
            *(self._company, run.id, part.number),
        )


def _run(row: Row) -> Run:
    run_id, kind, stage, started_at, counts, holder, _ = row
    return Run(run_id, kind, stage, started_at, json.loads(counts), holder)


def _part(row: Row) -> Part:
    number, kind, staff, *rest = row
    return Part(number, kind, tuple(json.loads(staff)), *rest)


def _packed(seen: Collection[tuple[int, int]]) -> bytes:
    return struct.pack(f"<{2 * len(seen)}I", *(number for pair in seen for number in pair))
