"""How the work kernel tags: one relation an item, one ``mark`` a send."""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import ConfigurationError, NotFound, NotSent, ProviderError, RateLimited, TooConcurrent
from privcrm.jobs import Draft, Item, Job, Outcome, OutcomeState, Send
from privcrm.models import MemberId, StaffId, TagChange, TagId
from privcrm.provider import NotDone, Provider, Repeat, Settled
from privcrm.services.tagging.creation import TagCreation
from privcrm.services.tagging.pace import in_flight
from privcrm.services.tagging.progress import Watch
from privcrm.services.tagging.readback import ReadBack
from privcrm.services.tagging.relation import Relation, TagTable
from privcrm.services.tagging.undo import plan_way_back

KIND: Final = "tag.apply"
NOT_FOUND: Final = "not_found"
_REMEMBERED_JOBS: Final = 8


class TagHandler:
    """The kind ``tag.apply``. A tag set twice is set once, so a lost answer is simply sent again."""

    kind = KIND
    version = 1
    repeat = Repeat.SAFE
    batch = 1
    approval_above: int | None = None

    def __init__(self, provider: Provider, clock: Clock, marked: Callable[[TagChange], None] | None = None) -> None:
        """``marked`` is told of each change that the vendor took; the vendor itself tells nobody."""
        self.parallel = in_flight(provider)
        self._provider = provider
        self._clock = clock
        self._marked = marked
        self._lock = Lock()
        self._tables: dict[str, TagTable] = {}
        self._refusal: tuple[Job, str] | None = None

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Mark one relation. What the vendor no longer knows fails with the reason ``not_found``."""
        return [self._mark(job, item) for item in items]

    def settle(self, job: Job, items: Sequence[Item], send: Send) -> Settled:
        """Say that it may be sent again, whatever happened to it."""
        del job, items, send
        return NotDone()

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Read the relations of these items and return a sentence for each that is not as planned."""
        table = self._table(job)
        relations = [Relation.of_payload(item.payload) for item in items if item.outcome.state is OutcomeState.DONE]
        return [sentence for relation in relations if (sentence := self._difference(relation, table))]

    def suspicious(self, outcome: Outcome) -> bool:
        """Tell whether the vendor did not know what the item names: many such are ids of another app."""
        return outcome.reason == NOT_FOUND

    def given_as(self, job: Job, item: Item, vendor_id: str) -> None:
        """Keep no ids: what hangs on a relation is the tags of its item."""
        del job, item, vendor_id

    def subjects_of(self, item: Item) -> Iterable[str]:
        """Return nobody besides the item's own subject."""
        return (item.subject,)

    def undo(self, job: Job, done: Iterable[Item], draft: Draft) -> int:
        """Plan to take off what was put on and to put back what was taken off, where nobody changed it since."""
        read_back = ReadBack(self._provider, TagTable.of_params(job.params), Watch(self._clock))
        pairs = read_back.pairs(draft.stage, (item.payload for item in done))
        draft.add(plan_way_back(relation, facts) for relation, facts in pairs)
        return read_back.calls

    def _mark(self, job: Job, item: Item) -> Outcome:
        relation = Relation.of_payload(item.payload)
        refs = self._table(job).refs
        change = TagChange(
            StaffId(relation.staff_id),
            MemberId(relation.member_id),
            tuple(TagId(refs[number].tag_id) for number in relation.add),
            tuple(TagId(refs[number].tag_id) for number in relation.remove),
        )
        try:
            self._provider.tags.mark(change)
        except NotFound as error:
            return Outcome.failed(error.code, error.message, reason=NOT_FOUND)
        if self._marked is not None:
            self._marked(change)
        return Outcome.done()

    def _difference(self, relation: Relation, table: TagTable) -> str:
        place = f"{relation.member_id} at {relation.staff_id}"
        try:
            follow = self._provider.members.get(relation.member_id).followed_by(relation.staff_id)
        except NotFound:
            follow = None
        if follow is None:
            return f"{place}: the relation is gone"
        return "" if relation.is_fulfilled(table.numbers_on(follow)) else f"{place}: the tags are not as planned"

    def _table(self, job: Job) -> TagTable:
        """Return the tags of a job with their ids; one thread creates missing tags, the others wait for it."""
        with self._lock:
            if job.id not in self._tables:
                if len(self._tables) >= _REMEMBERED_JOBS:
                    self._tables.pop(next(iter(self._tables)))
                self._tables[job.id] = self._created(job)
            return self._tables[job.id]

    def _created(self, job: Job) -> TagTable:
        """Create the missing tags; a refusal pauses the job, because no other item would fare better.

        All threads of a run share one ``Job``, so those that waited do not ask again; a resumed run does.
        """
        if self._refusal is not None and self._refusal[0] is job:
            raise ConfigurationError(self._refusal[1])
        try:
            table = TagTable.of_params(job.params)
            return table.with_ids(TagCreation(self._provider, table).ids())
        except (RateLimited, TooConcurrent, NotSent):
            raise
        except ProviderError as error:
            self._refusal = job, f"the tags of this job could not be created: {error}"
            raise ConfigurationError(self._refusal[1]) from None
