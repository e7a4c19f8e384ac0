"""Orders of codes at the vendor: kept before anything is sent, carried out by jobs that are found again by their key.

So a process may die anywhere: whoever comes after it finds the order that is kept, and its job by the key, and makes
no second code. One order makes many codes.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from attrs import evolve, field, frozen

from privcrm.errors import InputError, JobError
from privcrm.jobs import Item, Job, JobState, OutcomeState, RunLimits
from privcrm.models import ContactCodeSpec, GroupCodeSpec
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.contact_codes import CONTACT_KIND, REFUSED_PEOPLE
from privcrm.services.live_codes.group_codes import GROUP_KIND
from privcrm.services.live_codes.making.sides import Wanted
from privcrm.services.once.handler import ORDER
from privcrm.services.once.payloads import from_payload, to_payload
from privcrm.services.once.submitting import NO_LIMITS
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.makings import Making, Makings, MakingState
from privcrm.store.live_codes.vendor_codes import SET_ASIDE, VendorCode

__all__ = ["CONTACT", "GROUP", "Batch", "End", "Ended", "OrderJobs", "Orders", "order_key", "spec_of"]

CONTACT: Final = "contact"
GROUP: Final = "group"
_JOBS: Final = {CONTACT: CONTACT_KIND, GROUP: GROUP_KIND}


class OrderJobs:
    """Plans the jobs that make codes: ``contact`` and ``group`` are methods of ``crm.live_codes``."""

    def __init__(self, contact: Callable[..., Job], group: Callable[..., Job]) -> None:
        self._plan = {CONTACT: contact, GROUP: group}

    def __call__(self, kind: str, specs: Sequence[Any], *, key: str, created_by: str, limits: RunLimits) -> Job:
        """Return the job that makes these; the same key again returns the job of then."""
        return self._plan[kind](specs, key=key, created_by=created_by, limits=limits)


class End(StrEnum):
    """How the order of one code ended; ``people``: the vendor refused somebody of those it was to lead to."""

    MADE = "made"
    PEOPLE = "people"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WAITING = "waiting"


@frozen
class Ended:
    """What an order came to for one code; ``given`` is the vendor's ``id``, ``qr_url`` and ``state``."""

    making: Making
    end: End
    message: str = ""
    job_id: str = ""
    given: Mapping[str, Any] = field(factory=dict[str, Any])
    orphans: tuple[str, ...] = ()


