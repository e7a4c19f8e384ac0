"""Putting and taking off what rules have planned: gathered into tagging jobs, one for many hits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Final

from privcrm.clock import Clock
from privcrm.jobs import Job, Jobs, JobState
from privcrm.models import TagGroup
from privcrm.provider import Provider
from privcrm.services.following import run_or_follow
from privcrm.services.tag_rules.batches import Batches
from privcrm.services.tag_rules.records import RuleRecords
from privcrm.services.tag_rules.settling import Settling
from privcrm.services.tag_rules.tag_users import TagUsers
from privcrm.services.tagging import Tagging, TagRow
from privcrm.services.tagging.names import TagRef
from privcrm.store import Store
from privcrm.store.timers import Timer

__all__ = ["Applying"]

TIMER: Final = "tag.rules"
GATHER_SECONDS: Final = 30.0
LOOK_AGAIN_SECONDS: Final = 60.0
_DUE: Final = "due"
_ENDED: Final = (JobState.DONE, JobState.CANCELLED)
_MAKER: Final = "tag rules"


class Applying:
    """Makes jobs of hits and takes in what became of them; a killed process is made up for by the next one."""

    def __init__(
        self,
        provider: Provider,
        jobs: Jobs,
        tagging: Tagging,
        store: Store,
        clock: Clock,
        *,
        records: RuleRecords,
        rng: Random,
    ) -> None:
        self._provider = provider
        self._jobs = jobs
        self._tagging = tagging
        self._database = store.database
        self._clock = clock
        self._records = records
        self._users = TagUsers(store.database)
        self._batches = Batches(store.database, records, rng)
        self._settling = Settling(store.database, jobs, records, clock)
        jobs.timers.offer(TIMER, self._on_timer)

    def soon(self) -> None:
        """Let whoever runs the timers gather soon; what comes until then goes into the same job."""
        due = (self._clock.time() // GATHER_SECONDS + 1) * GATHER_SECONDS
        self._jobs.timers.set(TIMER, _DUE, due, {})

    def apply(self, *, run: bool) -> tuple[Job, ...]:
        """Gather what is planned, and run it if told to; return the jobs. Raises what tagging raises."""
        self.freeze()
        self._settle()
        made: list[Job] = []
        while (batch := self._batches.claim()) is not None:
            job = self._submit(batch)
            if job is not None:
                made.append(self._ran(job) if run else job)
                self._settle()
            if not run:
                break
        with self._database.transaction() as connection:
            self._records.bury(connection)
        if self._batches.open_jobs():
            self._jobs.timers.set(TIMER, _DUE, self._clock.time() + LOOK_AGAIN_SECONDS, {})
        return tuple(made)

    def freeze(self) -> None:
        """Freeze the rules of tags that are deleted by the mirror."""
        with self._database.transaction() as connection:
            self._users.freeze_deleted(connection)

    def _ran(self, job: Job) -> Job:
        return run_or_follow(self._jobs, self._clock, job.id) if job.state is JobState.READY else job

    def _submit(self, batch: str) -> Job | None:
        """Make a job of a batch; the batch's name in it ties both together should this process be killed."""
        try:
            titles = _titles(self._provider.tags.list())
            gone = {tag_id for wanted in self._batches.wanted(batch) for tag_id in (*wanted.add, *wanted.remove)} - {
                *titles
            }
            self._drop(batch, sorted(gone))
            if next(self._batches.wanted(batch), None) is None:
                return None
            job, _ = self._tagging.submit(self._rows(batch, titles), created_by=f"{_MAKER} {batch}")
        except BaseException:
            self._batches.give_back(batch)
            raise
        self._batches.tie(batch, job.id)
        # It pauses when many members are unknown, lest a list be another app's; these ids the vendor itself has told.
        return self._jobs.resume(job.id) if job.state is JobState.PAUSED else job

    def _drop(self, batch: str, tag_ids: Sequence[str]) -> None:
        """Leave out tags that are no more, also where no callback and no listing has told it yet."""
        if tag_ids:
            with self._database.transaction() as connection:
                self._users.freeze(connection, tag_ids)
                self._batches.drop(connection, batch, tag_ids)

    def _rows(self, batch: str, titles: Mapping[str, str]) -> Iterator[TagRow]:
        for number, wanted in enumerate(self._batches.wanted(batch), 1):
            add, remove = (tuple(titles[tag_id] for tag_id in some) for some in (wanted.add, wanted.remove))
            yield TagRow(number, wanted.member_id, wanted.staff_id, add, remove)

    def _settle(self) -> None:
        """Take in jobs that have ended, and batches whose process was killed."""
        for batch in self._batches.orphaned():
            self._jobs.sweep()
            maker = f"{_MAKER} {batch}"
            job = next((each for each in self._jobs.list() if each.created_by == maker), None)
            if job is None:
                self._batches.give_back(batch)
            elif job.state is not JobState.PREPARING:
                self._batches.tie(batch, job.id)
        for job_id in self._batches.open_jobs():
            job = self._jobs.get(job_id)
            if job.state in _ENDED:
                self._settling.settle(job)

    def _on_timer(self, timer: Timer) -> None:
        del timer
        self.apply(run=False)


def _titles(groups: Iterable[TagGroup]) -> dict[str, str]:
    """Return the full names of living tags by id, as they can be written in a list."""
    living = (group for group in groups if not group.deleted)
    return {
        tag.tag_id: TagRef(tag.tag_id, tag.name, group.name).title
        for group in living
        for tag in group.tags
        if not tag.deleted
    }
