"""The files that were written from this store: whoever erases a person has to look through them."""

from collections.abc import Generator
from pathlib import Path
from typing import Final

from attrs import frozen

from privcrm.clock import Clock
from privcrm.store.database import Database, in_pages

__all__ = ["Files", "WrittenFile"]

PAGE: Final = 500


@frozen
class WrittenFile:
    """One file; ``made_at`` is unix seconds, ``job_id`` "" where no job is meant."""

    path: str
    kind: str
    job_id: str
    made_at: float


class Files:
    """The files of a company."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def register(self, path: str | Path, kind: str, *, job_id: str = "") -> None:
        """Note a file that may name people, by its full path; ``kind`` says what it is, such as ``outcomes``."""
        with self._database.transaction() as connection:
            connection.run(
                "INSERT INTO privcrm_file (company, path, kind, job_id, made_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (company, path) DO UPDATE SET kind = excluded.kind, job_id = excluded.job_id,"
                " made_at = excluded.made_at",
                *(self._database.company, str(Path(path).absolute()), kind, job_id, self._clock.time()),
            )

    def all(self) -> Generator[WrittenFile]:
        """Yield them in the order of their paths."""
        rows = in_pages(
            self._database,
            "SELECT path, kind, job_id, made_at FROM privcrm_file WHERE company = ? AND path > ? ORDER BY path LIMIT ?",
            (self._database.company,),
            ("",),
            PAGE,
        )
        return (WrittenFile(*row) for row in rows)
