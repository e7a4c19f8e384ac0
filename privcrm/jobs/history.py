"""What the other jobs of a company have done, and what they still may do."""

import json
from collections.abc import Generator, Mapping
from typing import Any

from attrs import field, frozen

from privcrm.clock import Clock
from privcrm.errors import JobError
from privcrm.jobs.codec import dump
from privcrm.jobs.items import Items
from privcrm.jobs.journal import Journal
from privcrm.jobs.model import Job, JobState, Orphan, OutcomeState
from privcrm.jobs.records import Records
from privcrm.store.database import Database, Row, in_pages

__all__ = ["Given", "History", "OpenItem"]

PAGE = 1_000
_LEFT_TRACES = (OutcomeState.DONE, OutcomeState.WAITING, OutcomeState.UNKNOWN)


@frozen
class Given:
    """An item that is done, begun or unknown, and what it was given: its outcome's ``before``, empty if not known."""

    job_id: str
    seq: int
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

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._records = Records(database)

    def given(self, kind: str, since: float) -> Generator[Given]:
        """Yield the items of a kind that are done, begun or unknown since then (unix seconds), undos apart."""
        for job in self._of_kind(kind):
            early = 0 < job.finished_at < since
            for state in () if early or job.undo_of else _LEFT_TRACES:
                if state in job.counts:
                    rows = self._items(job.id, state, "key, before", "finished_at >= ?", since)
                    yield from (Given(job.id, seq, key, json.loads(before or "{}")) for seq, key, before in rows)

    def learn(self, given: Given, before: Mapping[str, Any]) -> None:
        """Keep what is known by now of what an item was given, in place of what was known before."""
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "UPDATE privcrm_item SET before = ?"
                " WHERE company = ? AND job_id = ? AND seq = ? AND state IN ('done', 'waiting')",
                dump(before),
                self._database.company,
                given.job_id,
                given.seq,
            )

    def open_items(self, kind: str, *, besides: str) -> Generator[OpenItem]:
        """Yield the items of a kind that are planned in a job which has not ended, or unknown in any.

        Plans in the making count too, and so does a cancelled job of which a send is still under way. ``besides`` is
        the job to leave out.
        """
        for job in self._of_kind(kind):
            states = [OutcomeState.PLANNED] if self._may_send(job) else []
            states += [OutcomeState.UNKNOWN] if OutcomeState.UNKNOWN in job.counts else []
            for state in states if job.id != besides else ():
                yield from (OpenItem(job.id, key, state) for _, key in self._items(job.id, state, "key"))

    def of_key(self, kind: str, key: str, *, besides: str) -> Job | None:
        """Return the job of a kind whose ``params["key"]`` is this one, undos apart.

        One that was cancelled before anything of it was sent counts no more. Raises ``JobError`` for one that was
        cancelled later, because nobody can run the rest of it, and while another process is still planning it.
        """
        jobs = (job for job in self._of_kind(kind) if not job.undo_of and job.id != besides)
        job = next((job for job in jobs if job.params.get("key") == key and not self._came_to_nothing(job)), None)
        if job is not None and job.state is JobState.PREPARING:
            raise JobError(f"job {job.id} with the same key is being planned right now: try again")
        if job is not None and job.state is JobState.CANCELLED:
            raise JobError(
                f"job {job.id} with the same key was cancelled after something of it was or may have been sent: see"
                " what (`privcrm job show`), and order what is left under another key"
            )
        return job

    def orphans(self, job_id: str) -> Generator[Orphan]:
        """Yield what a job may have left behind at the vendor."""
        items = Items(self._database, job_id)
        for _, seqs, sent_at, what in Journal(self._database, job_id).orphans():
            for item in items.by_seq(json.loads(seqs)):
                yield Orphan(item.seq, item.key, sent_at, what)

    def _may_send(self, job: Job) -> bool:
        if job.state is JobState.CANCELLED:
            return job.planned > 0 and self._records.is_under_way(job.id, self._clock.time())
        return job.state is not JobState.DONE

    def _came_to_nothing(self, job: Job) -> bool:
        return (
            job.state is JobState.CANCELLED
            and not any(job.counts.get(state) for state in _LEFT_TRACES)
            and not self._records.is_under_way(job.id, self._clock.time())
        )

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
