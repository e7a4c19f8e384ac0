"""Caps of codes whose page chooses: exact, whatever number of threads and processes hands out places at once."""

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from privcrm import CRM
from privcrm.clock import ManualClock
from privcrm.models.codes import OnEmpty, Routing, Seat, StaffLiveCode
from privcrm.services.live_codes.gateway import Page, Visit, Visitor
from privcrm.testing.memory import MemoryProvider
from tests.store.databases import KINDS, ready_database

CAPS = (23, 41, 8)
fork = multiprocessing.get_context("fork")


def company(url: str) -> CRM:
    return CRM.connect(MemoryProvider, store=url, clock=ManualClock(), staff=12, members=0, groups=0)


def make_code(url: str) -> str:
    with company(url) as crm:
        staff = sorted(crm.provider.staff.serving())
        behind = tuple(Seat(who, daily_cap=cap) for who, cap in zip(staff, CAPS, strict=False))
        code = StaffLiveCode("door", behind, routing=Routing.PULL, on_empty=OnEmpty.CLOSED)
        outcome = crm.live_codes.create(code)
        assert outcome.message == "", outcome
        return crm.live_codes.link("door")


def visit_all(url: str, link: str, visitors: Sequence[str], threads: int, meeting: tuple[Any, Any]) -> None:
    """Let people visit, from several threads at once, and tell to whom each was led."""
    start, results = meeting
    with company(url) as crm:
        desk = crm.live_codes.desk()

        def look(visitor: str) -> str:
            decision = desk.decide(Visit(link, Visitor(visitor, is_new=True)))
            return decision.target if decision.page is Page.CODE else decision.page.value

        start.wait(60)
        with ThreadPoolExecutor(threads) as pool:
            results.put(Counter(pool.map(look, visitors)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("processes", "threads", "visitors"), [(2, 16, 60), pytest.param(4, 16, 500, marks=pytest.mark.soak)]
)
def test_each_seat_is_handed_out_to_its_last_place_and_no_further(
    kind: str, processes: int, threads: int, visitors: int, tmp_path: Path
) -> None:
    with ready_database(kind, tmp_path) as url:
        link = make_code(url)
        start, results = fork.Barrier(processes), fork.Queue()
        crew = [
            fork.Process(
                target=visit_all,
                args=(url, link, [f"{number}-{each}" for each in range(visitors)], threads, (start, results)),
            )
            for number in range(processes)
        ]
        for each in crew:
            each.start()
        led = sum((results.get(timeout=120) for _ in crew), Counter[str]())
        for each in crew:
            each.join(60)
        assert [each.exitcode for each in crew] == [0] * processes
        closed = led.pop(Page.CLOSED.value)
        assert sorted(led.values()) == sorted(CAPS)
        assert closed == processes * visitors - sum(CAPS)
