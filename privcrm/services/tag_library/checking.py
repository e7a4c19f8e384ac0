"""Whether every holder carries the new tag: read back from the vendor, mended where that can be done."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Final

from attrs import define, evolve, field, frozen

from privcrm.clock import Clock
from privcrm.errors import LimitReached, NotFound, Refused
from privcrm.jobs import Item, Job, Jobs, Outcome, OutcomeState
from privcrm.models import MemberId, StaffId, TagChange, TagId, staff_key
from privcrm.provider import Provider
from privcrm.services.tag_library.items import SWAPPED, TARGET, is_finish, is_lacking, lacking
from privcrm.services.tagging.presence import Presence
from privcrm.services.tagging.progress import Watch
from privcrm.services.tagging.readback import ReadBack
from privcrm.services.tagging.relation import Relation, TagTable
from privcrm.store import Store
from privcrm.store.mirror.relations import Relations

__all__ = ["Check", "Marker", "Missing"]

MOST_REFUSED: Final = 1_000


@frozen
class Missing:
    """How many relations do not carry the new tag, and the first refusal that says why, "" for none."""

    relations: int
    why: str = ""


class Marker:
    """Puts the target on one relation, and notes it in the mirror: the vendor tells nobody of our own writes."""

    def __init__(self, provider: Provider, store: Store) -> None:
        self._provider = provider
        self._database = store.database
        self._relations = Relations(store.database)

    def put(self, member_id: str, staff_id: str, present: Iterable[int], table: TagTable) -> Outcome:
        """Return DONE; raises what the port raises.

        Where the relation is full, the target takes the place of a source in the same call: ``before`` says of which.
        """
        target = table.refs[TARGET].tag_id
        try:
            self._mark(member_id, staff_id, target)
        except LimitReached:
            source = next((number for number in present if number != TARGET), None)
            if source is None:
                raise
            self._mark(member_id, staff_id, target, table.refs[source].tag_id)
            return Outcome.done(before={SWAPPED: source})
        return Outcome.done()

    def take_back(self, relation: Relation, table: TagTable) -> Outcome:
        """Bring one relation to what it was before a move, as an undo planned it; raises what the port raises."""
        add, remove = ([table.refs[number].tag_id for number in some] for some in (relation.add, relation.remove))
        self._change(relation.member_id, relation.staff_id, add, remove)
        return Outcome.done()

    def _mark(self, member_id: str, staff_id: str, add: str, remove: str = "") -> None:
        self._change(member_id, staff_id, [add], [remove] if remove else [])

    def _change(self, member_id: str, staff_id: str, add: list[str], remove: list[str]) -> None:
        on, off = tuple(map(TagId, add)), tuple(map(TagId, remove))
        self._provider.tags.mark(TagChange(StaffId(staff_id), MemberId(member_id), on, off))
        with self._database.transaction() as connection:
            self._relations.retag(connection, staff_id, member_id, add=add, remove=remove)


@define
class _Found:
    """What the first look found: relations that were mended, and by ids those that could not be."""

    mended: list[Relation] = field(factory=list[Relation])
    refused: set[tuple[str, str]] = field(factory=set[tuple[str, str]])
    why: str = ""

    def refuse(self, relation: Relation, error: Refused) -> None:
        """Note that a relation cannot be mended; the first reason is told."""
        self.refused.add((relation.member_id, staff_key(relation.staff_id)))
        self.why = self.why or str(error)

    @property
    def hopeless(self) -> bool:
        """Whether so much was refused that trying the rest only spends calls."""
        return len(self.refused) >= MOST_REFUSED


class Check:
    """One verification of one job; what is missing is put on, then looked at again."""

    def __init__(self, provider: Provider, jobs: Jobs, store: Store, clock: Clock, marker: Marker) -> None:
        self._provider = provider
        self._jobs = jobs
        self._store = store
        self._clock = clock
        self._marker = marker

    def missing(self, job: Job, table: TagTable) -> Missing:
        """Return what cannot be mended of all who wear a source by the vendor's lists, in an item of the job or not.

        Other systems of the company put tags on of which neither the plan nor the mirror knows. A relation that is
        gone, or from which somebody took the old tag meanwhile, lacks nothing.
        """
        presence = Presence(self._provider, Watch(self._clock))
        serving, found = presence.serving(), _Found()
        listed = lacking(presence.relations(serving), table)
        unlisted = self._unlisted(job, table, frozenset(map(staff_key, serving)))
        for relation in chain(listed, unlisted):
            if found.hopeless:
                break
            self._mend(relation, table, found)
        still = sum(self._still_lacks(relation, table) for relation in found.mended)
        return Missing(len(found.refused) + still, found.why)

    def _unlisted(self, job: Job, table: TagTable, listed: Collection[str]) -> Iterator[Relation]:
        """Yield what lacks the target with employees whom no list shows: their members are read one by one."""
        items = (item for item in self._jobs.items(job.id) if _counts(item))
        payloads = (item.payload for item in items if staff_key(item.payload["staff"]) not in listed)
        stage = self._store.stage(f"{job.id} check")
        stage.clear()
        try:
            for relation, facts in ReadBack(self._provider, table, Watch(self._clock)).pairs(stage, payloads):
                present = facts.tags_at(relation.staff_id) or ()
                if is_lacking(present):
                    yield evolve(relation, present=present)
        finally:
            stage.clear()

    def _mend(self, relation: Relation, table: TagTable, found: _Found) -> None:
        try:
            self._marker.put(relation.member_id, relation.staff_id, relation.present, table)
        except NotFound as error:
            if self._still_lacks(relation, table):
                found.refuse(relation, error)
        except LimitReached as error:
            found.refuse(relation, error)
        else:
            found.mended.append(relation)

    def _still_lacks(self, relation: Relation, table: TagTable) -> bool:
        try:
            member = Watch(self._clock).patiently(lambda: self._provider.members.get(relation.member_id))
        except NotFound:
            return False
        follow = member.followed_by(relation.staff_id)
        return follow is not None and is_lacking(table.numbers_on(follow))


def _counts(item: Item) -> bool:
    return not is_finish(item) and item.outcome.state is not OutcomeState.WAITING
