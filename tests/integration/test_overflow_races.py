"""Processes that see a full group at once, killed and stopped at every step: one next group, whatever happens."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from privcrm.clock import SystemClock
from privcrm.jobs import Draft, Jobs, JobState
from privcrm.models.codes import OverflowStrategy
from privcrm.services.live_codes.overflow.chain import ChainOpener
from privcrm.services.live_codes.overflow.openers import SparePoolOpener
from privcrm.services.live_codes.overflow.working import Work
from privcrm.services.live_codes.specs import load_group_code
from privcrm.store.live_codes.generations import GenerationState
from privcrm.store.live_codes.groups import RoomState
from privcrm.store.live_codes.vendor_codes import VendorLife
from tests.store.fixtures import url
from tests.unit.live_codes.overflow.company import AheadClock, Company, FileVendor, open_company

__all__ = ["url"]

fork = multiprocessing.get_context("fork")

CHAIN, SPARE_POOL, IMAGES = OverflowStrategy.CHAIN, OverflowStrategy.SPARE_POOL, OverflowStrategy.IMAGES
STEPS = {
    SPARE_POOL: ("claimed", "judged", "taken", "ready"),
    CHAIN: (
        "claimed",
        "judged",
        "reserved",
        "planning",
        "ordered",
        "sending",
        "applied",
        "answered",
        "stored",
        "ready",
    ),
}
CASES = [(strategy, step) for strategy, steps in STEPS.items() for step in steps]
LATER = 1_000.0
"""Seconds after which every lease has run out."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "vendor"
    made.mkdir()
    return made


def at_step(step: str, act: Callable[[], None]) -> None:
    """Have this process do something when it comes to a step for the first time."""
    left = [step]

    def reach(name: str) -> None:
        if left == [name]:
            left.clear()
            act()

    def before(owner: type, method: str, name: str) -> None:
        _wrap(owner, method, first=lambda: reach(name))

    def after(owner: type, method: str, name: str) -> None:
        _wrap(owner, method, last=lambda: reach(name))

    before(Work, "do", "claimed")
    before(Work, "_open", "judged")
    after(SparePoolOpener, "_take", "taken")
    after(ChainOpener, "_reserve", "reserved")
    before(FileVendor, "before_making", "sending")
    before(FileVendor, "after_making", "applied")
    after(ChainOpener, "_job", "answered")
    after(ChainOpener, "_store", "stored")
    after(Work, "_ready", "ready")
    before(Draft, "seal", "planning")
    before(Jobs, "run", "ordered")


def _nothing() -> None:
    """Do nothing."""


def _wrap(
    owner: type, method: str, *, first: Callable[[], None] = _nothing, last: Callable[[], None] = _nothing
) -> None:
    original = getattr(owner, method)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        first()
        result = original(*args, **kwargs)
        last()
        return result

    setattr(owner, method, wrapped)


def ask(company: Company) -> Any:
    """Ask for the next group of the one code."""
    with company.store.database.connect() as connection:
        row = company.book.rows.known(connection, "shop")
    code = load_group_code(row.spec)
    return company.overflow.next_group(row, code, "full")


def ask_and(url: str, folder: Path, step: str, signal_number: int, answers: Any) -> None:
    """Ask in a process of its own, and send it a signal at a step."""
    at_step(step, lambda: os.kill(os.getpid(), signal_number))
    with open_company(url, folder, SystemClock()) as company:
        answer = ask(company)
        answers.put((answer.generation, answer.state, answer.target))


def started(url: str, folder: Path, step: str, signal_number: int) -> tuple[Any, Any]:
    answers = fork.Queue()
    process = fork.Process(target=ask_and, args=(url, folder, step, signal_number, answers))
    process.start()
    return process, answers


def prepared(url: str, folder: Path, strategy: OverflowStrategy) -> None:
    with open_company(url, folder, SystemClock()) as company:
        company.code(strategy=strategy)


