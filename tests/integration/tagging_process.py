"""Processes that tag a list and can be killed: each goes on with the job it finds, or begins one.

Loading the library costs more than the work here, so it is loaded once: every line on standard input forks one
process, which says its number when it begins; how it ended is told when it has.
"""
# ruff: noqa: T201 - what it prints is read by the test

import os
import sys

from privcrm import CRM
from privcrm.jobs import JobState

ALIVE = (JobState.READY, JobState.RUNNING)


def work(path: str, store: str) -> bool:
    with CRM.from_env(os.environ, store=store) as crm:
        jobs = list(crm.jobs.list())
        print(os.getpid(), flush=True)
        left = [job for job in jobs if job.state in ALIVE]
        job = crm.jobs.run(left[0].id) if left else crm.tagging.apply(path)
        return job.state is JobState.DONE


def main(path: str, store: str) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(0 if work(path, store) else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
