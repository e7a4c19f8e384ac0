"""kill -9 while greeting: nobody is greeted twice, and what arrived is known to be ours."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.events.router import Router
from privcrm.models import Content, Greeted
from privcrm.models.events import MemberAdded
from privcrm.provider import ProviderContext
from privcrm.services.welcomes import WelcomeOutcome, WelcomeRule, Welcomes
from privcrm.store import open_store
from privcrm.testing import MemoryProvider
from tests.store.fixtures import url

__all__ = ["url"]

pytestmark = pytest.mark.crash

fork = multiprocessing.get_context("fork")
STEPS = ("marked", "arrived", "settled")


class Vendor:
    """A file with a line for each welcome that arrived; it outlives every process."""

    def __init__(self, path: Path, at: str = "") -> None:
        self.path, self.at = path, at

    def welcome(self, code, content, *, app=""):
        die(self.at == "marked")
        if self.path.exists():
            return Greeted.BEFORE
        self.path.write_text(f"{app}\n")
        die(self.at == "arrived")
        return Greeted.NOW

    def check_welcome(self, content):
        pass


def die(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


def greet(url: str, path: Path, *, at: str = "", late: float = 0.0):
    """Handle the one add, on a clock that stands ``late`` seconds behind it; return outcome and record."""
    clock = ManualClock()
    event = MemberAdded(app="main", at=int(clock.time()), key="k", staff_id="a", member_id="m", welcome_code="c")
    clock.advance(late)
    provider = MemoryProvider(context=ProviderContext(clock))
    provider.messages = Vendor(path, at)
    with open_store(url, clock=clock, company="acme") as store:
        welcomes = Welcomes(provider, Router(), clock, store)
        welcomes.add(WelcomeRule("all", Content("您好")))
        record = welcomes.handle(event)
        die(at == "settled")
        return record, [each.outcome for each in welcomes.outcomes()]


def kill(url: str, path: Path, step: str) -> None:
    process = fork.Process(target=greet, args=(url, path), kwargs={"at": step})
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_while_greeting_is_followed_by_one_who_ends_it(url, tmp_path, step):
    arrived = tmp_path / "arrived"
    kill(url, arrived, step)
    assert arrived.exists() is (step != "marked")
    record, outcomes = greet(url, arrived, late=5)
    assert outcomes == [WelcomeOutcome.SENT]
    assert (record is None) is (step == "settled")
    assert arrived.read_text() == "main\n"


@pytest.mark.parametrize("step", ["marked", "arrived"])
def test_when_the_next_one_comes_too_late_nobody_knows(url, tmp_path, step):
    kill(url, tmp_path / "arrived", step)
    record, outcomes = greet(url, tmp_path / "arrived", late=60)
    assert outcomes == [record.outcome] == [WelcomeOutcome.UNKNOWN]
