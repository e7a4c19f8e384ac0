"""A process that tags a list and can be killed: it goes on with the job it finds, or begins one."""

import os
import sys
from typing import NoReturn

from privcrm import CRM
from privcrm.jobs import JobState

ALIVE = (JobState.READY, JobState.RUNNING)


def main(path: str, store: str) -> int:
    with CRM.from_env(os.environ, store=store) as crm:
        jobs = list(crm.jobs.list())
        print("working", flush=True)  # noqa: T201 - the signal to the killer
        left = [job for job in jobs if job.state in ALIVE]
        job = crm.jobs.run(left[0].id) if left else crm.tagging.apply(path)
        return 0 if job.state is JobState.DONE else 1


def run() -> NoReturn:
    sys.exit(main(*sys.argv[1:]))


if __name__ == "__main__":
    run()
