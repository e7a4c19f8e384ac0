"""Standing in line: nobody is passed by, and nobody waits for ever."""

import os
from concurrent.futures import Future, ThreadPoolExecutor

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
