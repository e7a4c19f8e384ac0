"""The chain: when the groups of one vendor's code are full, the gateway goes on to the next code."""

from contextlib import suppress
from typing import Any, Final, Protocol

from privcrm.errors import InputError, JobError, UnsupportedCapability
from privcrm.jobs import Item, Job, JobState, OutcomeState
from privcrm.models import GroupCodeSpec
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.group_codes import GROUP_KIND
from privcrm.services.live_codes.groups.listing import spec_over
from privcrm.services.live_codes.making.orders import order_key
from privcrm.services.live_codes.overflow.opening import Busy, Failed, Opened, Opening, Result, WaitsForPerson
from privcrm.store.database import Connection
from privcrm.store.live_codes.allotting import Allotments
from privcrm.store.live_codes.generations import ClaimLost
from privcrm.store.live_codes.reservations import part_of, part_target
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

__all__ = ["ChainOpener", "OrderGroupCodes"]

MOST_GROUPS: Final = 5
"""Groups that a vendor's code holds."""
NO_SPARE: Final = "no spare group is left for the next of the chained codes: make some, and add them to the code"

_GIVEN_UP: Final = (VendorLife.DELETED, VendorLife.ORPHAN)


class OrderGroupCodes(Protocol):
    """Plans a job that makes group codes once: ``crm.live_codes.create_group_codes``."""

    def __call__(self, specs: list[GroupCodeSpec], /, *, key: str) -> Job:
        """Return the job; the same key again returns the job of then."""
        ...


