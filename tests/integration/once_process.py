"""Processes that work on the jobs they find and can be killed; they wait by moving the simulated company's time.

As in ``tagging_process.py``, every line on standard input forks one.
"""
# ruff: noqa: T201 - what it prints is read by the test

import os
import sys

from privcrm import CRM
from privcrm.jobs import JobState
from tests.integration.hasty import HastyClock

ALIVE = (JobState.READY, JobState.RUNNING)


def work(store: str) -> bool:
    clock = HastyClock(os.environ["PRIVCRM_WECOM_BASE_URL"])
    with CRM.from_env(os.environ, store=store, clock=clock, limits={"handover_batch": 2}) as crm:
        jobs = [job for job in crm.jobs.list() if job.state in ALIVE]
        print(os.getpid(), flush=True)
        return all(crm.jobs.run(job.id).state is JobState.DONE for job in jobs)


def main(store: str) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(0 if work(store) else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
