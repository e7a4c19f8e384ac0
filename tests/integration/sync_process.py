"""Processes that synchronise and can be killed: every line on standard input forks one, see ``tagging_process.py``."""
# ruff: noqa: T201 - what it prints is read by the test

import os
import sys

from privcrm import CRM


def work(store: str) -> None:
    with CRM.from_env(os.environ, store=store, limits={"batch_page": 6}) as crm:
        print(os.getpid(), flush=True)
        crm.sync.run()


def main(store: str) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            work(store)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
