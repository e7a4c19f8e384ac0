"""Files that were written from the store: whoever is erased may be in one of them."""

from pathlib import Path
from typing import Final

from attrs import frozen

from privcrm.clock import Clock
from privcrm.store.database import Database

__all__ = ["Files", "RegisteredFile"]

MOST: Final = 100_000


@frozen
class RegisteredFile:
    """A file of people: where it was written, what it is ("segment"), for which job, and when (unix seconds)."""

    path: str
    kind: str
    job_id: str
    made_at: float


class Files:
    """The files that were written for a company."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def register(self, path: str | Path, kind: str, job_id: str = "") -> None:
        """Remember a file: before it is written, so that none is forgotten by a process that dies."""
        with self._database.transaction() as connection:
            connection.run(
                "INSERT INTO privcrm_file (company, path, kind, job_id, made_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (company, path) DO UPDATE SET kind = excluded.kind, job_id = excluded.job_id,"
                " made_at = excluded.made_at",
                *(self._database.company, str(Path(path).resolve()), kind, job_id, self._clock.time()),
            )

    def all(self) -> list[RegisteredFile]:
        """Return all of them by path."""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT path, kind, job_id, made_at FROM privcrm_file WHERE company = ? ORDER BY path LIMIT ?",
                *(self._database.company, MOST),
            )
        return [RegisteredFile(*row) for row in rows]
