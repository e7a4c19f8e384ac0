"""Things to do at a time: one row for each (kind, key), taken by one worker at a time."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from privcrm.clock import Clock
from privcrm.store.database import Connection, Database, marks
from privcrm.store.leases import is_gone

__all__ = ["StoredTimers", "Timer"]

LEASE_SECONDS = 300.0


@frozen
class Timer:
    """Something due at ``due`` (unix seconds); ``attempts`` counts the times its handler failed."""

    kind: str
    key: str
    due: float
    payload: Mapping[str, Any]
    attempts: int = 0


class StoredTimers:
    """The timers of a company."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def set(self, kind: str, key: str, due: float, payload: Mapping[str, Any]) -> None:
        """Set the timer of that kind and key, in place of one already set."""
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "INSERT INTO privcrm_timer (company, kind, key, due, payload) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (company, kind, key) DO UPDATE SET due = excluded.due, payload = excluded.payload,"
                " attempts = 0, holder = '', lease_until = 0",
                self._database.company,
                kind,
                key,
                due,
                json.dumps(payload, ensure_ascii=False),
            )

    def set_first(self, kind: str, key: str, due: float, payload: Mapping[str, Any]) -> None:
        """Set the timer of that kind and key, unless one is set already."""
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "INSERT INTO privcrm_timer (company, kind, key, due, payload) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                *(self._database.company, kind, key, due, json.dumps(payload, ensure_ascii=False)),
            )

    def cancel(self, kind: str, key: str) -> None:
        """Forget the timer, if there is one."""
        with self._database.connect() as connection:
            connection.run(
                "DELETE FROM privcrm_timer WHERE company = ? AND kind = ? AND key = ?",
                self._database.company,
                kind,
                key,
            )

    def claim(self, kinds: Sequence[str], holder: str) -> Timer | None:
        """Take the timer of those kinds that has been due longest and that nobody holds, or return None."""
        if not kinds:
            return None
        now = self._clock.time()
        with self._database.transaction() as connection:
            self._free_those_of_the_dead(connection, now)
            free = (
                f"company = ? AND kind IN ({marks(kinds)}) AND due <= ? AND lease_until <= ?",
                (self._database.company, *kinds, now, now),
            )
            row = connection.one(
                "SELECT kind, key, due, payload, attempts FROM privcrm_timer"
                f" WHERE {free[0]} ORDER BY due, kind, key LIMIT 1",
                *free[1],
            )
            if row is None:
                return None
            kind, key, due, payload, attempts = row
            taken = connection.run(
                f"UPDATE privcrm_timer SET holder = ?, lease_until = ? WHERE {free[0]} AND kind = ? AND key = ?",
                holder,
                now + LEASE_SECONDS,
                *free[1],
                kind,
                key,
            )
        return Timer(kind, key, due, json.loads(payload), attempts) if taken else None

    def _free_those_of_the_dead(self, connection: Connection, now: float) -> None:
        """Give up at once the timers of processes that are known to be gone."""
        held = "privcrm_timer WHERE company = ? AND due <= ? AND lease_until > ?"
        key = (self._database.company, now, now)
        for (holder,) in connection.all(f"SELECT DISTINCT holder FROM {held}", *key):
            if is_gone(holder):
                connection.run(
                    "UPDATE privcrm_timer SET holder = '', lease_until = 0"
                    " WHERE company = ? AND due <= ? AND holder = ?",
                    *(self._database.company, now, holder),
                )

    def finish(self, timer: Timer, holder: str) -> None:
        """Forget a timer whose handler succeeded, unless it was set anew or taken over meanwhile."""
        with self._database.connect() as connection:
            connection.run(
                "DELETE FROM privcrm_timer WHERE company = ? AND kind = ? AND key = ? AND holder = ?",
                self._database.company,
                timer.kind,
                timer.key,
                holder,
            )

    def postpone(self, timer: Timer, holder: str, due: float) -> None:
        """Make a timer due later, because its handler failed."""
        with self._database.connect() as connection:
            connection.run(
                "UPDATE privcrm_timer SET due = ?, attempts = attempts + 1, holder = '', lease_until = 0"
                " WHERE company = ? AND kind = ? AND key = ? AND holder = ?",
                due,
                self._database.company,
                timer.kind,
                timer.key,
                holder,
            )
