"""What the other jobs of a company have done, and what they still may do."""

import json
from collections.abc import Generator, Mapping
from typing import Any

from attrs import field, frozen

from privcrm.errors import JobError
from privcrm.jobs.items import Items
from privcrm.jobs.journal import Journal
from privcrm.jobs.model import Job, JobState, Orphan, OutcomeState
from privcrm.jobs.records import Records
from privcrm.store.database import Database, Row, in_pages

__all__ = ["Given", "History", "OpenItem"]

PAGE = 1_000
_ENDED = (JobState.DONE, JobState.CANCELLED)


@frozen
class Given:
    """An item that is done, and what it was given: its outcome's ``before``."""

    job_id: str
    key: str
    before: Mapping[str, Any] = field(repr=False)


@frozen
class OpenItem:
    """An item that may still be sent, or of which nobody knows whether it happened."""

    job_id: str
    key: str
    state: OutcomeState


class History:
    """The jobs of one company, looked at by what they are about."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database)

    def given(self, kind: str, since: float) -> Generator[Given]:
        """Yield what done items of a kind were given, those that were finished since then (unix seconds)."""
        for job in self._of_kind(kind):
            if not 0 < job.finished_at < since:
                rows = self._items(job.id, "done", "key, before", "finished_at >= ? AND before <> ''", since)
                yield from (Given(job.id, key, json.loads(before)) for _, key, before in rows)

    def open_items(self, kind: str, *, besides: str) -> Generator[OpenItem]:
        """Yield the items of a kind that are planned in a job which has not ended, or unknown in any.

        Plans in the making count too. ``besides`` is the job to leave out.
        """
        for job in self._of_kind(kind):
            states = [] if job.state in _ENDED else [OutcomeState.PLANNED]
            states += [OutcomeState.UNKNOWN] if OutcomeState.UNKNOWN in job.counts else []
            for state in states if job.id != besides else ():
                yield from (OpenItem(job.id, key, state) for _, key in self._items(job.id, state, "key"))

    def of_key(self, kind: str, key: str, *, besides: str) -> Job | None:
        """Return the job of a kind whose ``params["key"]`` is this one, cancelled ones and undos apart.

        Raises ``JobError`` while another process is still planning it.
        """
        kept = (job for job in self._of_kind(kind) if job.state is not JobState.CANCELLED and not job.undo_of)
        job = next((job for job in kept if job.id != besides and job.params.get("key") == key), None)
        if job is not None and job.state is JobState.PREPARING:
            raise JobError(f"job {job.id} with the same key is being planned right now: try again")
        return job

    def orphans(self, job_id: str) -> Generator[Orphan]:
        """Yield what a job may have left behind at the vendor."""
        items = Items(self._database, job_id)
        for _, seqs, sent_at, what in Journal(self._database, job_id).orphans():
            for item in items.by_seq(json.loads(seqs)):
                yield Orphan(item.seq, item.key, sent_at, what)

    def _of_kind(self, kind: str) -> Generator[Job]:
        rows = in_pages(
            self._database,
            "SELECT id FROM privcrm_job WHERE company = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?",
            (self._database.company, kind),
            ("",),
            PAGE,
        )
        return (self._records.load(job_id) for (job_id,) in rows)

    def _items(self, job_id: str, state: str, columns: str, only: str = "1 = 1", *values: Any) -> Generator[Row]:
        return in_pages(
            self._database,
            f"SELECT seq, {columns} FROM privcrm_item"
            f" WHERE company = ? AND job_id = ? AND state = ? AND {only} AND seq > ? ORDER BY seq LIMIT ?",
            (self._database.company, job_id, state, *values),
            (0,),
            PAGE,
        )
