"""``crm.tag_rules``: rules that tag by themselves."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.jobs import Job, Jobs
from privcrm.models import TagGroup
from privcrm.models.tag_rule import RuleTag, TagRule, Trigger
from privcrm.provider import Provider
from privcrm.services.files.sentences import say
from privcrm.services.tag_library.resolving import single_tag
from privcrm.services.tag_rules.applying import Applying
from privcrm.services.tag_rules.codec import told
from privcrm.services.tag_rules.finding import Finding, SelectMembers
from privcrm.services.tag_rules.hits import Hits, HitState, RuleHit
from privcrm.services.tag_rules.keeper import RuleKeeper
from privcrm.services.tag_rules.records import RuleRecords
from privcrm.services.tag_rules.tag_users import TagUsers
from privcrm.services.tagging import Tagging
from privcrm.services.tagging.cells import tag_names
from privcrm.services.tagging.creation import TagCreation
from privcrm.services.tagging.names import TagLibrary, TagRef
from privcrm.services.tagging.relation import TagTable
from privcrm.store import Store
from privcrm.store.database import Connection

__all__ = ["RuleRun", "TagRules"]

PAIRS_AT_ONCE: Final = 200


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
        self._applying = Applying(provider, jobs, tagging, store, clock, records=self._records, rng=rng)
        self.keeper = RuleKeeper(store.database, self._records, self._finding, clock, self._applying.soon)
        """Takes events in: see ``keeper.subscribe``."""

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
        with self._database.connect() as connection:
            self._records.refuse_taken(connection, name)
        tags = self._tags(list(add), create=create_tags)
        rule = TagRule(name, when, tags, created_at=self._clock.time(), created_by=created_by)
        with self._database.transaction(durable=True) as connection:
            made = self._records.add(connection, rule)
            self._audit.write(connection, created_by, "tag rule", rule=made.id, name=name)
        return made

    def list(self, *, removed: bool = False) -> Sequence[TagRule]:
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

        What was hit before and could not be put (failed, skipped, cancelled) is planned again.
        Raises ``InputError`` for a rule that is unknown, removed or frozen, and as ``apply_due`` does.
        """
        self._applying.freeze()
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
                    now, clause = self._clock.time(), told(trigger)
                    new += self._hits.record_on_demand(connection, found, some, clause=clause, now=now)
        return RuleRun(seen, new, self.apply_due() if apply else ())

    def remove(self, rule: str, *, take_back: bool = True, removed_by: str = "", apply: bool = True) -> tuple[Job, ...]:
        """Remove a rule; ``take_back`` also takes off what it put, and returns the jobs that do.

        A tag that another rule hit on the same relation stays, and is that rule's from then on. Raises ``InputError``
        for a rule that is unknown or removed, and as ``apply_due`` does.
        """
        found = self.get(rule)
        if found.state == "removed":
            raise InputError(say("tag rule {name!r} was removed already", name=found.name))
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
        self._applying.soon()
        return ()

    def apply_due(self, *, run: bool = True) -> tuple[Job, ...]:
        """Gather what is planned into tagging jobs, and unless told not to, run them here; return them.

        Raises what tagging raises; then nothing is lost, and it is gathered again next time.
        """
        return self._applying.apply(run=run)

    def freeze_users_of(self, connection: Connection, tag_ids: Iterable[str]) -> Sequence[str]:
        """Freeze the rules that use tags which were deleted, inside the transaction; return their names and alarm."""
        return self._users.freeze(connection, tag_ids)

    # -- parts

    def _tags(self, names: Sequence[str], *, create: bool) -> tuple[RuleTag, ...]:
        groups = list(self._provider.tags.list())
        refs = [ref for name in names for ref in self._named(name, groups, create=create)]
        table = TagTable(refs)
        table = table.with_ids(TagCreation(self._provider, table).ids())
        return tuple(RuleTag(ref.tag_id, ref.title) for ref in table.refs)

    def _named(self, name: str, groups: Sequence[TagGroup], *, create: bool) -> tuple[TagRef, ...]:
        if create and not any(tag.tag_id == name for group in groups for tag in group.tags) and tag_names(name):
            return TagLibrary(groups, create=True).to_add(name)
        return (single_tag(name, groups),)
