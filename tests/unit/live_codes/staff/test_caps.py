"""Caps and counts over threads and processes: exact, on both databases."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from privcrm.clock import SystemClock
from privcrm.models.codes import Routing
from privcrm.services.live_codes.staff import Assigned
from privcrm.store import open_store
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.staff.desk import code, open_desk, seat

fork = multiprocessing.get_context("fork")

SMALL = (4, 2, 12)
FULL = (16, 4, 60)
SIZES = [pytest.param(SMALL, id="small"), pytest.param(FULL, id="full", marks=pytest.mark.soak)]


@pytest.fixture(params=KINDS)
def url(request, tmp_path: Path):
    with ready_database(request.param, tmp_path) as address:
        yield address


def in_threads(number: int, work) -> list[int]:
    """Run a function in as many threads, all at once, and return what they came to; raises what one of them raised."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(work, range(number)))


def in_processes(number: int, work, *arguments) -> int:
    """Run a function in as many processes, all at once, and return the sum of what they came to."""
    results = fork.SimpleQueue()
    processes = [fork.Process(target=lambda mine=mine: results.put(work(mine, *arguments))) for mine in range(number)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
        assert each.exitcode == 0  # before its result is waited for: who failed leaves none
    return sum(results.get() for _ in processes)


def ask(process: int, url: str, threads: int, times: int) -> int:
    """Ask for places from many threads; return how many were given."""
    with open_store(url, clock=SystemClock(), company="acme") as store:
        desk = open_desk(store, SystemClock())
        row = desk.row("door")
        with store.database.connect() as connection:
            wanted = desk.codes.load(connection, row)

        def work(mine: int) -> int:
            given = 0
            for time in range(times):
                with store.database.transaction() as connection:
                    visitor = f"{process} {mine} {time}"
                    found = desk.codes.assign(connection, row, wanted, visitor, desk.clock.time())
                given += isinstance(found, Assigned)
            return given

        return sum(in_threads(threads, work))


def take(process: int, url: str, threads: int, events: list) -> int:
    """Take every event in, in every thread; return how many were new here."""
    del process
    with open_store(url, clock=SystemClock(), company="acme") as store:
        desk = open_desk(store, SystemClock())
        return sum(in_threads(threads, lambda mine: sum(desk.codes.take(e) for e in events[mine:] + events[:mine])))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.timeout(1_200)
def test_a_cap_is_exact_however_many_ask(url, size):
    threads, processes, times = size
    cap = threads * processes * times // 4
    with open_store(url, clock=SystemClock(), company="acme") as store:
        desk = open_desk(store, SystemClock())
        one, two, *_ = desk.people
        desk.make(code("door", seat(one, daily_cap=cap), seat(two, total_cap=cap), routing=Routing.PULL))
    assert in_processes(processes, ask, url, threads, times) == 2 * cap
    with open_store(url, clock=SystemClock(), company="acme") as store:
        assert [each.held for each in open_desk(store, SystemClock()).codes.desired("door").seats] == [cap, cap]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.timeout(1_200)
def test_every_event_counts_once_however_many_tell_it(url, size):
    threads, processes, times = size
    with open_store(url, clock=SystemClock(), company="acme") as store:
        desk = open_desk(store, SystemClock())
        one, two, *_ = desk.people
        desk.make(code("door", seat(one), seat(two)))
        events = [desk.event("door", person) for person in (one, two) * (times // 2)]
    assert in_processes(processes, take, url, threads, events) == len(events)
    with open_store(url, clock=SystemClock(), company="acme") as store:
        desk = open_desk(store, SystemClock())
        report = desk.codes.report("door")
        assert [each.total for each in report.seats] == [times // 2, times // 2]
        assert [each.served for each in desk.codes.desired("door").seats] == [times // 2, times // 2]