def check_one_way(company: Company, strategy: OverflowStrategy, answer: Any, *, orphans: int = 0) -> None:
    """Check that there is one next group or vendor's code in use, and that everything else at the vendor is noted."""
    with company.store.database.connect() as connection:
        row = company.book.rows.known(connection, "shop")
    (ready,) = company.ready(row)
    assert (answer.generation, answer.state, answer.target) == (1, GenerationState.READY, ready.target)
    if strategy is CHAIN:
        assert company.parts(row) == {0: VendorLife.OPEN, 1: VendorLife.OPEN}
        assert company.states(row) == {RoomState.OPEN: 3, RoomState.SPARE: 2}
        assert (len(company.vendor.codes), company.orphans()) == (1 + orphans, orphans)
    else:
        assert ready.target == "shop-g1"
        assert company.states(row) == {RoomState.OPEN: 2, RoomState.SPARE: 3}


# -- a holder who dies


@pytest.mark.crash
@pytest.mark.parametrize(("strategy", "step"), CASES)
def test_a_holder_killed_at_any_step_leaves_one_next_group(
    url: str, folder: Path, strategy: OverflowStrategy, step: str
) -> None:
    prepared(url, folder, strategy)
    process, _ = started(url, folder, step, signal.SIGKILL)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    with open_company(url, folder, SystemClock()) as company:
        answer = ask(company)
        # Killed on the way to the vendor or back, nobody can tell: it is made once more, and the other is noted. What
        # never arrived is noted as well, for it might have.
        made = len(company.vendor.codes)
        assert made == (strategy is CHAIN) + (step == "applied")
        if step == "sending":
            assert company.orphans() == 1
            assert answer.state is GenerationState.READY
            return
        check_one_way(company, strategy, answer, orphans=int(step == "applied"))


@pytest.mark.crash
@pytest.mark.parametrize("strategy", STEPS)
def test_holders_killed_one_after_another_at_every_step_leave_one_next_group(
    url: str, folder: Path, strategy: OverflowStrategy
) -> None:
    prepared(url, folder, strategy)
    steps = [step for step in STEPS[strategy] if step not in ("sending", "applied")]
    for step in steps:
        process, _ = started(url, folder, step, signal.SIGKILL)
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, step
    with open_company(url, folder, SystemClock()) as company:
        check_one_way(company, strategy, ask(company))


@pytest.mark.crash
@pytest.mark.parametrize("step", STEPS[CHAIN])
def test_a_code_that_is_edited_after_a_holder_was_killed_gets_one_next_code(url: str, folder: Path, step: str) -> None:
    prepared(url, folder, CHAIN)
    process, _ = started(url, folder, step, signal.SIGKILL)
    process.join(60)
    with open_company(url, folder, SystemClock()) as company:
        row = _row(company)
        code = load_group_code(row.spec)
        # What an order would be for is another now, and the strategy as well: what was begun is brought to its end.
        begun = step not in ("claimed", "judged")
        strategy = SPARE_POOL if begun else CHAIN
        company.change(row, evolve(code, note="new", overflow=evolve(code.overflow, strategy=strategy, listed=1)))
        answer = ask(company)
        assert (answer.generation, answer.state, answer.target) == (1, GenerationState.READY, "part:1")
        assert company.parts(row) == {0: VendorLife.OPEN, 1: VendorLife.OPEN}
        assert len(company.vendor.codes) == 1 + (step == "applied")


# -- a holder who is stopped, and wakes up when another has gone on without him


