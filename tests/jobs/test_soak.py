"""A job of a million items: memory stays flat, and after a kill it goes on at once."""

import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from privcrm.clock import SystemClock
from privcrm.jobs import Item, ItemDraft, JobState, Outcome, OutcomeState
from privcrm.store import open_store
from tests.jobs.toy import Toy, jobs_for, plan

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1_200)]

ITEMS = 1_000_000
RESUME_SECONDS = 2.0
GROWTH_KIB = 64 * 1024

fork = multiprocessing.get_context("fork")


def many() -> Iterator[ItemDraft]:
    for number in range(ITEMS):
        member = f"wm{number:030}"
        yield ItemDraft(f"staff{number % 4_000}/{member}", {"add": ["et" + "x" * 26]}, subject=member)


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run_and_die(url: str) -> None:
    def die_later(items: Sequence[Item]) -> Sequence[Outcome]:
        if len(handler.sent) > 3_000:
            os.kill(os.getpid(), signal.SIGKILL)
        return [Outcome.done()]

    handler = Toy(die_later)
    with open_store(url, clock=SystemClock(), company="acme") as store:
        jobs = jobs_for(store, handler)
        jobs.run(next(jobs.list()).id)


def test_a_million_items_in_flat_memory_and_back_at_once_after_a_kill(tmp_path: Path) -> None:
    url, stop, first_send = f"sqlite:///{tmp_path / 'store.db'}", threading.Event(), 0.0

    def note_the_first(items: Sequence[Item]) -> Sequence[Outcome]:
        nonlocal first_send
        first_send = first_send or time.monotonic()
        if len(handler.sent) == 20_000:
            stop.set()
        return [Outcome.done()]

    handler = Toy(note_the_first)
    before = peak_kib()
    with open_store(url, clock=SystemClock(), company="acme") as store:
        job = plan(jobs_for(store, handler), many())
    killed = fork.Process(target=run_and_die, args=(url,))
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL

    began = time.monotonic()
    with open_store(url, clock=SystemClock(), company="acme") as store:
        job = jobs_for(store, handler).run(job.id, stop=stop)
    assert first_send - began < RESUME_SECONDS
    assert peak_kib() - before < GROWTH_KIB
    assert job.state is JobState.PAUSED
    assert sum(job.counts.values()) == ITEMS
    assert job.counts[OutcomeState.DONE] >= 20_000
