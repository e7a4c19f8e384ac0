"""Processes that take a seat off a staff code with pull and put it back, and can be killed.

They wait by moving the simulated company's time: the vendor's lists lag, and who comes after a kill looks into them.
"""
# ruff: noqa: T201 - what it prints is read by the test

import itertools
import os
import sys
import time
from random import Random

from attrs import evolve

from privcrm import CRM
from privcrm.models import StaffId
from privcrm.models.codes import Routing, Seat, StaffLiveCode
from privcrm.services.live_codes.staff.retiring import KIND
from privcrm.store.leases import new_holder
from tests.integration.hasty import HastyClock

PATIENCE_SECONDS = 60.0


def change(crm: CRM, code: StaffLiveCode) -> None:
    """Let the code be so, and delete at once the codes of seats that are gone."""
    for _ in crm.live_codes.resume():
        pass
    crm.live_codes.update(code)
    for vendor_id in crm.live_codes.staff.explain(code.key).leaving:
        crm.jobs.timers.set(KIND, vendor_id, crm.clock.time(), {})
    holder = new_holder(Random())
    while crm.jobs.timers.fire_one(holder):
        pass


def work(store: str, people: list[str]) -> None:
    """Take the second seat off and put it back, until somebody ends it."""
    with CRM.from_env(os.environ, store=store, clock=HastyClock(os.environ["PRIVCRM_WECOM_BASE_URL"])) as crm:
        whole = code_of(people)
        print(os.getpid(), flush=True)
        end = time.monotonic() + PATIENCE_SECONDS
        for there in itertools.cycle((False, True)):
            change(crm, whole if there else evolve(whole, seats=whole.seats[:1]))
            if time.monotonic() > end:
                return


def code_of(people: list[str]) -> StaffLiveCode:
    """Return the code with the seats of these employees."""
    return StaffLiveCode("door", tuple(Seat(StaffId(each)) for each in people), routing=Routing.PULL)


def main(store: str, *people: str) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            work(store, list(people))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
