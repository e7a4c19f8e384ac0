"""How the work kernel makes one thing at the vendor: once, whatever happens to the answer."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from privcrm.errors import InputError, NotFound
from privcrm.jobs import Draft, Given, Item, ItemDraft, Job, Jobs, Orphaned, Outcome, OutcomeState, Send, intent_of
from privcrm.provider import CannotTell, Done, Intent, NotDone, Provider, Repeat, Settled
from privcrm.services.once.likeness import could_be
from privcrm.services.once.payloads import from_payload
from privcrm.services.once.submitting import refused

T = TypeVar("T")

ORDER: Final = "order"
TAKE_BACK: Final = "take_back"
UNDO: Final = "undo "
REJECTED: Final = "rejected"
NOT_KNOWN: Final = Outcome.skipped("not_known", "nobody knows which one it was")
_CLAIM_SECONDS: Final = 3600.0  # clocks differ; claims of things that are no candidates cost nothing


class OrderHandler(ABC, Generic[T]):
    """Makes one thing for each item.

    An item's payload is ``{"order": spec}``; the way back from one that is done has ``{"take_back": …}`` with what it
    was given. What an order was given stands in its outcome's ``before``, the vendor's id as ``id``.
    """

    kind: str
    version = 1
    repeat = Repeat.AFTER_LOOKUP
    batch = 1
    parallel = 1
    approval_above: int | None = None
    spec: ClassVar[type[Any]]

    def __init__(self, provider: Provider, jobs: Jobs) -> None:
        self._provider = provider
        self._jobs = jobs

    @abstractmethod
    def make(self, spec: T, intent: Intent) -> Mapping[str, Any]:
        """Make it and return what it was given."""

    @abstractmethod
    def look(self, spec: T, intent: Intent, claimed: Collection[str]) -> Settled:
        """Find out whether it was made; ``Done.result`` is what it was given."""

    @abstractmethod
    def take_back(self, given: Mapping[str, Any]) -> Outcome:
        """Undo it; safe to repeat. ``NotFound`` stands for done."""

    @abstractmethod
    def difference(self, spec: T, given: Mapping[str, Any]) -> str:
        """Read it back and return how it differs from the order, "" for not at all."""

    def is_harmless(self, spec: T) -> bool:
        """Tell whether a second one that nobody knows of would do no harm."""
        del spec
        return False

    def people_in(self, spec: T) -> Iterable[str]:
        """Return the ids of the people whom an order names."""
        del spec
        return ()

    def id_of(self, given: Given) -> str:
        """Return the vendor's id of what an item was given, "" if it is not known (any more)."""
        return str(given.before.get("id", ""))

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Make what the item orders, or take back what an earlier one made."""
        (item,) = items
        if TAKE_BACK in item.payload:
            return [self._taken_back(item)]
        try:
            given = self.make(self.ordered(item), intent_of(job, items))
        except InputError as error:
            return refused(items, error)
        return [Outcome.done(before=given)]

    def settle(self, job: Job, items: Sequence[Item], send: Send) -> Settled | Orphaned:
        """Look for what was ordered among what no other item was given.

        What is found may still be that of another order, done or not, of which nobody knows the id: then nobody can
        tell.
        """
        del job
        (item,) = items
        if TAKE_BACK in item.payload:
            return NotDone()
        spec = self.ordered(item)
        claimed, nameless = self._others(send, item.key)
        settled = self.look(spec, send.intent, claimed)
        match settled:
            case Done(_) if nameless:
                return CannotTell(nameless)
            case Done(given):
                return Done([Outcome.done(before=given)])
            case CannotTell(orphan) if item.attempts == 0 and self.is_harmless(spec):
                return Orphaned(orphan)
            case _:
                return settled

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Read what was made and return a sentence for each that is not as ordered."""
        del job
        return [
            f"{item.key}: {difference}"
            for item in items
            if ORDER in item.payload and item.outcome.before is not None
            if (difference := self._difference(item, item.outcome.before))
        ]

    def suspicious(self, outcome: Outcome) -> bool:
        """Tell whether the vendor refused: what reaches customers stops early."""
        return outcome.state is OutcomeState.FAILED

    def given_as(self, job: Job, item: Item, vendor_id: str) -> Mapping[str, Any]:
        """Return what a person found as if the vendor had answered it."""
        del job, item
        return {"id": vendor_id}

    def subjects_of(self, item: Item) -> Iterable[str]:
        """Yield whom the order names, and whom the vendor named in its answer."""
        if ORDER in item.payload:
            yield from self.people_in(self.ordered(item))
        for given in (item.payload.get(TAKE_BACK), item.outcome.before):
            yield from (given or {}).get(REJECTED, ())

    def undo(self, job: Job, done: Iterable[Item], draft: Draft) -> int:
        """Plan to take back what was made; looks at nothing, because taking back twice is taking back once."""
        del job
        draft.add(
            ItemDraft(UNDO + item.key, {TAKE_BACK: item.outcome.before}, item.subject)
            if item.outcome.before is not None
            else ItemDraft(UNDO + item.key, {TAKE_BACK: {}}, item.subject, NOT_KNOWN)
            for item in done
            if ORDER in item.payload
        )
        return 0

    def _others(self, send: Send, key: str) -> tuple[Collection[str], str]:
        """Return the ids of what others were given, and which one without an id may be taken for that of ``key``."""
        claimed: set[str] = set()
        nameless = ""
        for given in self._jobs.history.given(self.kind, send.sent_at - _CLAIM_SECONDS):
            if claim := self.id_of(given):
                claimed.add(claim)
            elif could_be(given.key, key):
                nameless = f"may be that of item {given.seq} of job {given.job_id}, of which the id is not known"
        return claimed, nameless

    def ordered(self, item: Item) -> T:
        """Return what an item orders."""
        spec: T = from_payload(item.payload[ORDER], self.spec)
        return spec

    def _difference(self, item: Item, given: Mapping[str, Any]) -> str:
        try:
            return self.difference(self.ordered(item), given)
        except NotFound:
            return "it is not there"

    def _taken_back(self, item: Item) -> Outcome:
        try:
            return self.take_back(item.payload[TAKE_BACK])
        except NotFound:
            return Outcome.done()
