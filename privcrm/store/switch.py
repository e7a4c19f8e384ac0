"""The kill switch: one row that stops every process of a company before its next write."""

from attrs import frozen

from privcrm.clock import Clock
from privcrm.store.audit import Audit
from privcrm.store.database import Database

__all__ = ["Stop", "Switch"]


@frozen
class Stop:
    """Why and by whom writing was stopped; ``at`` is unix seconds."""

    reason: str
    who: str
    at: float


class Switch:
    """``privcrm stop`` and ``privcrm start``."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def stop(self, reason: str, who: str) -> None:
        """Let no write out any more; a stop already in force keeps its reason."""
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "INSERT INTO privcrm_switch (company, reason, who, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (company) DO NOTHING",
                self._database.company,
                reason,
                who,
                self._clock.time(),
            )
            self._audit.write(connection, who, "stop", reason=reason)

    def start(self, who: str) -> None:
        """Let writes out again. Jobs that stopped meanwhile stay paused until somebody resumes them."""
        with self._database.transaction(durable=True) as connection:
            connection.run("DELETE FROM privcrm_switch WHERE company = ?", self._database.company)
            self._audit.write(connection, who, "start")

    def stopped(self) -> bool:
        """Tell whether writing is stopped: one look-up by key, cheap enough for every call."""
        return self.current() is not None

    def current(self) -> Stop | None:
        """Return the stop in force, or None."""
        with self._database.connect() as connection:
            row = connection.one("SELECT reason, who, at FROM privcrm_switch WHERE company = ?", self._database.company)
        return None if row is None else Stop(*row)
