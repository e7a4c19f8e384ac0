"""``crm.tag_library``: tags merged, moved to another group, and restored."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import InputError, JobError, OutOfScope
from privcrm.jobs import ItemDraft, Job, Jobs, JobState, Progress, RunLimits
from privcrm.provider import Provider
from privcrm.services.files.sentences import say
from privcrm.services.following import run_or_follow
from privcrm.services.tag_library.handler import KIND, MoveHandler
from privcrm.services.tag_library.items import FINISH, draft_of, held_by_mirror, held_by_vendor
from privcrm.services.tag_library.orders import Order, Restore
from privcrm.services.tag_library.preview import MovePreview, Tally
from privcrm.services.tag_library.resolving import Swap, resolve
from privcrm.services.tagging.pace import Pace, finish_at
from privcrm.services.tagging.presence import Presence
from privcrm.services.tagging.progress import PlanProgress, PlanStage, Watch
from privcrm.store import Store
from privcrm.store.mirror.holders import Holders

__all__ = ["TagMoves"]

Report = Callable[[PlanProgress], None]

_UNLIMITED: Final = RunLimits()
_PER_CALL: Final = 100
_READING_LISTS: Final = 3  # who serves, and pages that are not full
_CREATING: Final = 2
_OPEN: Final = (JobState.READY, JobState.RUNNING, JobState.WAITING, JobState.PAUSED)


class TagMoves:
    """Vendors cannot move a tag: a new one is made and put on everybody, that is verified, and then the old one goes.

    The old tag is deleted only when the vendor's lists of all employees show nobody who wears it without the new one;
    else the job pauses and says why, and resuming goes on. Rules and saved segments that name the old tag name the new
    one before it goes. What is planned comes from the mirror, or with ``fresh`` from the vendor. Deleting cannot be
    undone. Needs a store.
    """

    def __init__(self, provider: Provider, jobs: Jobs, store: Store, clock: Clock) -> None:
        self._provider = provider
        self._jobs = jobs
        self._store = store
        self._clock = clock
        jobs.offer(MoveHandler(provider, jobs, store, clock))

    def preview(self, order: Order, *, fresh: bool = False, progress: Report | None = None) -> MovePreview:
        """Return what a job would do; sends and keeps nothing.

        Raises ``InputError`` for tags that are unknown or unclear, ``OutOfScope`` where a holder may not be written
        to, and what the ports raise.
        """
        plan = _Plan(self._provider, self._store, order, Watch(self._clock, progress), fresh=fresh)
        for _ in plan.items():
            pass
        return self._preview(plan)

    def submit(
        self,
        order: Order,
        *,
        created_by: str = "",
        fresh: bool = False,
        limits: RunLimits = _UNLIMITED,
        progress: Report | None = None,
        stop: Event | None = None,
    ) -> tuple[Job, MovePreview]:
        """Plan a job and keep it, ready to run; no member is touched yet.

        That the old tags may be deleted by this app is tried first, by giving each the name that it has: a tag of
        another app raises what the port raises, with the console path. Raises ``JobError`` while another move is
        open, ``InputError`` for ``limits`` with a canary, and as ``preview`` does.
        """
        if limits.canary:
            raise InputError("a move of tags has no canary: preview it, or bound it with max_calls")
        self._refuse_second()
        plan = _Plan(self._provider, self._store, order, Watch(self._clock, progress, stop), fresh=fresh)
        for source in plan.swap.sources:
            self._provider.tags.edit(source.tag_id, name=source.name)
        params = {"tags": plan.swap.table.to_params(), "replaced": list(plan.swap.replaced)}
        with self._jobs.prepare(KIND, params, created_by=created_by, limits=limits) as draft:
            draft.merge = _keep_first
            draft.add(plan.items())
            draft.add([FINISH])
            preview = self._preview(plan)
            return draft.seal(calls=preview.calls_reading + len(plan.swap.sources)), preview

    def apply(
        self,
        order: Order,
        *,
        created_by: str = "",
        fresh: bool = False,
        limits: RunLimits = _UNLIMITED,
        progress: Callable[[PlanProgress | Progress], None] | None = None,
        stop: Event | None = None,
    ) -> Job:
        """Plan a job and run it here; return it as it stands afterwards. Raises as ``submit`` does."""
        job, _ = self.submit(order, created_by=created_by, fresh=fresh, limits=limits, progress=progress, stop=stop)
        if job.state is not JobState.READY:
            return job
        return run_or_follow(self._jobs, self._clock, job.id, progress=progress, stop=stop)

    def _refuse_second(self) -> None:
        """Two moves at once could make a circle, each deleting what the other puts on."""
        open_ones = (job for state in _OPEN for job in self._jobs.list(state) if job.kind == KIND and not job.undo_of)
        if (job := next(open_ones, None)) is not None:
            raise JobError(f"job {job.id} moves tags and is {job.state}: resume or cancel it first")

    def _preview(self, plan: "_Plan") -> MovePreview:
        tally, swap = plan.tally, plan.swap
        creates = not swap.target.tag_id
        writing = tally.changes + _CREATING * creates + len(swap.sources) + 1
        relations, staff = Holders(self._store.database).living()
        verifying = (relations + staff) // _PER_CALL + _READING_LISTS if swap.sources else 0
        seconds = Pace.of(self._provider).seconds(writing + verifying)
        return MovePreview(
            target=swap.target.title,
            creates=creates,
            deletes=tuple(source.title for source in swap.sources),
            holders=tally.holders,
            changes=tally.changes,
            calls_reading=plan.presence.calls,
            calls_writing=writing,
            calls_verifying=verifying,
            seconds=seconds,
            finish_at=finish_at(self._clock.time(), seconds),
        )


class _Plan:
    """One plan in the making."""

    def __init__(self, provider: Provider, store: Store, order: Order, watch: Watch, *, fresh: bool) -> None:
        if fresh and isinstance(order, Restore):
            raise InputError(say("a deleted tag hangs nowhere: who wore it is known from the mirror only"))
        self.presence = Presence(provider, watch)
        self.swap: Swap = resolve(order, self.presence.tag_groups(), store.database)
        self.tally = Tally()
        self._provider = provider
        self._database = store.database
        self._fresh = fresh
        self._watch = watch

    def items(self) -> Iterator[ItemDraft]:
        """Yield an item for each relation concerned."""
        held = self._from_vendor() if self._fresh else self._from_mirror()
        for member_id, staff_id, present in self._watch.passing(PlanStage.PLANNING, held):
            if not self._provider.may_write("staff", staff_id):
                raise OutOfScope(f"{staff_id} has members who wear the tag, and is outside the write scope")
            yield self.tally.note(draft_of(member_id, staff_id, present))

    def _from_mirror(self) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        relations, _ = Holders(self._database).living()
        if not relations:
            raise InputError(say("the mirror knows no relations; run privcrm sync first, or add --fresh"))
        return held_by_mirror(self._database, self.swap)

    def _from_vendor(self) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        return held_by_vendor(self.presence.relations(self.presence.serving()), self.swap.table)


def _keep_first(first: ItemDraft, second: ItemDraft) -> ItemDraft:
    """Settle what a listing told twice."""
    del second
    return first