@pytest.mark.crash
@pytest.mark.parametrize(("strategy", "step"), CASES)
def test_a_holder_stopped_past_his_lease_writes_nothing_when_he_wakes(
    url: str, folder: Path, strategy: OverflowStrategy, step: str
) -> None:
    prepared(url, folder, strategy)
    process, answers = started(url, folder, step, signal.SIGSTOP)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), status
    with open_company(url, folder, AheadClock(LATER)) as company:
        answer = ask(company)
        fence = company.ready(_row(company))[0].fence
        os.kill(process.pid, signal.SIGCONT)
        woken = answers.get(timeout=60)
        process.join(60)
        assert woken == (answer.generation, answer.state, answer.target)
        assert company.ready(_row(company))[0].fence == fence
        if step == "planning":  # what a living process plans is nobody else's, so the spare groups took over in time
            check_one_way(company, SPARE_POOL, answer)
            assert company.vendor.codes == []
            assert [job.state for job in company.jobs.list()] == [JobState.CANCELLED]
        else:
            sent = step in ("sending", "applied")  # his call was under way already
            check_one_way(company, strategy, answer, orphans=int(sent))


def _row(company: Company) -> Any:
    with company.store.database.connect() as connection:
        return company.book.rows.known(connection, "shop")


# -- many at once


def run_races(url: str, folder: Path, size: tuple[int, int], start: Any, results: Any) -> None:
    """Take part in race after race, with some threads of a process of one's own."""
    races, threads = size
    gate = threading.Barrier(threads)

    with open_company(url, folder, SystemClock()) as company, ThreadPoolExecutor(threads) as pool:
        for race in range(races):
            with company.store.database.connect() as connection:
                row = company.book.rows.known(connection, f"race{race}")
            code = load_group_code(row.spec)

            def one(_: int, row: Any = row, code: Any = code) -> Any:
                gate.wait(60)
                answer = company.overflow.next_group(row, code, "full", patience=120)
                return answer.generation, answer.state, answer.target

            start.wait(120)
            results.put((race, set(pool.map(one, range(threads)))))


STRATEGIES = (SPARE_POOL, CHAIN, IMAGES, OverflowStrategy.STAFF_FIRST)


def race_all(url: str, folder: Path, *, races: int, processes: int, threads: int) -> None:
    with open_company(url, folder, SystemClock()) as company:
        for race in range(races):
            company.code(f"race{race}", STRATEGIES[race % len(STRATEGIES)], spares=3)
    start, results = fork.Barrier(processes), fork.Queue()
    racers = [
        fork.Process(target=run_races, args=(url, folder, (races, threads), start, results)) for _ in range(processes)
    ]
    for each in racers:
        each.start()
    answers: dict[int, set[Any]] = {}
    for _ in range(races * processes):
        race, found = results.get(timeout=300)
        answers.setdefault(race, set()).update(found)
    for each in racers:
        each.join(60)
        assert each.exitcode == 0
    with open_company(url, folder, SystemClock()) as company:
        check_races(company, answers)
        chains = sum(STRATEGIES[race % len(STRATEGIES)] is CHAIN for race in range(races))
        assert (len(company.vendor.codes), company.orphans()) == (chains, 0)
        assert company.vendor.looks.total() <= races * (1 + processes)


def check_races(company: Company, answers: dict[int, set[Any]]) -> None:
    """Check that all racers of a race had the same answer, and that one group or code came of it."""
    for race, found in answers.items():
        with company.store.database.connect() as connection:
            row = company.book.rows.known(connection, f"race{race}")
        (ready,) = company.ready(row)
        assert {each.generation for each in company.generations.of_code(row.number)} <= {1, 2}  # 2 was withdrawn
        assert found == {(1, GenerationState.READY, ready.target)}, race
        chained = STRATEGIES[race % len(STRATEGIES)] is CHAIN
        assert len(company.in_front(row)) == 1 + (2 if chained else 1)
        assert ready.target == ("part:1" if chained else f"race{race}-g1")


def test_five_races_of_four_processes_with_eight_threads_end_in_one_group_each(url: str, folder: Path) -> None:
    race_all(url, folder, races=5, processes=4, threads=8)


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_a_thousand_races_of_256_racers_end_in_one_group_each(url: str, folder: Path) -> None:
    # Four processes, for each has a pool of fifteen connections, and PostgreSQL as it comes takes a hundred.
    race_all(url, folder, races=1_000, processes=4, threads=64)
