"""Receiving events: a hundred people add an employee within a second, some of it is told twice, each is greeted once.

    uv run python examples/receive_events.py

A simulated company tells it, our own server receives it, and everything is stored before it is answered.
"""

import tempfile
import time
from collections import Counter
from threading import Lock

from privcrm import CRM
from privcrm.events import MemberAdded
from privcrm.models import Content
from privcrm.sandbox import Sandbox
from privcrm.services.welcomes import OnlyFor, WelcomeRule
from privcrm.web import WebhookServer

PEOPLE = 100


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox() as company,
        CRM.from_env(company.env, store=f"sqlite:///{folder}/crm.db", clock=company.clock) as crm,
    ):
        came = count_newcomers(crm)
        hello = Content("{member_name|朋友}您好，凭此消息到店领礼品")
        crm.welcomes.add(WelcomeRule("poster", hello, OnlyFor(states=("poster-*",))))
        crm.welcomes.prepare()
        crm.webhooks.start(workers=4)
        with WebhookServer(crm.webhooks.asgi) as server:
            company.set_callback(f"http://127.0.0.1:{server.port}/wecom")
            let_people_come(company, next(iter(crm.provider.staff.serving())))
        wait_until_all_is_handled(crm)
        show(crm, came)


def count_newcomers(crm: CRM) -> Counter[str]:
    """Register a handler that counts how often it was told of each member."""
    came: Counter[str] = Counter()
    lock = Lock()

    @crm.on(MemberAdded)
    def count(event: MemberAdded) -> None:
        with lock:
            came[event.member_id] += 1

    return came


def let_people_come(company: Sandbox, staff_id: str) -> None:
    """Have a crowd add the employee, and the vendor tell ten of the adds twice."""
    company.faults.add("callback/change_external_contact/*", "duplicate", times=10)
    began = time.monotonic()
    company.act("crowd_adds_staff", userid=staff_id, count=PEOPLE, state="poster-xuhui")
    company.flush_callbacks()
    tries = Counter(row["status"] for row in company.deliveries())
    print(f"Deliveries by answer in {time.monotonic() - began:.1f} s: {dict(tries)}")


def wait_until_all_is_handled(crm: CRM) -> None:
    """Lend a hand, and let the others finish what they are at."""
    crm.webhooks.work()
    crm.webhooks.stop()


def show(crm: CRM, came: Counter[str]) -> None:
    """Say what was stored, how often the handler was called, and how the welcomes ended."""
    health = crm.webhooks.health()
    print(f"Inbox: {health['stored']} stored, {health['repeated']} known already, {health['pending']} wait")
    print(f"Handler: {len(came)} members, called {came.total()} times")
    report = crm.welcomes.report()
    print(f"Welcomes: { {outcome.value: count for outcome, count in report.counts.items()} }")
    print(f"Half of them within {report.median_seconds} s, 95 of 100 within {report.slow_seconds} s of 20")


if __name__ == "__main__":
    main()
