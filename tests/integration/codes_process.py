"""A process that handles events and runs timers of live codes until its standard input is closed."""
# ruff: noqa: T201 - what it prints is read by the test

import os
import select
import sys

from privcrm import CRM
from privcrm.jobs import Runner
from privcrm.sandbox.clock import SandboxClock

IDLE_SECONDS = 0.02


def main(store: str) -> None:
    clock = SandboxClock(os.environ["PRIVCRM_WECOM_BASE_URL"])
    with CRM.from_env(os.environ, store=store, clock=clock) as crm:
        runner = Runner(crm.jobs, clock)
        print("ready", flush=True)
        handled = 0
        while not select.select([sys.stdin], [], [], 0 if handled else IDLE_SECONDS)[0]:
            handled = crm.webhooks.work() + runner.run_once()


if __name__ == "__main__":
    main(*sys.argv[1:])
