"""How the work kernel tells what a sweep found: into the inbox and into the mirror in one transaction."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from privcrm.clock import Clock
from privcrm.jobs import Draft, Item, Job, Outcome, OutcomeState, Send
from privcrm.models.events import Event
from privcrm.provider import NotDone, Repeat, Settled
from privcrm.services.mirror.mirror import Mirror
from privcrm.services.sweep.items import Difference, difference_of, people_in
from privcrm.services.sweep.round import note_group
from privcrm.store.database import Connection, Database

__all__ = ["APPROVE_ABOVE", "KIND", "EmitEvents", "SweepHandler"]

KIND: Final = "events.sweep"
APPROVE_ABOVE: Final = 500
KNOWN: Final = Outcome.skipped("known", "it is known already, or is so no longer")


class EmitEvents(Protocol):
    """Puts events into the inbox."""

    def __call__(self, connection: Connection, events: Sequence[Event], /) -> None:
        """Keep these events, inside the transaction."""
        ...


class SweepHandler:
    """The kind ``events.sweep``: an item is a difference, its effect is that it is told and known.

    Both are one transaction, so a difference is told once however often it is found or sent. One that callbacks or
    another sweep have touched since it was seen is left alone; if it is still one, the next sweep finds it.
    """

    kind = KIND
    version = 1
    repeat = Repeat.SAFE
    batch = 100
    parallel = 1
    approval_above: int | None = APPROVE_ABOVE

    def __init__(self, mirror: Mirror, emit: EmitEvents, database: Database, clock: Clock) -> None:
        self._mirror = mirror
        self._emit = emit
        self._database = database
        self._clock = clock

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        """Tell what these items hold, each unless it is known by now."""
        del job
        told: list[Event] = []
        outcomes: list[Outcome] = []
        with self._database.transaction(durable=True) as connection:
            for difference in map(difference_of, items):
                is_new = self._note(connection, difference)
                told.extend(difference.events if is_new else ())
                outcomes.append(Outcome.done() if is_new else KNOWN)
            self._emit(connection, told)
        return outcomes

    def settle(self, job: Job, items: Sequence[Item], send: Send) -> Settled:
        """Say that it may be sent again, whatever happened to it."""
        del job, items, send
        return NotDone()

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        """Return nothing: what was told is what was planned."""
        del job, items
        return ()

    def suspicious(self, outcome: Outcome) -> bool:
        """Tell whether an item failed."""
        return outcome.state is OutcomeState.FAILED

    def given_as(self, job: Job, item: Item, vendor_id: str) -> None:
        """Keep no ids: nothing is made at the vendor."""
        del job, item, vendor_id

    def subjects_of(self, item: Item) -> Iterable[str]:
        """Yield the members whom an item names, and staff beside them in a group."""
        return people_in(item)

    def undo(self, job: Job, done: Iterable[Item], draft: Draft) -> int:
        """Plan nothing: what was told cannot be untold."""
        del job, done, draft
        return 0

    def _note(self, connection: Connection, difference: Difference) -> bool:
        """Let the mirror hold it; return whether it did not yet."""
        now, seen_at = self._clock.time(), difference.seen_at
        if (group := difference.group) is not None:
            return note_group(self._mirror, connection, group, difference.roster or {}, seen_at=seen_at, now=now)
        follow = difference.follow(now)
        if follow is None:
            return False
        known = self._mirror.follow(connection, follow.staff_id, follow.member_id)
        lived = known is not None and known.lives
        if lived is follow.lives or (known is not None and known.noted_at >= seen_at):
            return False
        self._mirror.put_follows(connection, [follow])
        return True
