"""A plan in the making: its items go to the store as they come, and nothing of it stays unless it is sealed."""

from collections.abc import Callable, Generator, Iterable
from itertools import islice

from privcrm.errors import InputError, JobError
from privcrm.jobs.approvals import Approvals, ApprovalStage
from privcrm.jobs.codec import dump
from privcrm.jobs.items import Items, content_hash, merged
from privcrm.jobs.model import ItemDraft, Job, JobState, OutcomeState
from privcrm.jobs.records import Lease, Records
from privcrm.store.database import Connection, Row
from privcrm.store.store import Store

__all__ = ["DRAFT_LEASE_SECONDS", "Draft", "Merge", "drop_draft"]

Merge = Callable[[ItemDraft, ItemDraft], ItemDraft]

COMMIT = 1_000
# Planning may read the vendor for hours between two commits of items.
DRAFT_LEASE_SECONDS = 6 * 3600.0


class Draft:
    """What ``Jobs.prepare`` lends.

    ``stage`` keeps scratch rows for merging input by key. ``merge`` joins two drafts of one key into the one to keep;
    while it is None, a key given twice raises ``InputError``.
    """

    def __init__(self, store: Store, job: Job, lease: Lease, *, approval_above: int | None) -> None:
        self.job_id = job.id
        self.stage = store.stage(job.id, self._keep)
        self.merge: Merge | None = None
        self.sealed = False
        self._store = store
        self._job = job
        self._lease = lease
        self._approval_above = approval_above
        self._records = Records(store.database)
        self._items = Items(store.database, job.id)
        self._next_seq = 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been added yet."""
        return self._next_seq == 1

    def add(self, drafts: Iterable[ItemDraft]) -> None:
        """Add items, in commits of 1,000. Raises ``InputError`` (a key twice), ``JobError`` (sealed, or taken away)."""
        if self.sealed:
            raise JobError(f"job {self.job_id} is sealed: its plan cannot change any more")
        source = iter(drafts)
        while page := list(islice(source, COMMIT)):
            with self._store.database.transaction() as connection:
                self._keep(connection)
                taken = self._items.insert(connection, self._next_seq, page)
                for draft in taken:
                    stored = self._items.draft(connection, draft.key)
                    self._items.replace(connection, self._merged(stored, draft))
            self._next_seq += len(page)

    def seal(self, *, calls: int = 0, note: str = "", paused: str = "") -> Job:
        """Close the plan and return the job: READY, or WAITING for an approval, or PAUSED for the reason ``paused``.

        ``calls``: vendor calls that planning has cost; they count against ``max_calls``.
        """
        self.stage.clear()
        counts: dict[OutcomeState, int] = {}
        plan_hash = self.plan_hash(counts)
        planned = counts.get(OutcomeState.PLANNED, 0)
        now = self._store.clock.time()
        with self._store.database.transaction(durable=True) as connection:
            self._records.renew(connection, self._lease, now, calls)
            state, reason = self._opening_state(planned, paused)
            self._records.seal(connection, self._lease, plan_hash, counts)
            self._records.set_note(connection, self.job_id, note)
            self._records.move(connection, self.job_id, (JobState.PREPARING,), state, reason=reason)
            self._records.give_back(connection, self._lease)
            if state is JobState.WAITING:
                Approvals(self._store.database).ask(connection, self.job_id, ApprovalStage.PLAN, plan_hash, now)
            self._store.audit.write(
                connection,
                self._job.created_by,
                "plan",
                job_id=self.job_id,
                kind=self._job.kind,
                items=sum(counts.values()),
                to_send=planned,
                plan_hash=plan_hash,
            )
            job = self._records.read(connection, self.job_id)
        self.sealed = True
        return job

    def plan_hash(self, counts: dict[OutcomeState, int] | None = None) -> str:
        """Return the hash that the plan as it stands would be sealed with; ``counts`` is filled on the way."""
        head = dump([self._job.kind, self._job.version, self._job.params])
        return content_hash(head, _counted(self._items.content(), {} if counts is None else counts))

    def _keep(self, connection: Connection) -> None:
        """Renew the lease. Raises ``JobError`` if it was lost: the plan's rows may have been dropped since."""
        self._records.renew(connection, self._lease, self._store.clock.time() + DRAFT_LEASE_SECONDS)

    def _opening_state(self, planned: int, paused: str) -> tuple[JobState, str]:
        if self._approval_above is not None and planned > self._approval_above:
            return JobState.WAITING, f"approval: {planned} items are more than {self._approval_above}"
        return (JobState.PAUSED, paused) if paused else (JobState.READY, "")

    def _merged(self, stored: ItemDraft, draft: ItemDraft) -> ItemDraft:
        if self.merge is None:
            # The key may be a person's: it is not quoted.
            raise InputError("an item's key was given twice in one plan; give each once, or say how to merge them")
        return merged(stored, self.merge(stored, draft))


def _counted(rows: Iterable[Row], counts: dict[OutcomeState, int]) -> Generator[Row]:
    """Hand on the rows of ``Items.content``, counting their states on the way."""
    for row in rows:
        state = OutcomeState(row[3])
        counts[state] = counts.get(state, 0) + 1
        yield row


def drop_draft(store: Store, job_id: str) -> None:
    """Forget a job in preparation with all its rows."""
    store.stage(job_id).clear()
    Items(store.database, job_id).clear()
    Records(store.database).delete(job_id)
