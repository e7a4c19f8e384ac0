"""Processes that move a tag and can be killed: each goes on with the job it finds, or begins one.

See ``tagging_process.py``: every line on standard input forks one process.
"""
# ruff: noqa: T201 - what it prints is read by the test

import os
import sys

from privcrm import CRM
from privcrm.jobs import JobState
from privcrm.services.tag_library import Merge

ALIVE = (JobState.READY, JobState.RUNNING)


def work(sources: list[str], target: str, store: str) -> bool:
    with CRM.from_env(os.environ, store=store) as crm:
        jobs = list(crm.jobs.list())
        print(os.getpid(), flush=True)
        left = [job for job in jobs if job.state in ALIVE]
        job = crm.jobs.run(left[0].id) if left else crm.tag_moves.apply(Merge(sources, target))
        return job.state is JobState.DONE


def main(store: str, target: str, *sources: str) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(0 if work(list(sources), target, store) else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
