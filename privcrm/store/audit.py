"""Who did what, when: rows that the database itself refuses to change or delete."""

import json
from collections.abc import Generator, Mapping
from typing import Any

from attrs import frozen

from privcrm.clock import Clock
from privcrm.store.database import Connection, Database, Row, in_pages

__all__ = ["Audit", "AuditEntry"]

PAGE = 500


@frozen
class AuditEntry:
    """One line of the audit; ``at`` is unix seconds, ``job_id`` is "" where no job is meant."""

    number: int
    at: float
    who: str
    what: str
    job_id: str
    details: Mapping[str, Any]


class Audit:
    """The append-only audit of a company."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, who: str, what: str, *, job_id: str = "", **details: Any) -> None:
        """Write a line of its own. Details are counts, states and ids of ours, never personal data."""
        with self._database.transaction(durable=True) as connection:
            self.write(connection, who, what, job_id=job_id, **details)

    def write(self, connection: Connection, who: str, what: str, *, job_id: str = "", **details: Any) -> None:
        """Write a line inside the transaction of what it tells about: both happen, or neither."""
        connection.run(
            "INSERT INTO privcrm_audit (company, at, who, what, job_id, details) VALUES (?, ?, ?, ?, ?, ?)",
            self._database.company,
            self._clock.time(),
            who,
            what,
            job_id,
            json.dumps(details, ensure_ascii=False),
        )

    def newest(self, count: int, *, job_id: str = "", after: int = 0) -> list[AuditEntry]:
        """Return the last ``count`` of the lines that ``entries`` yields, in order."""
        only = " AND job_id = ?" if job_id else ""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT number, at, who, what, job_id, details FROM privcrm_audit"
                f" WHERE company = ?{only} AND number > ? ORDER BY number DESC LIMIT ?",
                *((self._database.company, job_id) if job_id else (self._database.company,)),
                after,
                count,
            )
        return [_entry(row) for row in reversed(rows)]

    def entries(self, *, job_id: str = "", after: int = 0) -> Generator[AuditEntry]:
        """Yield the lines in order, those of one job or all, beginning behind number ``after``."""
        only = " AND job_id = ?" if job_id else ""
        rows = in_pages(
            self._database,
            "SELECT number, at, who, what, job_id, details FROM privcrm_audit"
            f" WHERE company = ?{only} AND number > ? ORDER BY number LIMIT ?",
            (self._database.company, job_id) if job_id else (self._database.company,),
            (after,),
            PAGE,
        )
        return (_entry(row) for row in rows)


def _entry(row: Row) -> AuditEntry:
    number, at, who, what, job_id, details = row
    return AuditEntry(number, at, who, what, job_id, json.loads(details))
