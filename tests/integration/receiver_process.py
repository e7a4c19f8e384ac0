"""Receivers that can be killed: each goes on with the inbox it finds.

Loading the library costs more than the work here, so it is loaded once: every line on standard input forks one
receiver, which says its number when it answers; how it ended is told when it has.
"""
# ruff: noqa: T201 - what it prints is read by the test

import os
import signal
import sys

from privcrm import CRM
from privcrm.events import MemberAdded
from privcrm.web import AsgiApp, WebhookServer
from tests.project.vendor_callbacks import AES_KEY, CORP_ID, TOKEN


def receive(store: str, port: int, effects: str) -> None:
    settings = {"corp_id": CORP_ID, "secret": "x", "callback_token": TOKEN, "callback_aes_key": AES_KEY}
    crm = CRM.connect("wecom", store=store, **settings)
    file = os.open(effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    @crm.on(MemberAdded, name="effect")
    def effect(event: MemberAdded) -> None:
        os.write(file, f"{event.member_id} {event.key}\n".encode())

    crm.webhooks.start(2)
    WebhookServer(AsgiApp(crm.webhooks.handle, hold_seconds=0), port=port).start()
    print(os.getpid(), flush=True)
    signal.pause()


def main(store: str, port: str, effects: str) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            receive(store, int(port), effects)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
