"""Calls in flight and records: bounded, shrinking under pressure, urgent ones first."""

import threading

from privcrm.transport.gate import Gate, RecordQueue

PATIENCE = 5


def started(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_no_more_than_the_width_are_inside():
    gate, inside, most = Gate(3), [0], [0]
    guard = threading.Lock()

    def work() -> None:
        for _ in range(200):
            gate.enter()
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with guard:
                inside[0] -= 1
            gate.leave()

    for thread in [started(work) for _ in range(12)]:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert 1 <= most[0] <= 3


def test_congestion_halves_and_good_rounds_grow_by_one():
    gate = Gate(8)

    def calls(count: int, *, congested: bool = False) -> None:
        for _ in range(count):
            gate.enter()
            gate.leave(congested=congested)

    calls(1, congested=True)
    assert gate.width == 4
    calls(2, congested=True)
    assert gate.width == 1
    calls(1)
    assert gate.width == 2
    calls(3)
    assert gate.width == 3
    calls(200)
    assert gate.width == 8
    calls(50, congested=True)
    assert gate.width == 1


def test_urgent_callers_go_before_those_who_came_earlier():
    gate, order = Gate(1), []
    gate.enter()

    def work(name: str, *, priority: bool) -> None:
        gate.enter(priority=priority)
        order.append(name)
        gate.leave()

    bulk = [started(lambda: work("bulk", priority=False)) for _ in range(3)]
    urgent = started(lambda: work("urgent", priority=True))
    while not gate._urgent:
        pass
    gate.leave()
    for thread in [urgent, *bulk]:
        thread.join(PATIENCE)
    assert order == ["urgent", "bulk", "bulk", "bulk"]


def test_one_record_is_taken_by_one_caller_at_a_time_and_forgotten_afterwards():
    queue, inside, clashes = RecordQueue(), set(), []

    def work(record: str) -> None:
        for _ in range(200):
            lock = queue.take(record)
            if record in inside:
                clashes.append(record)
            inside.add(record)
            inside.discard(record)
            queue.give(record, lock)

    for thread in [started(lambda record=record: work(record)) for record in "aaabbbcc"]:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert clashes == []
    assert queue._records == {}


def test_different_records_do_not_wait_for_one_another():
    queue = RecordQueue()
    queue.take("a")
    other = started(lambda: queue.take("b"))
    other.join(PATIENCE)
    assert not other.is_alive()
