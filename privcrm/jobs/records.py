"""Jobs in the store: their rows, who holds them, and the fencing number that makes a late worker's commit fail."""

import json
from collections.abc import Generator, Iterable, Mapping, Sequence

from attrs import frozen

from privcrm.errors import JobError
from privcrm.jobs.codec import JOB_COLUMNS, dump, job_from_row, limits_to_text
from privcrm.jobs.model import Job, JobState, OutcomeState, RunLimits
from privcrm.store.database import Connection, Database, Row, in_pages, marks
from privcrm.store.leases import is_alive, is_gone

__all__ = ["LEASE_SECONDS", "Lease", "LeaseLost", "Look", "Records"]

# Longer than any single call may last; renewed with every commit. Only the death of another machine lets it run out:
# a process that died on this one is known to be gone at once.
LEASE_SECONDS = 120.0
PAGE = 100


class LeaseLost(JobError):
    """Another worker has taken the job over; what this one still had to write was refused."""


@frozen
class Lease:
    """The right to work on a job: the fencing token ``fence`` grows with every worker that takes it.

    It runs out at ``until`` (unix seconds) unless renewed. ``taken_over``: it ran out on a worker that may still live.
    """

    job_id: str
    holder: str
    fence: int
    until: float
    taken_over: bool = False


@frozen
class Look:
    """What a worker sees before each send."""

    state: JobState
    stopped: bool


