"""A kind of job whose vendor does what the test says."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from privcrm.jobs import Draft, Item, ItemDraft, Job, Jobs, Outcome, RunLimits, Send
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import Done, NotDone, Settled
from privcrm.store import Store

Answer = Callable[[Sequence[Item]], Sequence[Outcome]]


def all_done(items: Sequence[Item]) -> list[Outcome]:
    return [Outcome.done(before={"was": item.key}) for item in items]


class Toy:
    """Sends to nobody and remembers what it was asked. ``answer`` makes the outcomes, or raises."""

    kind = "toy"
    version = 1
    batch = 1
    parallel = 1
    approval_above: int | None = None
    keeps_ids = False

    def __init__(self, answer: Answer = all_done, repeat: Repeat = Repeat.SAFE) -> None:
        self.repeat = repeat
        self.answer = answer
        self.sent: list[list[str]] = []
        self.settled: list[Send] = []
        self.read: list[str] = []
        self.mismatches: list[str] = []
        self.truth: Callable[[Sequence[Item]], Settled] = lambda items: NotDone()

    @property
    def keys(self) -> list[str]:
        return [key for keys in self.sent for key in keys]

    def send(self, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
        self.sent.append([item.key for item in items])
        return self.answer(items)

    def settle(self, job: Job, items: Sequence[Item], send: Send) -> Settled:
        self.settled.append(send)
        return self.truth(items)

    def read_back(self, job: Job, items: Sequence[Item]) -> Sequence[str]:
        self.read.extend(item.key for item in items)
        return self.mismatches

    def suspicious(self, outcome: Outcome) -> bool:
        return outcome.code == "no such member"

    def given_as(self, job: Job, item: Item, vendor_id: str) -> Mapping[str, Any] | None:
        return {"id": vendor_id} if self.keeps_ids else None

    def subjects_of(self, item: Item) -> Iterable[str]:
        return [item.subject]

    def undo(self, job: Job, done: Iterable[Item], draft: Draft) -> int:
        before = ((item, item.outcome.before) for item in done)
        draft.add(ItemDraft(item.key, {"restore": dict(was)}, item.subject) for item, was in before if was is not None)
        return 0


def happened(items: Sequence[Item]) -> Settled:
    return Done([Outcome.done() for _ in items])


def jobs_for(store: Store, *handlers: Toy, settle_after: float = 5.0) -> Jobs:
    jobs = Jobs(store, store.clock, rng=random.Random(7))
    for handler in handlers:
        jobs.register(handler, settle_after=settle_after)
    return jobs


def drafts(count: int) -> Iterable[ItemDraft]:
    return (ItemDraft(f"k{number:04}", {"n": number}, subject=f"m{number}") for number in range(count))


def plan(jobs: Jobs, items: int | Iterable[ItemDraft], *, limits: RunLimits | None = None) -> Job:
    with jobs.prepare("toy", {"list": 1}, created_by="amy", limits=limits or RunLimits()) as draft:
        draft.add(drafts(items) if isinstance(items, int) else items)
        return draft.seal()
