"""Processes that push a staff code and can be killed: every line on standard input forks one."""
# ruff: noqa: T201 - what it prints is read by the test

import itertools
import os
import sys
from random import Random

from privcrm import CRM
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff import PushPolicy, StaffCodes

PATIENCE_SECONDS = 60.0


def staff_codes(crm: CRM) -> StaffCodes:
    """Return the staff codes of a company, pushed without any pause."""
    book = CodeBook(crm.provider, crm.store, crm.jobs, crm.clock)
    return StaffCodes(book, policy=PushPolicy(debounce=0, calls_per_hour=100_000), rng=Random(1))


def work(store: str) -> None:
    """Turn the code's first seat off and on, and push that each time, until somebody ends it.

    Where a push has to wait, as for what a killed process left, it waits.
    """
    with CRM.from_env(os.environ, store=store) as crm:
        codes = staff_codes(crm)
        seats = codes.desired("door").seats
        print(os.getpid(), flush=True)
        end = crm.clock.monotonic() + PATIENCE_SECONDS
        for online in itertools.cycle((False, True)):
            codes.online("door", seats[0].staff_id, online)
            if not codes.reconcile("door").calls:
                crm.clock.sleep(0.02)
            if crm.clock.monotonic() > end:
                return


def main(store: str) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            work(store)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
