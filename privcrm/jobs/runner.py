"""The runner: takes whatever is due, one thing at a time; several runners share the work by leases."""

import logging
import random
import threading

from privcrm.clock import Clock
from privcrm.errors import PrivcrmError
from privcrm.jobs.jobs import Jobs
from privcrm.jobs.lease import SLICE_SECONDS
from privcrm.jobs.model import Job, JobState
from privcrm.jobs.stop_reason import StopReason
from privcrm.store.leases import new_holder

__all__ = ["Runner"]

log = logging.getLogger("privcrm.jobs")

# A runner that is stopped is usually being restarted: its job stays one that a runner may take.
_PUT_BACK = StopReason(JobState.READY, "interrupted: a runner goes on with it")


class Runner:
    """What ``privcrm run`` runs."""

    def __init__(self, jobs: Jobs, clock: Clock, rng: random.Random | None = None) -> None:
        self._jobs = jobs
        self._clock = clock
        self._holder = new_holder(rng or random.SystemRandom())

    def run_once(self, stop: threading.Event | None = None) -> bool:
        """Do one thing that is due, a timer or a job; return whether there was one."""
        if self._jobs.timers.fire_one(self._holder):
            return True
        return any(self._work(job, stop or threading.Event()) for job in self._jobs.due())

    def run_forever(self, stop: threading.Event) -> None:
        """Do what is due until ``stop`` is set, looking again every second while there is nothing."""
        self._jobs.sweep()
        while not stop.is_set():
            if not self.run_once(stop):
                self._clock.sleep(SLICE_SECONDS)

    def _work(self, job: Job, stop: threading.Event) -> bool:
        try:
            return self._jobs.work(job, patient=False, progress=None, stop=stop, interrupted=_PUT_BACK)
        except PrivcrmError as error:  # taken over, changed meanwhile, or the store is away: look again later
            log.warning("job %s was left: %s", job.id, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a handler's own mistake must not stop the other jobs
            log.error("job %s was paused: %s", job.id, type(error).__name__)  # noqa: TRY400 - the text may quote anything
            self._jobs.pause(job.id, "runner")
        return False