class Batch:
    """Codes that are ordered together; the first one names the order of its kind."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self.order_keys: list[str] = []

    def key_for(self, kind: str, number: int, part: int, attempt: int) -> str:
        """Return the key of the order for codes of a kind."""
        if kind not in self._keys:
            self._keys[kind] = order_key(number, part, attempt)
            self.add(self._keys[kind])
        return self._keys[kind]

    def add(self, key: str) -> None:
        """Take in an order that was kept before."""
        if key not in self.order_keys:
            self.order_keys.append(key)


def order_key(number: int, part: int, attempt: int = 1) -> str:
    """Return the key of an order that begins with this code."""
    return f"live-code:{number}:{part}" + (f":{attempt}" if attempt > 1 else "")


def spec_of(making: Making) -> ContactCodeSpec | GroupCodeSpec:
    """Return what was ordered."""
    payload = json.loads(making.spec)
    return from_payload(payload, ContactCodeSpec) if making.kind == CONTACT else from_payload(payload, GroupCodeSpec)


class Orders:
    """Places orders, and carries them out."""

    def __init__(self, book: CodeBook, order: OrderJobs) -> None:
        self._book = book
        self._order = order
        self.makings = Makings(book.database)

    def place(self, connection: Connection, batch: Batch, row: CodeRow, wanted: Wanted) -> bool:
        """Order a vendor's code that is neither there nor ordered, in the caller's transaction.

        Returns whether there is anything to be carried out for it.
        """
        there = self._book.vendor.get(connection, row.number, wanted.part)
        if there is not None and there.vendor_id:
            return False
        before = self.makings.get(connection, row.number, wanted.part)
        if before is not None and before.state is MakingState.ORDERED:
            batch.add(before.order_key)
            return True
        kind = CONTACT if isinstance(wanted.spec, ContactCodeSpec) else GROUP
        attempt = before.attempt + 1 if before else 1
        key = batch.key_for(kind, row.number, self._place_of(connection, row.number, wanted.part), attempt)
        self._book.vendor.put(connection, VendorCode(row.number, wanted.part, kind, state=wanted.spec.state))
        self.makings.put(connection, Making(row.number, wanted.part, key, kind, _dumped(wanted.spec), attempt=attempt))
        return True

    def again(
        self,
        connection: Connection,
        batch: Batch,
        making: Making,
        spec: ContactCodeSpec | GroupCodeSpec,
        bad: Mapping[str, str],
    ) -> None:
        """Order a code anew, otherwise than before, in the caller's transaction."""
        attempt = making.attempt + 1
        key = batch.key_for(making.kind, making.code, self._place_of(connection, making.code, making.part), attempt)
        told = json.dumps(bad, ensure_ascii=False, sort_keys=True)
        self.makings.put(connection, evolve(making, order_key=key, spec=_dumped(spec), bad=told, attempt=attempt))

    def _place_of(self, connection: Connection, code: int, part: int) -> int:
        """Return where a code will stand when it is set aside: so its order is not that of one before it."""
        return self._book.vendor.free_place(connection, code, part) - SET_ASIDE

    def job_of(self, making: Making) -> Job | None:
        """Return the job that carries an order out, None before it is planned, or where it came to nothing.

        Raises ``JobError`` while it is being planned, and where it was cancelled after something of it was sent.
        """
        self._book.jobs.sweep()  # or the plan of a maker who died would stand in the way
        return self._book.jobs.history.of_key(_JOBS[making.kind], making.order_key, besides="")

    def carry_out(self, key: str, *, who: str = "", limits: RunLimits = NO_LIMITS) -> Iterator[Ended]:
        """Make what an order holds, or go on with it, and yield how it ended for each of its codes."""
        makings = self.makings.of_order(key)
        if not makings:
            return
        try:
            job = self._job(key, makings, who, limits)
        except JobError as error:  # another process plans or runs it, or somebody stopped it
            yield from (Ended(making, End.WAITING, str(error)) for making in makings)
            return
        except InputError as error:
            yield from (Ended(making, End.FAILED, str(error)) for making in makings)
            return
        items = {item.payload[ORDER].get("state", ""): item for item in self._book.jobs.items(job.id)}
        lost = self._lost(job)
        for making in makings:
            item = items.get(spec_of(making).state)
            if item is None:
                message = f"job {job.id} was planned without it: run this again"
                yield Ended(making, End.FAILED, message, job.id)
            else:
                yield _ended(making, item, job, lost.get(item.key, ()))

    def _job(self, key: str, makings: Sequence[Making], who: str, limits: RunLimits) -> Job:
        jobs, kind = self._book.jobs, makings[0].kind
        job = self.job_of(makings[0])
        if job is None:
            job = self._order(kind, [spec_of(making) for making in makings], key=key, created_by=who, limits=limits)
        if job.state in (JobState.READY, JobState.RUNNING) or (job.state is JobState.WAITING and job.due_at):
            job = jobs.run(job.id, who=who)
        return job

    def _lost(self, job: Job) -> dict[str, tuple[str, ...]]:
        """Return, by item, what the vendor may have made without anybody knowing its id."""
        found: dict[str, tuple[str, ...]] = {}
        for orphan in self._book.jobs.history.orphans(job.id):
            found[orphan.key] = (*found.get(orphan.key, ()), orphan.what)
        return found


def _dumped(spec: ContactCodeSpec | GroupCodeSpec) -> str:
    return json.dumps(to_payload(spec), ensure_ascii=False, sort_keys=True)


def _ended(making: Making, item: Item, job: Job, orphans: tuple[str, ...]) -> Ended:
    outcome = item.outcome
    match outcome.state:
        case OutcomeState.DONE if outcome.before and outcome.before.get("id"):
            return Ended(making, End.MADE, "", job.id, outcome.before, orphans)
        case OutcomeState.DONE:
            message = f"item {item.seq} of job {job.id} was resolved as done without the vendor's id: adopt the code"
            return Ended(making, End.FAILED, message, job.id)
        case OutcomeState.FAILED | OutcomeState.SKIPPED:
            end = End.PEOPLE if outcome.reason == REFUSED_PEOPLE else End.FAILED
            return Ended(making, end, outcome.message or outcome.reason, job.id, orphans=orphans)
        case OutcomeState.UNKNOWN:
            message = f"nobody can tell whether it was made: resolve item {item.seq} of job {job.id}"
            return Ended(making, End.UNKNOWN, message, job.id, orphans=orphans)
        case _:
            message = f"job {job.id} is {job.state} ({job.reason}): resume it, then run this again"
            return Ended(making, End.WAITING, message, job.id)
