"""A process that tells what a sweep found is killed -9; whoever goes on loses nothing and tells nothing twice."""

import multiprocessing
import os
import signal

import pytest

from privcrm.clock import SystemClock
from privcrm.jobs import JobState, OutcomeState
from privcrm.jobs.sender import Sender
from privcrm.models import MemberId, StaffId
from privcrm.models.events import EventSource, MemberAdded
from privcrm.services.sweep.handler import KIND, SweepHandler
from privcrm.services.sweep.items import Difference, draft_of
from privcrm.store import open_store
from tests.unit.mirror.company import MemoryCompany, memory_company

pytestmark = pytest.mark.crash

fork = multiprocessing.get_context("fork")
DIFFERENCES = 350


def opened(url: str) -> MemoryCompany:
    return memory_company(open_store(url, clock=SystemClock(), company="acme"), SystemClock())


def plan(company: MemoryCompany) -> None:
    """Plan so many differences that they take several transactions."""
    events = [
        MemberAdded("acme", at=1, source=EventSource.SWEEP, staff_id=StaffId("amy"), member_id=MemberId(f"m{number}"))
        for number in range(DIFFERENCES)
    ]
    with company.jobs.prepare(KIND, {}, created_by="amy") as draft:
        draft.add(draft_of(Difference((event,), seen_at=1.0)) for event in events)
        draft.seal()


def run_and_die(url: str, step: str, after: int) -> None:
    """Run the one job; die in the middle of a transaction, or right after one."""
    company = opened(url)
    left = iter(range(after, -1, -1))
    emit, commit = SweepHandler.send, Sender._commit

    def die() -> None:
        if next(left, None) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def deadly_emit(connection, events):
        company.inbox.emit(connection, events)
        if step == "emitting":
            die()

    def deadly_send(self, job, items):
        outcomes = emit(self, job, items)
        if step == "emitted":
            die()
        return outcomes

    def deadly_commit(self, new):
        commit(self, new)
        if step == "committed" and not new:
            die()

    SweepHandler.send = deadly_send
    Sender._commit = deadly_commit
    handler = company.jobs.handlers.of(KIND).handler
    handler._emit = deadly_emit
    company.jobs.run(next(iter(company.jobs.list())).id)


@pytest.mark.parametrize(
    ("step", "after"), [("emitting", 0), ("emitting", 2), ("emitted", 0), ("emitted", 3), ("committed", 0)]
)
def test_a_kill_loses_nothing_and_tells_nothing_twice(url: str, step: str, after: int) -> None:
    company = opened(url)
    plan(company)
    company.store.close()
    process = fork.Process(target=run_and_die, args=(url, step, after))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    company = opened(url)
    told_before = len(company.inbox.texts())
    assert told_before < DIFFERENCES or step != "emitting"
    job = company.jobs.run(next(iter(company.jobs.list())).id)
    assert job.state is JobState.DONE
    assert sum(job.counts.values()) == DIFFERENCES
    assert set(job.counts) <= {OutcomeState.DONE, OutcomeState.SKIPPED}
    told = [event.member_id for event in company.inbox.events]
    assert sorted(told) == sorted(f"m{number}" for number in range(DIFFERENCES))
    assert len(list(company.mirror.follows("amy"))) == DIFFERENCES
    company.store.close()