class ChainOpener:
    """Sets spare groups aside, has a vendor's code made over them, and writes it down.

    Vendors have no list of group codes. The job that makes one is found again by its key; if the answer is lost it
    makes the code once more, and notes the other as an orphan.
    """

    def __init__(self, book: CodeBook, order: OrderGroupCodes) -> None:
        self._book = book
        self._order = order
        self._allotments = Allotments(book.database)

    def find(self, opening: Opening) -> str:
        """Return the vendor's code that was made and written down for this generation."""
        part = part_of(opening.generation.target)
        with self._book.database.connect() as connection:
            code = self._book.vendor.get(connection, opening.row.number, part) if part else None
        return opening.generation.target if code is not None and code.life is VendorLife.OPEN else ""

    def open(self, opening: Opening) -> Result:
        """Make it, or go on with making it."""
        part = part_of(opening.generation.target) or self._reserve(opening)
        if not part:
            return WaitsForPerson(NO_SPARE)
        try:
            job = self._job(opening, part)
        except (InputError, UnsupportedCapability) as error:
            return self._give_up(opening, part, str(error))
        except JobError as error:
            return self._out_of_reach(opening, part, str(error))
        (item,) = self._book.jobs.items(job.id)
        return self._ended(opening, part, job, item)

    # -- groups for it

    def _reserve(self, opening: Opening) -> int:
        """Set spare groups aside for the next part, and return it; 0 where there is none."""
        number = opening.row.number
        with opening.fenced() as connection:
            free = self._allotments.spare(connection, number, min(opening.code.overflow.listed, MOST_GROUPS))
            part = max((each.part for each in self._book.vendor.of_code(connection, number)), default=0) + 1
            if not [each for each in free if self._allotments.reserve(connection, number, each, part)]:
                return 0
            state = self._book.rows.claim_state(connection, number, part)
            self._book.vendor.put(connection, VendorCode(number, part, "group", state=state))
            opening.keep(connection, target=part_target(part))
        return part

    # -- the job

    def _job(self, opening: Opening, part: int) -> Job:
        """Return the job that makes the vendor's code, run as far as it goes."""
        jobs = self._book.jobs
        jobs.sweep()  # or the plan of a maker who died would stand in the way for ever
        key = order_key(opening.row.number, part)
        # The job of then is asked for first: what the code is to be may have been changed since.
        job = jobs.history.of_key(GROUP_KIND, key, besides="") or self._order([self._spec(opening, part)], key=key)
        self._confirm(opening, part, job)
        if job.state in (JobState.READY, JobState.RUNNING) or (job.state is JobState.WAITING and job.due_at):
            job = jobs.run(job.id)
        return job

    def _spec(self, opening: Opening, part: int) -> GroupCodeSpec:
        number = opening.row.number
        with self._book.database.connect() as connection:
            groups = self._allotments.reserved(connection, number, part)
            code = self._book.vendor.get(connection, number, part)
        return spec_over(opening.code, groups, code.state if code else "")

    def _confirm(self, opening: Opening, part: int, job: Job) -> None:
        """Make sure, before anything is sent, that it is still wanted; planning it may have taken long."""
        try:
            with opening.fenced():
                pass
        except ClaimLost:
            with self._book.database.connect() as connection:
                code = self._book.vendor.get(connection, opening.row.number, part)
            if code is not None and code.life in _GIVEN_UP:
                self._cancel(job)
            raise

    def _out_of_reach(self, opening: Opening, part: int, reason: str) -> Result:
        """Another plans or runs the job, which passes, or somebody cancelled it, which does not."""
        if self._book.clock.time() < opening.generation.asked_at + opening.code.overflow.new_group_within:
            return Busy(reason)
        failed = self._give_up(opening, part, reason, VendorLife.ORPHAN)
        # Who planned it so long may be ready with it just now, and have looked before we gave it up.
        with suppress(JobError):
            if job := self._book.jobs.history.of_key(GROUP_KIND, order_key(opening.row.number, part), besides=""):
                self._cancel(job)
        return failed

    def _cancel(self, job: Job) -> None:
        with suppress(JobError):  # it has ended
            self._book.jobs.cancel(job.id)

    # -- how it ended

    def _ended(self, opening: Opening, part: int, job: Job, item: Item) -> Result:
        match item.outcome.state:
            case OutcomeState.DONE:
                return self._store(opening, part, item.outcome.before or {})
            case OutcomeState.UNKNOWN if not opening.code.overflow.fall_back:
                return WaitsForPerson(f"nobody can tell whether a group code was made: resolve job {job.id}")
            case OutcomeState.UNKNOWN:
                return self._give_up(
                    opening, part, f"the answers of job {job.id} were lost: resolve it", VendorLife.ORPHAN
                )
            case OutcomeState.FAILED | OutcomeState.SKIPPED:
                return self._give_up(opening, part, f"the vendor makes no group code: see job {job.id}")
            case _:
                return WaitsForPerson(f"job {job.id}, which makes the next group code, is {job.state}: resume it")

    def _store(self, opening: Opening, part: int, given: Any) -> Result:
        number, now = opening.row.number, self._book.clock.time()
        with opening.fenced() as connection:
            code = self._book.vendor.get(connection, number, part)
            self._book.vendor.put(
                connection,
                VendorCode(
                    *(number, part, "group"),
                    vendor_id=str(given.get("id", "")),
                    state=str(given.get("state", code.state if code else "")),
                    qr_url=str(given.get("qr_url", "")),
                    life=VendorLife.OPEN,
                ),
            )
            self._allotments.open_reserved(connection, number, part, now)
        return Opened(part_target(part))

    def _give_up(self, opening: Opening, part: int, reason: str, life: VendorLife = VendorLife.DELETED) -> Failed:
        """Let the groups be spare again; the part is used up, for its order ended."""
        number = opening.row.number
        with opening.fenced() as connection:
            self._bury(connection, number, part, life)
            opening.keep(connection, target="")
        return Failed(reason)

    def _bury(self, connection: Connection, number: int, part: int, life: VendorLife) -> None:
        code = self._book.vendor.get(connection, number, part)
        state = code.state if code else ""
        self._book.vendor.put(connection, VendorCode(number, part, "group", state=state, life=life))
        self._allotments.free_reserved(connection, number, part)