class Records:
    """The jobs of a company."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def load(self, job_id: str) -> Job:
        """Return a job with its counts. Raises ``JobError`` when there is none of that id."""
        with self._database.connect() as connection:
            return self.read(connection, job_id)

    def read(self, connection: Connection, job_id: str) -> Job:
        """Return a job with its counts, inside a transaction."""
        row = connection.one(
            f"SELECT {JOB_COLUMNS} FROM privcrm_job WHERE company = ? AND id = ?", self._company, job_id
        )
        if row is None:
            raise JobError(f"there is no job {job_id}")
        return job_from_row(self._company, row)

    def stream(self, states: Sequence[JobState]) -> Generator[Job]:
        """Yield the jobs in these states, the oldest first."""
        rows = in_pages(
            self._database,
            f"SELECT created_at, id FROM privcrm_job WHERE company = ? AND state IN ({marks(states)})"
            " AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?",
            (self._company, *states),
            (-1.0, ""),
            PAGE,
        )
        return (self.load(job_id) for _, job_id in rows)

    def due(self, kinds: Sequence[str], now: float) -> list[tuple[str, str, int]]:
        """Return (id, kind, version) of jobs that may be worked on now and that no living worker holds."""
        if not kinds:
            return []
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT id, kind, version, holder, lease_until FROM privcrm_job"
                f" WHERE company = ? AND kind IN ({marks(kinds)}) AND due_at <= ?"
                " AND (state IN ('ready', 'running') OR (state = 'waiting' AND due_at > 0))"
                " ORDER BY created_at, id LIMIT ?",
                self._company,
                *kinds,
                now,
                PAGE,
            )
        return [(row[0], row[1], row[2]) for row in rows if not _is_held(row[3], row[4], now)]

    def drafts(self) -> list[str]:
        """Return the jobs in preparation."""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT id FROM privcrm_job WHERE company = ? AND state = 'preparing' LIMIT ?", self._company, PAGE
            )
        return [row[0] for row in rows]

    def cancelled_with_open_sends(self) -> list[str]:
        """Return the cancelled jobs of which a send may have left and was not answered for."""
        with self._database.connect() as connection:
            rows = connection.all(
                "SELECT DISTINCT s.job_id FROM privcrm_send s"
                " JOIN privcrm_job j ON j.company = s.company AND j.id = s.job_id"
                " WHERE s.company = ? AND s.state = 'sent' AND j.state = 'cancelled' LIMIT ?",
                self._company,
                PAGE,
            )
        return [row[0] for row in rows]

    def is_under_way(self, job_id: str, now: float) -> bool:
        """Tell whether a worker holds the job, or a send of it may have left and was not answered for."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT holder, lease_until, (SELECT count(*) FROM privcrm_send s WHERE s.company = j.company"
                " AND s.job_id = j.id AND s.state = 'sent') FROM privcrm_job j WHERE company = ? AND id = ?",
                self._company,
                job_id,
            )
        return row is not None and (bool(row[2]) or _is_held(row[0], row[1], now))

    # -- leases

    def take(self, connection: Connection, job_id: str, holder: str, now: float) -> Lease | None:
        """Take the lease of a job, or return None while a living worker holds it."""
        row = self._lease_row(connection, job_id)
        if row is None or _is_held(row[0], row[1], now):
            return None
        return self._take(connection, job_id, holder, row, now)

    def take_abandoned(self, connection: Connection, job_id: str, holder: str, now: float) -> bool:
        """Take a job in preparation away from a maker who is gone; return whether it was so.

        A maker on this machine that is alive keeps it, however long its lease has run out: it may wait for the vendor.
        """
        row = self._lease_row(connection, job_id)
        if row is None or is_alive(row[0]) or _is_held(row[0], row[1], now):
            return False
        lease = self._take(connection, job_id, holder, row, now)
        if lease is None:
            return False
        if self.read(connection, job_id).state is JobState.PREPARING:
            return True
        self.give_back(connection, lease)  # sealed since it was listed: whoever runs it must not find it held
        return False

    def _lease_row(self, connection: Connection, job_id: str) -> Row | None:
        return connection.one(
            "SELECT holder, lease_until, fence FROM privcrm_job WHERE company = ? AND id = ?", self._company, job_id
        )

    def _take(self, connection: Connection, job_id: str, holder: str, row: Row, now: float) -> Lease | None:
        until = now + LEASE_SECONDS
        taken = connection.run(
            "UPDATE privcrm_job SET holder = ?, lease_until = ?, fence = fence + 1"
            " WHERE company = ? AND id = ? AND fence = ?",
            holder,
            until,
            self._company,
            job_id,
            row[2],
        )
        over = bool(row[0]) and not is_gone(row[0])
        return Lease(job_id, holder, row[2] + 1, until, over) if taken else None

    def renew(self, connection: Connection, lease: Lease, until: float, calls: int = 0) -> None:
        """Renew the lease and add calls spent; the first statement of every commit. Raises ``LeaseLost``."""
        renewed = connection.run(
            "UPDATE privcrm_job SET lease_until = ?, calls_spent = calls_spent + ?"
            " WHERE company = ? AND id = ? AND fence = ?",
            until,
            calls,
            self._company,
            lease.job_id,
            lease.fence,
        )
        if not renewed:
            raise LeaseLost(f"job {lease.job_id} was taken over by another worker")

    def give_back(self, connection: Connection, lease: Lease) -> None:
        """End the lease, if it still is this one."""
        connection.run(
            "UPDATE privcrm_job SET holder = '', lease_until = 0 WHERE company = ? AND id = ? AND fence = ?",
            self._company,
            lease.job_id,
            lease.fence,
        )

    def look(self, connection: Connection, lease: Lease) -> Look:
        """Return what decides whether the next send may start. Raises ``LeaseLost``."""
        row = connection.one(
            "SELECT state, fence, (SELECT count(*) FROM privcrm_switch s WHERE s.company = j.company)"
            " FROM privcrm_job j WHERE company = ? AND id = ?",
            self._company,
            lease.job_id,
        )
        if row is None or row[1] != lease.fence:
            raise LeaseLost(f"job {lease.job_id} was taken over by another worker")
        return Look(JobState(row[0]), bool(row[2]))

    # -- changes

    def create(self, connection: Connection, lease: Lease, **columns: str | float) -> bool:
        """Insert a job in preparation, held by its maker; return False if the id is taken."""
        row = {
            "company": self._company,
            "id": lease.job_id,
            "state": JobState.PREPARING.value,
            "holder": lease.holder,
            "lease_until": lease.until,
            "fence": lease.fence,
            **columns,
        }
        return bool(
            connection.run(
                f"INSERT INTO privcrm_job ({', '.join(row)}) VALUES ({marks(row)})"
                " ON CONFLICT (company, id) DO NOTHING",
                *row.values(),
            )
        )

    def undone_by(self, connection: Connection, job_id: str) -> str:
        """Return the job that takes this one back, or ""; until the transaction ends nobody else can ask."""
        mine = (self._company, job_id)
        connection.run("UPDATE privcrm_job SET undo_of = undo_of WHERE company = ? AND id = ?", *mine)  # locks the row
        row = connection.one(
            "SELECT id FROM privcrm_job WHERE company = ? AND undo_of = ? AND state <> 'cancelled' LIMIT 1", *mine
        )
        return "" if row is None else str(row[0])

    def seal(self, connection: Connection, lease: Lease, plan_hash: str, counts: Mapping[OutcomeState, int]) -> None:
        """Note what the plan came to."""
        connection.run(
            "UPDATE privcrm_job SET plan_hash = ?, items = ?, counts = ? WHERE company = ? AND id = ?",
            plan_hash,
            sum(counts.values()),
            dump(counts),
            self._company,
            lease.job_id,
        )

    def shift(self, connection: Connection, job_id: str, changes: Mapping[OutcomeState, int]) -> None:
        """Change the numbers of items in each state, which stand on the job's row so that nobody has to count.

        The caller's transaction has written to that row before, so that no other worker is between.
        """
        counts = dict(self.read(connection, job_id).counts)
        for state, change in changes.items():
            counts[state] = counts.get(state, 0) + change
        connection.run(
            "UPDATE privcrm_job SET counts = ? WHERE company = ? AND id = ?",
            dump({state: count for state, count in counts.items() if count}),
            self._company,
            job_id,
        )

    def move(
        self,
        connection: Connection,
        job_id: str,
        allowed: Iterable[JobState],
        state: JobState,
        *,
        reason: str = "",
        due_at: float = 0.0,
        finished_at: float = 0.0,
    ) -> bool:
        """Put a job into another state if it is in one of those allowed; return whether it was."""
        states = tuple(allowed)
        return bool(
            connection.run(
                "UPDATE privcrm_job SET state = ?, reason = ?, due_at = ?, finished_at = ?"
                f" WHERE company = ? AND id = ? AND state IN ({marks(states)})",
                state,
                reason,
                due_at,
                finished_at,
                self._company,
                job_id,
                *states,
            )
        )

    def set_limits(self, connection: Connection, job_id: str, limits: RunLimits) -> None:
        """Change how a job may run; a worker that has it already heeds the old limits."""
        connection.run(
            "UPDATE privcrm_job SET limits = ? WHERE company = ? AND id = ?",
            limits_to_text(limits),
            self._company,
            job_id,
        )

    def set_note(self, connection: Connection, job_id: str, note: str) -> None:
        """Put a sentence for people on the job."""
        connection.run("UPDATE privcrm_job SET note = ? WHERE company = ? AND id = ?", note, self._company, job_id)

    def delete(self, job_id: str) -> None:
        """Drop a job in preparation; its items must be gone already."""
        with self._database.transaction() as connection:
            connection.run(
                "DELETE FROM privcrm_job WHERE company = ? AND id = ? AND state = 'preparing'", self._company, job_id
            )

    def canary(self, job_id: str) -> list[int]:
        """Return the numbers of the items chosen to go first, if they have been chosen."""
        with self._database.connect() as connection:
            row = connection.one("SELECT canary FROM privcrm_job WHERE company = ? AND id = ?", self._company, job_id)
        return list(json.loads(row[0])) if row and row[0] else []

    def set_canary(self, connection: Connection, job_id: str, seqs: Sequence[int]) -> None:
        """Note which items go first."""
        connection.run(
            "UPDATE privcrm_job SET canary = ? WHERE company = ? AND id = ?", json.dumps(seqs), self._company, job_id
        )


def _is_held(holder: str, until: float, now: float) -> bool:
    return bool(holder) and until > now and not is_gone(holder)
