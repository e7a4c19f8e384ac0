"""Running a job in the foreground, or looking on while another worker does: a runner may be quicker to take it."""

from collections.abc import Callable
from threading import Event
from typing import Final

from privcrm.clock import Clock
from privcrm.errors import JobError
from privcrm.jobs import Job, Jobs, JobState, Progress

_LOOK_EVERY_SECONDS: Final = 1.0
_MOVING: Final = frozenset({JobState.READY, JobState.RUNNING})


def run_or_follow(
    jobs: Jobs,
    clock: Clock,
    job_id: str,
    *,
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
    wait_for_window: bool = True,
) -> Job:
    """Run a job here; while another worker holds it, tell its progress and take it over if that worker dies.

    Returns the job as it stands when it ended, waits, or paused; a closed window is waited for, unless told not to.
    ``stop`` ends the looking on too, and leaves the other worker at it. Raises ``JobError`` for a job that cannot be
    run and that nobody runs.
    """
    began = clock.monotonic()
    before = jobs.get(job_id)
    while True:
        try:
            return jobs.run(job_id, progress=progress, stop=stop, wait_for_window=wait_for_window)
        except JobError:
            now = jobs.get(job_id)
            if now.state not in _MOVING:
                if before.state not in _MOVING:
                    raise
                return now
        if progress is not None:
            progress(_progress(now, before, clock.monotonic() - began))
        if stop is not None and stop.is_set():
            return now
        clock.sleep(_LOOK_EVERY_SECONDS)


def _progress(now: Job, before: Job, seconds: float) -> Progress:
    return Progress(now.id, now.items, now.counts, now.calls_spent, before.planned - now.planned, seconds)
