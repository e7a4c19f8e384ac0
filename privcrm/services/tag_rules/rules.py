"""``crm.tag_rules``: rules that tag by themselves."""

import random
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.jobs import Job, Jobs, JobState
from privcrm.models import TagGroup
from privcrm.models.tag_rule import RuleTag, TagRule, Trigger
from privcrm.provider import Provider
from privcrm.services.files.sentences import say
from privcrm.services.following import run_or_follow
from privcrm.services.tag_library.resolving import single_tag
from privcrm.services.tag_rules.batches import Batches
from privcrm.services.tag_rules.codec import told
from privcrm.services.tag_rules.finding import Finding, SelectMembers
from privcrm.services.tag_rules.hits import Hits, HitState, RuleHit
from privcrm.services.tag_rules.keeper import RuleKeeper
from privcrm.services.tag_rules.records import RuleRecords
from privcrm.services.tag_rules.settling import Settling
from privcrm.services.tag_rules.tag_users import TagUsers
from privcrm.services.tagging import Tagging, TagRow
from privcrm.services.tagging.cells import tag_names
from privcrm.services.tagging.creation import TagCreation
from privcrm.services.tagging.names import TagLibrary, TagRef
from privcrm.services.tagging.relation import TagTable
from privcrm.store import Store
from privcrm.store.database import Connection
from privcrm.store.timers import Timer

__all__ = ["RuleRun", "TagRules"]

TIMER: Final = "tag.rules"
GATHER_SECONDS: Final = 30.0
LOOK_AGAIN_SECONDS: Final = 60.0
PAIRS_AT_ONCE: Final = 200
_DUE: Final = "due"
_ENDED: Final = (JobState.DONE, JobState.CANCELLED)
_MAKER: Final = "tag rules"


@frozen
class RuleRun:
    """What running a rule did: ``found`` relations are meant, ``new`` hits were planned, ``jobs`` carry them."""

    found: int
    new: int
    jobs: tuple[Job, ...]


