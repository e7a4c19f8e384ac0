"""kill -9 at every step: nothing is lost, and what must not be repeated is not."""

import itertools
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from privcrm.clock import SystemClock
from privcrm.errors import JobError
from privcrm.jobs import Item, Jobs, JobState, Outcome, OutcomeState, RunLimits, Runner
from privcrm.jobs.lease import LeasedJob
from privcrm.jobs.sender import WINDOW, Sender
from privcrm.provider.endpoint import Repeat
from privcrm.provider.intents import Done, NotDone, Settled
from privcrm.store import open_store
from tests.jobs.toy import Toy, jobs_for, plan

pytestmark = pytest.mark.crash

fork = multiprocessing.get_context("fork")
ITEMS = 50
STEPS = ("journalled", "applied", "answered", "committed", "settling")


def kill_at(step: str, at: str, countdown: "itertools.count[int]") -> None:
    """Die when this step is reached for the last time counted down."""
    if step == at and next(countdown) == 0:
        os.kill(os.getpid(), signal.SIGKILL)


class Vendor:
    """A file with a line for each thing that happened to a member; it outlives every process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def apply(self, key: str) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, f"{key}\n".encode())
        os.close(file)

    def effects(self) -> Counter[str]:
        return Counter(self.path.read_text().split()) if self.path.exists() else Counter()


class Doomed(Toy):
    """Works on the file, and dies where it is told to."""

    def __init__(self, repeat: Repeat, vendor: Vendor, at: str, countdown: "itertools.count[int]") -> None:
        super().__init__(self.work, repeat)
        self.parallel = 3
        self.vendor = vendor
        self.at = at
        self.countdown = countdown
        self.truth = self.look

    def work(self, items: Sequence[Item]) -> Sequence[Outcome]:
        kill_at("journalled", self.at, self.countdown)
        self.vendor.apply(items[0].key)
        kill_at("applied", self.at, self.countdown)
        return [Outcome.done()]

    def look(self, items: Sequence[Item]) -> Settled:
        kill_at("settling", self.at, self.countdown)
        return Done() if self.vendor.effects()[items[0].key] else NotDone()


def run_and_die(url: str, repeat: Repeat, effects: Path, at: str, after: int) -> None:
    """Resume the one job, in a process of its own; die at a step."""
    countdown = itertools.count(after, -1)
    commit, release = Sender._commit, LeasedJob.release

    def deadly_commit(self, new):
        answered = bool(self._answered)
        if answered:
            kill_at("answered", at, countdown)
        commit(self, new)
        if answered:
            kill_at("committed", at, countdown)

    def deadly_release(self, why):
        kill_at("released", at, countdown)
        return release(self, why)

    Sender._commit = deadly_commit
    LeasedJob.release = deadly_release
    with open_store(url, clock=SystemClock(), company="acme") as store:
        jobs = jobs_for(store, Doomed(repeat, Vendor(effects), at, countdown), settle_after=0.0)
        jobs.run(next(iter(jobs.list())).id)


@pytest.fixture(autouse=True)
def lists_that_do_not_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor here is a file, so that a second look need not wait; forked processes see the same."""
    monkeypatch.setattr("privcrm.jobs.worker.SECOND_LOOK_SECONDS", 0.0)


def in_a_process(*arguments: object) -> int | None:
    process = fork.Process(target=run_and_die, args=arguments)
    process.start()
    process.join(60)
    return process.exitcode


def settled_job(url: str, repeat: Repeat, effects: Path) -> tuple[Jobs, Counter[str]]:
    """Run the job to its end here, and check that every item is done and has happened."""
    with open_store(url, clock=SystemClock(), company="acme") as store:
        vendor = Vendor(effects)
        jobs = jobs_for(store, Doomed(repeat, vendor, "", itertools.count()), settle_after=0.0)
        job = jobs.run(next(iter(jobs.list())).id)
        assert (job.state, job.counts) == (JobState.DONE, {OutcomeState.DONE: ITEMS})
        happened = vendor.effects()
        assert set(happened) == {item.key for item in jobs.items(job.id)}
        return jobs, happened


@pytest.fixture
def planned(url: str) -> str:
    with open_store(url, clock=SystemClock(), company="acme") as store:
        plan(jobs_for(store, Toy()), ITEMS)
    return url


@pytest.mark.parametrize("step", [step for step in STEPS if step != "settling"])
def test_a_killed_repeat_safe_job_loses_nothing_and_repeats_one_window_at_most(
    planned: str, tmp_path: Path, step: str
) -> None:
    effects = tmp_path / "effects"
    after = 1 if step in ("answered", "committed") else 17
    assert in_a_process(planned, Repeat.SAFE, effects, step, after) == -signal.SIGKILL
    _, happened = settled_job(planned, Repeat.SAFE, effects)
    assert sum(happened.values()) - ITEMS <= WINDOW


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_job_of_single_sends_loses_nothing_and_repeats_nothing(
    planned: str, tmp_path: Path, step: str
) -> None:
    effects = tmp_path / "effects"
    if step == "settling":  # there is something to settle only after another kill
        assert in_a_process(planned, Repeat.AFTER_LOOKUP, effects, "applied", 7) == -signal.SIGKILL
    after = 0 if step == "settling" else 7
    assert in_a_process(planned, Repeat.AFTER_LOOKUP, effects, step, after) == -signal.SIGKILL
    _, happened = settled_job(planned, Repeat.AFTER_LOOKUP, effects)
    assert set(happened.values()) == {1}


@pytest.mark.parametrize("repeat", [Repeat.SAFE, Repeat.AFTER_LOOKUP])
def test_kill_after_kill_ends_as_planned(planned: str, tmp_path: Path, repeat: Repeat) -> None:
    effects, rng, kills = tmp_path / "effects", random.Random(11), 0
    for _ in range(6):
        step = rng.choice(STEPS[:3])
        after = 0 if step == "answered" else rng.randrange(6)
        kills += in_a_process(planned, repeat, effects, step, after) == -signal.SIGKILL
    assert kills == 6
    _, happened = settled_job(planned, repeat, effects)
    doubled = sum(happened.values()) - ITEMS
    assert doubled <= (kills * WINDOW if repeat is Repeat.SAFE else 0)


def test_a_kill_after_a_canary_still_waits_for_its_approval(url: str, tmp_path: Path) -> None:
    effects = tmp_path / "effects"
    with open_store(url, clock=SystemClock(), company="acme") as store:
        plan(jobs_for(store, Toy()), ITEMS, limits=RunLimits(canary=3))
    assert in_a_process(url, Repeat.SAFE, effects, "released", 0) == -signal.SIGKILL
    with open_store(url, clock=SystemClock(), company="acme") as store:
        jobs = jobs_for(store, Doomed(Repeat.SAFE, Vendor(effects), "", itertools.count()))
        (job,) = jobs.list()
        assert job.state is JobState.WAITING
        assert not Runner(jobs, SystemClock()).run_once()
        with pytest.raises(JobError, match="canary"):
            jobs.run(job.id)
        assert sum(Vendor(effects).effects().values()) == 3
        jobs.approve(job.id, "bob")
        assert jobs.run(job.id).counts == {OutcomeState.DONE: ITEMS}
