"""Many threads of one process that see a full group at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from attrs import evolve

from privcrm.clock import SystemClock
from privcrm.models.codes import OverflowStrategy
from privcrm.store.live_codes.generations import GenerationState
from privcrm.store.live_codes.groups import RoomState
from tests.unit.live_codes.overflow.company import FULL, AheadClock, Company, open_company

RACERS = 32
T = TypeVar("T")


class SteppingClock(AheadClock):
    """Is moved by hand; who sleeps waits, for threads wait on one another."""

    def sleep(self, seconds: float) -> None:
        SystemClock.sleep(self, seconds)


@pytest.fixture
def company(url, tmp_path):
    """Threads wait on one another, which a clock that is moved by hand does not bear."""
    folder = tmp_path / "vendor"
    folder.mkdir()
    with open_company(url, folder, SteppingClock()) as opened:
        yield opened


def race(racers: int, run: Callable[[int], T]) -> list[T]:
    """Start so many at once."""
    start = threading.Barrier(racers)

    def one(number: int) -> T:
        start.wait(30)
        return run(number)

    with ThreadPoolExecutor(racers) as threads:
        return list(threads.map(one, range(racers)))


@pytest.mark.parametrize("strategy", OverflowStrategy)
def test_threads_that_ask_at_once_get_one_group_and_equal_answers(company: Company, strategy: OverflowStrategy) -> None:
    row, code = company.code(strategy=strategy)
    answers = race(RACERS, lambda _: company.overflow.next_group(row, code, "full"))
    assert len(set(answers)) == 1
    opened = {OverflowStrategy.NATIVE: 0, OverflowStrategy.CHAIN: 2}.get(strategy, 1)
    native = strategy is OverflowStrategy.NATIVE
    assert answers[0].state is (GenerationState.WAITING if native else GenerationState.READY)
    first, *more = company.generations.of_code(row.number)
    assert first == answers[0]
    # One asked the vendor for all; who came when it was over had one look at the new group.
    assert company.vendor.looks["shop-g0"] == 1
    assert company.vendor.looks.total() <= 2 * (1 + opened)
    assert [each.state for each in more] in ([], [GenerationState.WITHDRAWN])
    assert len(company.in_front(row)) == 1 + opened
    assert len(company.vendor.codes) == (strategy is OverflowStrategy.CHAIN)


def hold_until_all_have_come(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody act before everybody has noted which generation he knows."""
    came, ask = threading.Barrier(RACERS), company.overflow._ask

    def asked(*args):
        question = ask(*args)
        came.wait(30)
        return question

    monkeypatch.setattr(company.overflow, "_ask", asked)


def test_one_look_that_finds_room_answers_all_who_asked(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    row, code = company.code(people=1)
    hold_until_all_have_come(company, monkeypatch)
    answers = race(RACERS, lambda _: company.overflow.next_group(row, code, "mistaken"))
    assert {answer.generation for answer in answers} == {0}
    assert company.vendor.looks == {"shop-g0": 1}
    assert company.timers == []  # nobody need look again


def test_one_generation_answers_all_who_asked_for_it_though_it_is_full_at_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, code = company.code()
    for number in range(1, 5):
        company.vendor.fill(f"shop-g{number}", FULL)
    came, ask = threading.Barrier(RACERS), company.overflow._ask

    def asked(*args):
        question = ask(*args)
        came.wait(30)
        return question

    monkeypatch.setattr(company.overflow, "_ask", asked)
    answers = race(RACERS, lambda _: company.overflow.next_group(row, code, "full"))
    assert {(answer.generation, answer.target) for answer in answers} == {(1, "shop-g1")}
    assert [each.generation for each in company.generations.of_code(row.number)] == [1]


def test_threads_that_ask_where_there_is_room_get_the_generation_of_before(company: Company) -> None:
    row, code = company.code(people=1)
    answers = race(RACERS, lambda _: company.overflow.next_group(row, code, "mistaken"))
    assert {answer.generation for answer in answers} == {0}
    assert company.states(row) == {RoomState.OPEN: 1, RoomState.SPARE: 4}


def test_codes_do_not_wait_for_one_another(company: Company) -> None:
    codes = [company.code(f"shop{number}") for number in range(4)]
    answers = race(RACERS, lambda number: company.overflow.next_group(*codes[number % 4], "full"))
    assert {answer.target for answer in answers} == {f"shop{number}-g1" for number in range(4)}


def test_threads_that_ask_wave_after_wave_get_one_group_each_wave(company: Company) -> None:
    row, code = company.code(spares=6)
    for wave in range(1, 6):
        answers = race(RACERS, lambda _: company.overflow.next_group(row, code, "full"))
        assert {answer.target for answer in answers} == {f"shop-g{wave}"}
        company.vendor.fill(f"shop-g{wave}", FULL)
        company.clock.ahead += 5  # who came last may have seen that there was room


def test_an_administrator_who_edits_meanwhile_loses_nothing(company: Company) -> None:
    row, code = company.code(spares=8)

    def run(number: int):
        if number % 4:
            return company.overflow.next_group(row, code, "full")
        return company.change(row, evolve(code, note=f"edit {number}"))

    race(RACERS, run)
    assert company.in_front(row) == ["shop-g0", "shop-g1"]
    with company.store.database.connect() as connection:
        kept = company.book.rows.of_number(connection, row.number)
    assert kept is not None
    assert "edit " in kept.spec


def test_a_group_that_the_vendor_opens_meanwhile_is_the_one(company: Company) -> None:
    row, code = company.code(strategy=OverflowStrategy.NATIVE)

    def run(number: int):
        if number:
            return company.overflow.next_group(row, code, "full")
        with company.store.database.transaction() as connection:
            company.add(connection, row, "made", RoomState.OPEN)
            return company.overflow.arrived(connection, row, "made")

    race(RACERS, run)
    (ready,) = company.ready(row)
    assert ready.target == "made"
