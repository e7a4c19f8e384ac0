"""Many threads of many processes at one code, on both databases: every seat is handed out once, and all is counted."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from privcrm.clock import ManualClock
from privcrm.services.live_codes.gateway.visits import Page, Visit, Visitor
from privcrm.store import Store, open_store
from tests.store.databases import KINDS, ready_database
from tests.unit.live_codes.gateway.places import Place

fork = multiprocessing.get_context("fork")

THREADS, PROCESSES = 16, 4
LOOKS = 12


def visit_all(url: str, link: str, process: int, start: Any, results: Any) -> None:
    """Look with many visitors at once, each of whom comes twice."""
    clock = ManualClock()
    with open_store(url, clock=clock, company="acme") as store:
        place = Place(store, clock, patience=60.0)

        def look(thread: int) -> list[tuple[str, str]]:
            found = []
            for turn in range(LOOKS):
                who = f"v{process}-{thread}-{turn}"
                first, again = place.visit(link, who, is_new=True), place.visit(link, who)
                assert first.page in (Page.CODE, Page.WAITING), first
                found.append((first.target, again.target))
            return found

        with ThreadPoolExecutor(THREADS) as pool:
            start.wait(60)
            results.put([pair for pairs in pool.map(look, range(THREADS)) for pair in pairs])


@pytest.mark.parametrize("kind", KINDS)
def test_every_seat_is_handed_out_once(kind: str, tmp_path: Path) -> None:
    """D29, D32: three groups with 190 seats to fill, each on the way reckoned with seven tenths, and 768 visitors."""
    with ready_database(kind, tmp_path) as url:
        with opened(url) as store:
            link = Place(store, ManualClock()).images(rooms=(0, 0, 100))
        start, results = fork.Barrier(PROCESSES), fork.Queue()
        crew = [fork.Process(target=visit_all, args=(url, link, each, start, results)) for each in range(PROCESSES)]
        for each in crew:
            each.start()
        pairs = [pair for _ in crew for pair in results.get(timeout=100)]
        for each in crew:
            each.join(30)
            assert each.exitcode == 0
        with opened(url) as store:
            check(Place(store, ManualClock()), pairs)


def check(place: Place, pairs: list[tuple[str, str]]) -> None:
    """Check that each group got what it takes, and that the store says the same of it as the visitors."""
    total = THREADS * PROCESSES * LOOKS
    first = [target for target, _ in pairs]
    counts = {target: first.count(target) for target in ("g1", "g2", "g3", "")}
    # 190 seats at seven tenths are 272 visitors, and 90 are 129.
    assert counts == {"g1": 272, "g2": 272, "g3": 129, "": total - 673}
    assert all(again == target for target, again in pairs)
    number = place.number_of("town")
    with place.store.database.connect() as connection:
        figures = place.tables.reservations.figures(connection, number)
        rows = connection.all("SELECT target, count(*) FROM privcrm_code_reservation GROUP BY target")
    assert {target: (each.reserved, each.handed_out) for target, each in figures.items()} == {
        target: (count, count) for target, count in counts.items() if target
    }
    assert dict(rows) == {target: count for target, count in counts.items() if target}
    explained = place.desk.explain(Visit(next(iter(links_of(place, number))), Visitor("x", is_new=True)))
    assert [each.has_room for each in explained.considered] == [False] * 3
    turned_away = 2 * counts[""]
    assert place.funnel() == {
        "views": 2 * total,
        "shown": 2 * total - turned_away,
        "repeats": total - counts[""],
        "turned_away": turned_away,
        "no_room": turned_away,
    }


def links_of(place: Place, number: int) -> Sequence[str]:
    with place.store.database.connect() as connection:
        return place.tables.links.of_code(connection, number)


def look_until_killed(url: str, link: str, told: Any) -> None:
    with opened(url) as store:
        place = Place(store, ManualClock())
        for turn in range(10_000):
            decision = place.visit(link, f"k{turn}", is_new=True)
            told.send((turn, decision.target))


@pytest.mark.crash
@pytest.mark.parametrize("after", [1, 7, 20])
def test_what_was_answered_outlives_a_killed_process(after: int, tmp_path: Path) -> None:
    with ready_database("sqlite", tmp_path) as url:
        with opened(url) as store:
            link = Place(store, ManualClock()).images(rooms=(0, 0))
        hears, tells = fork.Pipe(duplex=False)
        process = fork.Process(target=look_until_killed, args=(url, link, tells))
        process.start()
        answered = [hears.recv() for _ in range(after)]
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join(30)
        with opened(url) as store:
            place = Place(store, ManualClock())
            for turn, target in answered:
                assert place.visit(link, f"k{turn}").why == "returned", (turn, target)
            with store.database.connect() as connection:
                figures = place.tables.reservations.figures(connection, place.number_of("town"))
                rows = dict(connection.all("SELECT target, count(*) FROM privcrm_code_reservation GROUP BY target"))
            assert {target: each.reserved for target, each in figures.items()} == rows


def opened(url: str) -> Store:
    return open_store(url, clock=ManualClock(), company="acme")
