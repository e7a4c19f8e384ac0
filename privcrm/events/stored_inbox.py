"""The inbox in the store: durable before the vendor is answered, shared by all processes of a company."""

import hashlib
import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Final

from attrs import evolve

from privcrm.clock import Clock
from privcrm.events.codec import dump_event
from privcrm.events.inbox import Arrival, Entry, EntryState, InboxSummary
from privcrm.models.events import Event, EventSource
from privcrm.store import Connection, Database
from privcrm.store.database import Row, in_pages, marks
from privcrm.store.leases import is_gone

__all__ = ["StoredInbox"]

PAGE: Final = 200
CANDIDATES: Final = 16
RECOVERY_EVERY: Final = 50
PURGED_AT_ONCE: Final = 1_000

_COLUMNS: Final = (
    "storage_key, business_key, app, source, kind, subject, concerns, at, received_at, stale, urgent, payload"
)
_READ: Final = (
    "number, storage_key, business_key, is_first, app, source, kind, at, received_at, stale, state, attempts, finished,"
    " error, fence, payload"
)
_INSERT: Final = (
    f"INSERT INTO privcrm_inbox (company, is_first, {_COLUMNS}, state)"
    f" VALUES ({', '.join('?' * 14)}, 'new') ON CONFLICT DO NOTHING"
)
_OTHERS: Final = (
    "SELECT 1 FROM privcrm_inbox e WHERE e.company = i.company AND e.state = 'new' AND e.concerns = i.concerns"
    " AND e.number <> i.number"
)
_HANDLED: Final = f"EXISTS ({_OTHERS} AND e.lease_until > ?)"
_EARLIER: Final = f"EXISTS ({_OTHERS} AND (e.at, e.number) < (i.at, i.number))"
_WAITING: Final = f"EXISTS ({_OTHERS} AND (e.at, e.number) < (i.at, i.number) AND e.due_at > ?)"
# One of each member and group at a time, in the order of their time. What is earlier is asked first: an index answers
# that at once, whereas who is handled is seen only by looking at all that concern the same: many after a burst.
_FREE: Final = f"(i.concerns = '' OR NOT ({_EARLIER} OR {_HANDLED}))"
# A right that lives for seconds does not wait with those that wait for one that failed.
_FREE_URGENT: Final = f"(i.concerns = '' OR NOT (({_EARLIER} AND NOT {_WAITING}) OR {_HANDLED}))"


