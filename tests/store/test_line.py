"""Standing in line: nobody is passed by, and nobody waits for ever."""

import os
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, Thread
from types import FrameType
from typing import Any

import pytest

from privcrm.store.line import Line


def test_so_many_get_in_and_no_more() -> None:
    line = Line(2)
    assert [line.enter(0) for _ in range(3)] == [True, True, False]
    line.leave()
    assert [line.enter(0) for _ in range(2)] == [True, False]
    assert line.length == 0


def test_who_waits_is_not_passed_by_and_the_first_is_let_in_first() -> None:
    line = Line(1)
    let_in: list[str] = []
    assert line.enter(0)

    def wait(name: str) -> None:
        if line.enter(60):
            let_in.append(name)
            line.leave()

    with ThreadPoolExecutor(3) as pool:
        waiting: list[Future[None]] = []
        for place, name in enumerate("abc", 1):
            waiting.append(pool.submit(wait, name))
            while line.length < place:
                os.sched_yield()
        line.leave()
        assert not line.enter(0) or let_in == ["a", "b", "c"]  # he who left does not get in again before them
        for each in waiting:
            each.result(60)
    assert let_in == ["a", "b", "c"]


class _Stop(Exception):
    """What the handler of a signal raises, as frameworks do that bound a task's time."""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
def test_who_is_torn_out_of_the_line_leaves_no_place_behind() -> None:
    line = Line(1)
    assert line.enter(0)

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise _Stop

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        with pytest.raises(_Stop):
            line.enter(60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert line.length == 0
    line.leave()
    assert line.enter(0)


def test_the_collector_may_give_a_place_back_while_we_ask_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does where a generator that lends a connection was left unfinished, at any allocation, in any thread."""
    line, let_in = Line(1), list[bool]()
    assert line.enter(0)
    given_back = [line.leave]

    def allocate() -> Any:
        if given_back:
            given_back.pop()()
        return Lock()

    monkeypatch.setattr("privcrm.store.line.Lock", allocate)
    asking = Thread(target=lambda: let_in.append(line.enter(0)), daemon=True)
    asking.start()
    asking.join(10)
    assert let_in == [True]
