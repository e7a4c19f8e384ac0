"""kill -9 at every step of receiving and handling: what was acknowledged is handled, and kept once."""

import itertools
import multiprocessing
import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from privcrm.clock import SystemClock
from privcrm.events import MemberAdded
from privcrm.events.inbox import EntryState
from privcrm.events.stored_inbox import StoredInbox
from privcrm.store import open_store
from tests.events.told import Place, added

pytestmark = pytest.mark.crash

fork = multiprocessing.get_context("fork")
EVENTS = 12
STEPS = ("keeping", "kept", "answered", "claimed", "handling", "handled", "finished")


def note(path: Path, line: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, f"{line}\n".encode())
    os.close(file)


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


class Doomed(StoredInbox):
    """An inbox whose process dies at a step, the last time it is counted down to."""

    def __init__(self, store, step, countdown):
        super().__init__(store.database, store.clock)
        self.step = step
        self.countdown = countdown

    def reach(self, step):
        if step == self.step and next(self.countdown) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def add(self, arrivals, patience):
        self.reach("keeping")
        new = super().add(arrivals, patience)
        self.reach("kept")
        return new

    def claim(self, *args):
        entry = super().claim(*args)
        if entry is not None:
            self.reach("claimed")
        return entry

    def finish(self, entry):
        ended = super().finish(entry)
        self.reach("finished")
        return ended


def live(url: str, folder: Path, step: str, after: int) -> None:
    """Receive what was not answered yet, as a vendor that comes again, and handle what is there."""
    with open_store(url, clock=SystemClock(), company="acme") as store:
        inbox = Doomed(store, step, itertools.count(after, -1))
        place = Place(inbox)

        @place.router.on(MemberAdded, name="effect")
        def effect(event):
            inbox.reach("handling")
            note(folder / "effects", f"{event.member_id}:{event.key}")
            inbox.reach("handled")

        answered = lines(folder / "answered")
        for number in range(EVENTS):
            if str(number) not in answered:
                assert place.post(added(number)).status == 200
                inbox.reach("answered")
                note(folder / "answered", str(number))
                if number % 3 == 2:
                    place.webhooks.work()
        place.webhooks.work()


def in_a_process(*arguments: object) -> int | None:
    process = fork.Process(target=live, args=arguments)
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.parametrize("step", STEPS)
def test_nothing_acknowledged_is_lost_and_nothing_is_kept_twice(step, url, tmp_path):
    ends = [in_a_process(url, tmp_path, step, after) for after in (0, 1, EVENTS // 2)]
    assert ends[:2] == [-signal.SIGKILL] * 2, "the step was never reached"
    _check(url, tmp_path, ends.count(-signal.SIGKILL))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(40))
def test_many_kills_at_any_step(seed, url, tmp_path):
    rng, kills = random.Random(seed), 0
    for _ in range(12):
        kills += in_a_process(url, tmp_path, rng.choice(STEPS), rng.randrange(8)) == -signal.SIGKILL
    _check(url, tmp_path, kills)


def _check(url: str, folder: Path, kills: int) -> None:
    assert in_a_process(url, folder, "", 0) == 0
    assert sorted(map(int, lines(folder / "answered"))) == list(range(EVENTS))
    effects = Counter(lines(folder / "effects"))
    assert {effect.partition(":")[0] for effect in effects} == {f"wm{number}" for number in range(EVENTS)}
    assert len(effects) == EVENTS, "an event had two keys"
    assert sum(effects.values()) <= EVENTS + kills, "more repeats than kills"
    with open_store(url, clock=SystemClock(), company="acme") as store:
        inbox = StoredInbox(store.database, store.clock)
        assert [inbox.count(state) for state in EntryState] == [0, EVENTS, 0]
