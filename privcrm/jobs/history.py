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
from privcrm.store.database import Database, in_pages

__all__ = ["Given", "History", "OpenItem"]

PAGE = 1_000


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
        rows = in_pages(
            self._database,
            "SELECT i.job_id, i.seq, i.key, i.before FROM privcrm_job j CROSS JOIN privcrm_item i"
            " WHERE j.company = ? AND j.kind = ? AND i.company = j.company AND i.job_id = j.id AND i.state = 'done'"
            " AND i.finished_at >= ? AND i.before <> '' AND (i.job_id, i.seq) > (?, ?)"
            " ORDER BY i.job_id, i.seq LIMIT ?",
            (self._database.company, kind, since),
            ("", 0),
            PAGE,
        )
        return (Given(job_id, key, json.loads(before)) for job_id, _, key, before in rows)

    def open_items(self, kind: str, *, besides: str) -> Generator[OpenItem]:
        """Yield the items of a kind that are planned in a job which has not ended, or unknown in any.

        Plans in the making count too. ``besides`` is the job to leave out.
        """
        rows = in_pages(
            self._database,
            "SELECT i.job_id, i.seq, i.key, i.state FROM privcrm_job j CROSS JOIN privcrm_item i"
            " WHERE j.company = ? AND j.kind = ? AND j.id <> ? AND i.company = j.company AND i.job_id = j.id"
            " AND i.state IN ('planned', 'unknown') AND (i.state = 'unknown' OR j.state NOT IN ('done', 'cancelled'))"
            " AND (i.job_id, i.seq) > (?, ?) ORDER BY i.job_id, i.seq LIMIT ?",
            (self._database.company, kind, besides),
            ("", 0),
            PAGE,
        )
        return (OpenItem(job_id, key, OutcomeState(state)) for job_id, _, key, state in rows)

    def of_key(self, kind: str, key: str, *, besides: str) -> Job | None:
        """Return the job of a kind whose ``params["key"]`` is this one, cancelled ones apart.

        Raises ``JobError`` while another process is still planning it.
        """
        rows = in_pages(
            self._database,
            "SELECT id, params FROM privcrm_job"
            " WHERE company = ? AND kind = ? AND id <> ? AND state <> 'cancelled' AND id > ? ORDER BY id LIMIT ?",
            (self._database.company, kind, besides),
            ("",),
            PAGE,
        )
        job_id = next((job_id for job_id, params in rows if json.loads(params).get("key") == key), None)
        job = self._records.load(job_id) if job_id else None
        if job is not None and job.state is JobState.PREPARING:
            raise JobError(f"job {job.id} with the same key is being planned right now: try again")
        return job

    def orphans(self, job_id: str) -> Generator[Orphan]:
        """Yield what a job may have left behind at the vendor."""
        items = Items(self._database, job_id)
        for _, seqs, sent_at, what in Journal(self._database, job_id).orphans():
            for item in items.by_seq(json.loads(seqs)):
                yield Orphan(item.seq, item.key, sent_at, what)