class StoredInbox:
    """``Inbox`` in the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """``clock`` is the real one, whatever the CRM's shows."""
        self._database = database
        self._clock = clock
        self._company = database.company
        self._claims = 0

    # -- keeping

    def add(self, arrivals: Sequence[Arrival], patience: float) -> int:
        """Keep deliveries that are not kept yet, in one durable commit; return how many were new."""
        with self._database.transaction(durable=True, patience=patience) as connection:
            return self._write(connection, arrivals)

    def emit(self, connection: Connection, events: Sequence[Event], /) -> None:
        """Keep events of our own making, inside the transaction of what they tell about."""
        now = self._clock.time()
        self._write(connection, [_of_ours(event, now) for event in events])

    def _write(self, connection: Connection, arrivals: Sequence[Arrival]) -> int:
        rows = [_row(self._company, arrival) for arrival in arrivals]
        new = connection.run_many(_INSERT, rows)
        if new < len(rows):
            # The rest is kept already, or another app was told of the same: the second insert tells them apart.
            new += connection.run_many(_INSERT, [(row[0], 0, *row[2:]) for row in rows])
        return new

    # -- handing out

    def claim(self, holder: str, now: float, lease: float) -> Entry | None:
        """Take what is to be handled next, or return None."""
        self._claims += 1
        with self._database.connect() as connection:
            if self._claims % RECOVERY_EVERY == 0:
                self._free_those_of_the_dead(connection, now)
            found = self._claim(connection, holder, now, lease)
            if found is None and self._free_those_of_the_dead(connection, now):
                found = self._claim(connection, holder, now, lease)
        return found

    def _claim(self, connection: Connection, holder: str, now: float, lease: float) -> Entry | None:
        for urgent in (1, 0):
            for row in self._candidates(connection, urgent, now):
                entry = _entry(row)
                if self._take(connection, entry, holder, now, lease):
                    return evolve(entry, fence=entry.fence + 1, attempts=entry.attempts + 1)
        return None

    def _candidates(self, connection: Connection, urgent: int, now: float) -> list[Row]:
        free, times = (_FREE_URGENT, (now, now)) if urgent else (_FREE, (now,))
        return connection.all(
            f"SELECT {_READ} FROM privcrm_inbox i WHERE company = ? AND state = 'new' AND urgent = ? AND due_at <= ?"
            f" AND lease_until <= ? AND {free} ORDER BY number LIMIT ?",
            self._company,
            urgent,
            now,
            now,
            *times,
            CANDIDATES,
        )

    def _take(self, connection: Connection, entry: Entry, holder: str, now: float, lease: float) -> bool:
        taken = connection.run(
            "UPDATE privcrm_inbox AS i SET holder = ?, lease_until = ?, fence = fence + 1, attempts = attempts + 1"
            f" WHERE number = ? AND fence = ? AND state = 'new' AND (concerns = '' OR NOT {_HANDLED})",
            holder,
            now + lease,
            entry.number,
            entry.fence,
            now,
        )
        return bool(taken)

    def _free_those_of_the_dead(self, connection: Connection, now: float) -> bool:
        """Give up at once what processes hold that are known to be gone; return whether there was any."""
        holders = connection.all(
            "SELECT DISTINCT holder FROM privcrm_inbox WHERE company = ? AND state = 'new' AND lease_until > ?",
            self._company,
            now,
        )
        gone = [holder for (holder,) in holders if is_gone(holder)]
        connection.run_many(
            "UPDATE privcrm_inbox SET holder = '', lease_until = 0 WHERE company = ? AND state = 'new' AND holder = ?",
            [(self._company, holder) for holder in gone],
        )
        return bool(gone)

    # -- endings

    def finish(self, entry: Entry) -> bool:
        """Note that an entry is handled; False if another worker has taken it meanwhile."""
        return self._end(entry, EntryState.DONE, entry.finished, "", 0.0)

    def postpone(self, entry: Entry, *, finished: Iterable[str], error: str, due_at: float | None) -> bool:
        """Note that a try failed: again at ``due_at``, or parked where that is None."""
        state = EntryState.DEAD if due_at is None else EntryState.NEW
        return self._end(entry, state, finished, error, due_at or 0.0)

    def _end(self, entry: Entry, state: EntryState, finished: Iterable[str], error: str, due_at: float) -> bool:
        # Not durable: what a loss of power takes back is handled once more, as after a crash.
        with self._database.transaction() as connection:
            return bool(
                connection.run(
                    "UPDATE privcrm_inbox SET state = ?, finished = ?, error = ?, due_at = ?,"
                    " holder = '', lease_until = 0 WHERE number = ? AND fence = ?",
                    state,
                    json.dumps(list(finished)),
                    error,
                    due_at,
                    entry.number,
                    entry.fence,
                )
            )

    # -- looking

    def siblings(self, entry: Entry) -> Mapping[str, str]:
        """Return the payloads of all deliveries of the same event, by app."""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT app, payload FROM privcrm_inbox WHERE company = ? AND business_key = ? LIMIT ?",
                self._company,
                entry.business_key,
                PAGE,
            )
        return dict(rows)

    def entries(self, state: EntryState | None = None, *, after: int = 0) -> Generator[Entry]:
        """Yield entries in the order of arrival, those of one state or all, behind number ``after``."""
        only = " AND state = ?" if state else ""
        rows = in_pages(
            self._database,
            f"SELECT {_READ} FROM privcrm_inbox WHERE company = ?{only} AND number > ? ORDER BY number LIMIT ?",
            (self._company, state) if state else (self._company,),
            (after,),
            PAGE,
        )
        return (_entry(row) for row in rows)

    def summary(self) -> InboxSummary:
        """Count what waits and what is parked, without touching what is done."""
        with self._database.connect() as connection:
            oldest = connection.one(
                "SELECT min(received_at) FROM privcrm_inbox WHERE company = ? AND state = 'new'", self._company
            )
        return InboxSummary(self.count(EntryState.NEW), self.count(EntryState.DEAD), (oldest or (None,))[0])

    def count(self, state: EntryState) -> int:
        """Return how many entries of a state there are; what is done is counted one by one."""
        with self._database.connect() as connection:
            # Written out, so that the index of that state alone can be used.
            row = connection.one(
                f"SELECT count(*) FROM privcrm_inbox WHERE company = ? AND state = '{EntryState(state)}'", self._company
            )
        return int(row[0]) if row else 0

    # -- steering

    def replay(self, numbers: Iterable[int], *, everybody: bool) -> int:
        """Make entries new again; ``everybody``: also for handlers that were through. Return how many there were."""
        forget = ", finished = '[]'" if everybody else ""
        with self._database.transaction(durable=True) as connection:
            return connection.run_many(
                f"UPDATE privcrm_inbox SET state = 'new', attempts = 0, due_at = 0, error = ''{forget}"
                " WHERE company = ? AND number = ? AND state <> 'new'",
                [(self._company, number) for number in numbers],
            )

    def purge(self, before: float) -> int:
        """Forget what was done and had arrived before then, in transactions short enough for others to get a turn."""
        purged = 0
        while True:
            with self._database.transaction() as connection:
                rows = connection.all(
                    "SELECT number FROM privcrm_inbox WHERE company = ? AND received_at < ? AND state = 'done' LIMIT ?",
                    self._company,
                    before,
                    PURGED_AT_ONCE,
                )
                if rows:
                    numbers = [number for (number,) in rows]
                    connection.run(f"DELETE FROM privcrm_inbox WHERE number IN ({marks(numbers)})", *numbers)
            purged += len(rows)
            if len(rows) < PURGED_AT_ONCE:
                return purged


def _row(company: str, arrival: Arrival) -> Row:
    return (
        company,
        1,
        arrival.storage_key,
        arrival.business_key,
        arrival.app,
        arrival.source.value,
        arrival.kind,
        arrival.subject,
        arrival.concerns,
        arrival.at,
        arrival.received_at,
        int(arrival.stale),
        int(arrival.urgent),
        arrival.payload,
    )


def _of_ours(event: Event, received_at: float) -> Arrival:
    text = dump_event(event)
    key = hashlib.sha256(f"{EventSource.SWEEP}\n{text}".encode()).hexdigest()
    kind = type(event).__name__
    return Arrival(
        key, key, "", event.source, kind, event.subject, event.concerns, event.at, received_at, False, False, text
    )


def _entry(row: Row) -> Entry:
    number, storage_key, business_key, first, app, source, kind, at, received_at, stale, *rest = row
    state, attempts, finished, error, fence, payload = rest
    return Entry(
        number,
        storage_key,
        business_key,
        bool(first),
        app,
        EventSource(source),
        kind,
        at,
        received_at,
        bool(stale),
        EntryState(state),
        attempts,
        tuple(json.loads(finished or "[]")),
        error,
        fence,
        payload,
    )