class TagRules:
    """Rules hear of events and can be run over the mirror; what they hit is put by tagging jobs, one for many hits.

    Each hit is logged with its reason. A tag that was there already is not ours: removing a rule takes off only what it
    put, and nobody else put since as far as callbacks tell. Needs a store. ``select`` gives the ids of a segment's
    members.
    """

    def __init__(
        self,
        provider: Provider,
        jobs: Jobs,
        tagging: Tagging,
        store: Store,
        clock: Clock,
        *,
        select: SelectMembers | None = None,
        rng: random.Random | None = None,
    ) -> None:
        rng = rng or random.SystemRandom()
        self._provider = provider
        self._jobs = jobs
        self._tagging = tagging
        self._database = store.database
        self._audit = store.audit
        self._users = TagUsers(store.database)
        self._clock = clock
        self._records = RuleRecords(store.database, rng)
        self._hits = Hits(store.database)
        self._finding = Finding(store.database, select)
        self._batches = Batches(store.database, self._records, clock, rng)
        self._settling = Settling(store.database, jobs, self._records, clock)
        self.keeper = RuleKeeper(store.database, self._records, self._finding, clock, self._set_timer)
        """Takes events in: see ``keeper.subscribe``."""
        jobs.timers.register(TIMER, self._on_timer)

    # -- rules

    def add(
        self,
        name: str,
        when: Trigger | Iterable[Trigger],
        add: Iterable[str],
        *,
        create_tags: bool = False,
        created_by: str = "",
    ) -> TagRule:
        """Make a rule that puts the tags ``add`` (names or ids) where one of the triggers holds, from now on.

        Missing tags named Group/Tag are made only with ``create_tags``. Raises ``InputError``, and as the ports do.
        """
        if isinstance(add, str):
            raise InputError("add takes several tags: put one into a list")
        tags = self._tags(list(add), create=create_tags)
        rule = TagRule(name, when, tags, created_at=self._clock.time(), created_by=created_by)  # type: ignore[arg-type]
        with self._database.transaction(durable=True) as connection:
            made = self._records.add(connection, rule)
            self._audit.write(connection, created_by, "tag rule", rule=made.id, name=name)
        return made

    def list(self, *, removed: bool = False) -> "list[TagRule]":
        """Return the rules, the oldest first; with ``removed`` also those that are no more."""
        with self._database.connect() as connection:
            return [each for each in self._records.all(connection) if removed or each.state != "removed"]

    def get(self, rule: str) -> TagRule:
        """Return a rule by name or id. Raises ``InputError``."""
        with self._database.connect() as connection:
            return self._records.get(connection, rule)

    def hits(self, rule: str) -> Iterator[RuleHit]:
        """Yield what a rule hit, and why. Raises ``InputError``."""
        return self._hits.log(self.get(rule))

    def report(self, rule: str) -> Mapping[HitState, int]:
        """Return how many hits of a rule stand how. Raises ``InputError``."""
        return self._hits.count(self.get(rule).id)

    # -- doing

    def run(self, rule: str, *, apply: bool = True) -> RuleRun:
        """Look through the mirror for whom a rule means now, plan it, and unless told not to, put it.

        Raises ``InputError`` for a rule that is unknown, removed or frozen, and as ``apply_due`` does.
        """
        self._freeze()
        found = self.get(rule)
        if found.frozen or found.state != "active":
            why = found.frozen or found.state
            raise InputError(say("tag rule {name!r} does nothing at present: {why}", name=found.name, why=why))
        seen = new = 0
        for trigger in found.when:
            pairs = self._finding.pairs(found, trigger, self._clock.time())
            while some := list(islice(pairs, PAIRS_AT_ONCE)):
                seen += len(some)
                with self._database.transaction() as connection:
                    new += self._hits.record(connection, found, some, clause=told(trigger), now=self._clock.time())
        return RuleRun(seen, new, self.apply_due() if apply else ())

    def remove(self, rule: str, *, take_back: bool = True, removed_by: str = "", apply: bool = True) -> tuple[Job, ...]:
        """Remove a rule; ``take_back`` also takes off what it put, and returns the jobs that do.

        A tag that another rule hit on the same relation stays, and is that rule's from then on. Raises ``InputError``,
        and as ``apply_due`` does.
        """
        found = self.get(rule)
        with self._database.transaction(durable=True) as connection:
            self._records.lock(connection)
            self._records.move(connection, found.id, "removing" if take_back else "removed")
            self._hits.let_go(connection, found.id, take_back=take_back)
            self._records.bury(connection)
            self._audit.write(connection, removed_by, "remove tag rule", rule=found.id, take_back=take_back)
        if not take_back:
            return ()
        if apply:
            return self.apply_due()
        self._set_timer()
        return ()

    def apply_due(self, *, run: bool = True) -> tuple[Job, ...]:
        """Gather what is planned into tagging jobs, and unless told not to, run them here; return them.

        Raises what tagging raises; then nothing is lost, and it is gathered again next time.
        """
        self._freeze()
        self._settle()
        made: list[Job] = []
        while (batch := self._batches.claim()) is not None:
            job = self._submit(batch)
            if job is not None:
                made.append(run_or_follow(self._jobs, self._clock, job.id) if run and _is_ready(job) else job)
                self._settle()
            if not run:
                break
        with self._database.transaction() as connection:
            self._records.bury(connection)
        if self._batches.open_jobs():
            self._jobs.timers.set(TIMER, _DUE, self._clock.time() + LOOK_AGAIN_SECONDS, {})
        return tuple(made)

    def freeze_users_of(self, connection: Connection, tag_ids: Iterable[str]) -> "list[str]":
        """Freeze the rules that use tags which were deleted, inside the transaction; return their names and alarm."""
        return self._users.freeze(connection, tag_ids)

    # -- parts

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

    def _drop(self, batch: str, tag_ids: "list[str]") -> None:
        """Leave out tags that are no more, also where no callback and no listing has told it yet."""
        if tag_ids:
            with self._database.transaction() as connection:
                self._users.freeze(connection, tag_ids)
                self._batches.drop(connection, batch, tag_ids)

    def _freeze(self) -> None:
        with self._database.transaction() as connection:
            self._users.freeze_deleted(connection)

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
        self.apply_due(run=False)

    def _set_timer(self) -> None:
        """Let whoever runs the timers gather soon; what comes until then goes into the same job."""
        due = (self._clock.time() // GATHER_SECONDS + 1) * GATHER_SECONDS
        self._jobs.timers.set(TIMER, _DUE, due, {})

    def _tags(self, names: "list[str]", *, create: bool) -> tuple[RuleTag, ...]:
        groups = list(self._provider.tags.list())
        refs = [ref for name in names for ref in self._named(name, groups, create=create)]
        table = TagTable(refs)
        table = table.with_ids(TagCreation(self._provider, table).ids())
        return tuple(RuleTag(ref.tag_id, ref.title) for ref in table.refs)

    def _named(self, name: str, groups: "list[TagGroup]", *, create: bool) -> tuple[TagRef, ...]:
        if create and not any(tag.tag_id == name for group in groups for tag in group.tags) and tag_names(name):
            return TagLibrary(groups, create=True).to_add(name)
        return (single_tag(name, groups),)


def _titles(groups: Iterable[TagGroup]) -> dict[str, str]:
    """Return the full names of living tags by id, as they can be written in a list."""
    living = (group for group in groups if not group.deleted)
    return {
        tag.tag_id: TagRef(tag.tag_id, tag.name, group.name).title
        for group in living
        for tag in group.tags
        if not tag.deleted
    }


def _is_ready(job: Job) -> bool:
    return job.state is JobState.READY
