import threading

import pytest

from privcrm.sandbox import SandboxClock, VirtualClock


class Real:
    """Real time that stands still until a test moves it."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return VirtualClock(real_time=Real(), real_monotonic=Real())


def test_virtual_time_is_real_time_and_an_offset(clock):
    clock.advance(7200)
    assert (clock.time(), clock.monotonic(), clock.offset) == (8200.0, 8200.0, 7200.0)


def test_time_never_goes_back(clock):
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_auto_advance_turns_waiting_into_time():
    clock = VirtualClock(auto_advance=True, real_time=Real(), real_monotonic=Real())
    clock.sleep(3600)
    assert clock.offset == 3600
    clock.sleep(-5)
    assert clock.offset == 3600


def sleepers(clock, lengths):
    woken, lock = [], threading.Lock()

    def rest(seconds):
        clock.sleep(seconds)
        with lock:
            woken.append(seconds)

    threads = [threading.Thread(target=rest, args=(seconds,)) for seconds in lengths]
    for thread in threads:
        thread.start()
    while len(clock._sleepers) < len(lengths):
        pass
    return woken, threads


def test_sleepers_wake_when_somebody_advances_past_them(clock):
    woken, threads = sleepers(clock, [30, 10, 20])
    clock.advance(15)
    threads[1].join(5)
    assert woken == [10]
    clock.advance(15)
    for thread in threads:
        thread.join(5)
    assert set(woken) == {10, 20, 30}


def test_another_process_reads_the_same_time(sandbox):
    clock = SandboxClock(sandbox.base_url, fresh_for=0)
    before = sandbox.clock.offset
    sandbox.clock.advance(500)
    assert clock.time() == pytest.approx(sandbox.clock.time(), abs=1)
    clock.advance(100)
    assert sandbox.clock.offset == before + 600


def test_another_process_sleeps_until_somebody_advances(sandbox):
    clock = SandboxClock(sandbox.base_url, fresh_for=0.01)
    sleeper = threading.Thread(target=clock.sleep, args=(3600,), daemon=True)
    sleeper.start()
    for _ in range(100):  # the first advance may come before the sleeper has looked at the clock
        sandbox.clock.advance(3601)
        sleeper.join(0.05)
        if not sleeper.is_alive():
            return
    pytest.fail("the sleeper never woke")
