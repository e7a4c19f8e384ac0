"""How the work kernel moves tags: one relation an item, and a last item that verifies and deletes."""

from collections.abc import Iterable, Sequence
from threading import Condition
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import JobError, LimitReached, NotFound
from privcrm.jobs import Draft, Item, Job, Jobs, Outcome, Send
from privcrm.jobs.error_policy import told
from privcrm.provider import NotDone, Provider, Repeat, Settled
from privcrm.services.tag_library.checking import Marker
from privcrm.services.tag_library.finishing import Finish
from privcrm.services.tag_library.items import is_finish, relation_of
from privcrm.services.tag_library.tables import Tables
from privcrm.services.tagging.pace import in_flight
from privcrm.services.tagging.progress import Watch
from privcrm.services.tagging.readback import ReadBack
from privcrm.services.tagging.relation import TagTable
from privcrm.services.tagging.undo import plan_way_back
from privcrm.store import Store

__all__ = ["KIND", "MoveHandler"]

KIND: Final = "tag.move"
GONE: Final = "relation_gone"
LEFT: Final = "left_to_the_end"


class MoveHandler:
    """The kind ``tag.move``. A tag set twice is set once, and one deleted twice is gone: all is safe to repeat."""

    kind = KIND
    version = 1
    repeat = Repeat.SAFE
    batch = 1
    approval_above: int | None = None

    def __init__(self, provider: Provider, jobs: Jobs, store: Store, clock: Clock) -> None:
        self.parallel = in_flight(provider)
        self._provider = provider
        self._jobs = jobs
        self._clock = clock
        self._tables = Tables(provider)
        self._marker = Marker(provider, store)
        self._finish = Finish(provider, jobs, store, clock, self._marker)
        self._marking = Condition()
        self._under_way = 0

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Mark one relation; or, for the last item, verify all of them and delete what was replaced."""
        return [self._end(job) if is_finish(item) else self._mark(job, item) for item in items]

    def settle(self, job: Job, items: Sequence[Item], send: Send) -> Settled:
        """Say that it may be sent again, whatever happened to it."""
        del job, items, send
        return NotDone()

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Return nothing: the last item reads all of them back."""
        del job, items
        return ()

    def suspicious(self, outcome: Outcome) -> bool:
        """Tell whether the vendor did not know what the item names."""
        return outcome.reason == GONE

    def given_as(self, job: Job, item: Item, vendor_id: str) -> None:
        """Keep no ids: what hangs on a relation is the tags of its item."""
        del job, item, vendor_id

    def subjects_of(self, item: Item) -> Iterable[str]:
        """Return nobody besides the item's own subject."""
        return (item.subject,) if item.subject else ()

    def undo(self, job: Job, done: Iterable[Item], draft: Draft) -> int:
        """Plan to take the new tag off again. Raises ``JobError`` once the old one is deleted: that is for good."""
        self._refuse_after_the_end(job)
        items = (item for item in done if not is_finish(item))
        read_back = ReadBack(self._provider, TagTable.of_params(job.params), Watch(self._clock))
        pairs = read_back.pairs(draft.stage, (relation_of(item).to_payload() for item in items))
        draft.add(plan_way_back(relation, facts) for relation, facts in pairs)
        return read_back.calls

    def _mark(self, job: Job, item: Item) -> Outcome:
        relation = relation_of(item)
        with self._marking:
            self._under_way += 1
        try:
            table = self._tables.of(job)
            if job.undo_of:
                return self._marker.take_back(relation, table)
            return self._marker.put(relation.member_id, relation.staff_id, relation.present, table)
        except NotFound as error:  # whether it is gone, or lacks the new tag, is seen at the end
            return Outcome.skipped(GONE, told(error))
        except LimitReached as error:
            return Outcome.skipped(LEFT, told(error))
        finally:
            with self._marking:
                self._under_way -= 1
                self._marking.notify_all()

    def _end(self, job: Job) -> Outcome:
        with self._marking:  # those sent before it are under way or answered: it looks when all are answered
            self._marking.wait_for(lambda: not self._under_way)
        return self._finish.run(job, self._tables.of(job))

    def _refuse_after_the_end(self, job: Job) -> None:
        *_, last = self._jobs.items(job.id, after=job.items - 1)  # numbers may have gaps
        if (last.outcome.before or {}).get("deleted"):
            raise JobError(
                "this cannot be undone: the old tag was deleted at the vendor, and with it who wore it; make a new tag"
                " and put it on with privcrm tag apply"
            )
