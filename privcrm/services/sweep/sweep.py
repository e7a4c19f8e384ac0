"""The sweep: callbacks are lost, so what the vendor lists is compared with what is known, and differences are told."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final

from privcrm.errors import JobError
from privcrm.jobs import Job, Jobs, JobState, RunLimits
from privcrm.provider import Provider
from privcrm.services.mirror.mirror import Mirror
from privcrm.services.sweep.follows import compare_follows
from privcrm.services.sweep.groups import compare_groups
from privcrm.services.sweep.handler import APPROVE_ABOVE, KIND, EmitEvents, SweepHandler
from privcrm.services.sweep.items import Difference, draft_of
from privcrm.services.sweep.round import Round
from privcrm.store import Store
from privcrm.store.timers import Timer

__all__ = ["Sweep"]

log = logging.getLogger("privcrm.events")

GRACE_SECONDS: Final = 60.0
_TIMER: Final = "regular"
_OPEN: Final = (JobState.PREPARING, JobState.READY, JobState.RUNNING, JobState.WAITING, JobState.PAUSED)


class Sweep:
    """Finds what callbacks did not tell, and tells it as events with ``source="sweep"``.

    They carry no app and no welcome code and reach handlers registered with ``sweep=True`` only. Changes younger than
    ``grace`` seconds are left for the next sweep, because their callbacks may be under way. The first sweep that comes
    to its end tells nothing, nor does the first look at an employee or a group tell what was there already when
    everything was listed last. What could not be read ends nothing. A member who deleted an employee cannot be found:
    the vendor goes on listing the relation.

    Costs a call for each 100 follows, for each group, and for each employee who lost somebody or is new.
    """

    def __init__(
        self,
        provider: Provider,
        jobs: Jobs,
        mirror: Mirror,
        store: Store,
        emit: EmitEvents,
        *,
        grace: float = GRACE_SECONDS,
        unhandled: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """``unhandled`` tells for how many seconds callbacks have been waiting in the inbox."""
        self._provider = provider
        self._jobs = jobs
        self._mirror = mirror
        self._database = store.database
        self._clock = store.clock
        self._grace = grace
        self._unhandled = unhandled
        jobs.offer(SweepHandler(mirror, emit, store.database, store.clock))

    def run(self, *, created_by: str = "", approve_above: int = APPROVE_ABOVE) -> Job | None:
        """Compare, and tell what differs; return the job, or None if nothing does or this was the first sweep.

        More than ``approve_above`` differences wait for an approval instead. Raises ``JobError`` while the job of an
        earlier sweep is open or callbacks wait to be handled, and what the ports raise if the vendor cannot be read.
        """
        job = self.plan(created_by=created_by, approve_above=approve_above)
        if job is None or job.state is not JobState.READY:
            return job
        try:
            return self._jobs.run(job.id)
        except JobError:  # a runner was quicker
            return self._jobs.get(job.id)

    def plan(self, *, created_by: str = "", approve_above: int = APPROVE_ABOVE) -> Job | None:
        """Compare, and return a job that tells what differs once it is run; None and errors as ``run``."""
        if (job := self._open_job()) is not None:
            raise JobError(f"job {job.id} of an earlier sweep is {job.state}: run, approve or cancel it first")
        if (seconds := self._unhandled()) > self._grace:
            raise JobError(f"events have been waiting for {seconds:.0f} s: handle them first, or they are told twice")
        limits = RunLimits(approve_above=approve_above)
        with self._jobs.prepare(KIND, {}, created_by=created_by, limits=limits) as draft:
            sweep = Round(self._provider, self._mirror, self._database, self._clock, self._grace)
            found: Counter[str] = Counter()
            draft.add(map(draft_of, _counted(_compare(sweep), found)))
            sweep.end()
            note = _note(found, sweep.cut)
            log.info("sweep: %s, %d calls", note, sweep.calls)
            return None if draft.is_empty else draft.seal(calls=sweep.calls, note=note)

    def every(self, seconds: float) -> None:
        """Let whoever runs the timers (``privcrm run``) sweep this often: now, if the last one is longer ago."""

        def sweep(timer: Timer) -> None:
            del timer
            with suppress(JobError):  # an earlier one is not through, or events wait: next time
                self.plan(created_by="sweep timer")
            self._jobs.timers.set(KIND, _TIMER, self._clock.time() + seconds, {})

        self._jobs.timers.register(KIND, sweep)
        swept_at = self._mirror.swept_at()
        self._jobs.timers.set(KIND, _TIMER, self._clock.time() if swept_at is None else swept_at + seconds, {})

    def _open_job(self) -> Job | None:
        """Return the job of a sweep that has not come to its end: a second one would find the same."""
        self._jobs.sweep()
        return next((job for state in _OPEN for job in self._jobs.list(state) if job.kind == KIND), None)


def _compare(sweep: Round) -> Iterator[Difference]:
    if sweep.provider.capabilities.get("members.list"):
        yield from compare_follows(sweep)
    if sweep.provider.capabilities.get("groups.list_all"):
        yield from compare_groups(sweep)


def _counted(differences: Iterable[Difference], found: "Counter[str]") -> Iterator[Difference]:
    for difference in differences:
        found.update(type(event).__name__ for event in difference.events)
        yield difference


def _note(found: "Counter[str]", cut: int) -> str:
    told = [f"{count} {name}" for name, count in sorted(found.items())] or ["nothing differs"]
    if cut:
        told.append(f"{cut} readings were cut and are left for the next sweep")
    return ", ".join(told)
