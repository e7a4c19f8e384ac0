"""How an application that uses privcrm is tested: a simulated company, faults on order, and no waiting.

    uv run pytest examples/test_your_application.py

The fixtures `privcrm_sandbox` and `privcrm_clock` come with privcrm's own pytest plugin.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.jobs import JobState
from privcrm.sandbox import Sandbox, VirtualClock

# The application


def mark_as_returned(crm: CRM, member_ids: Sequence[str]) -> str:
    """Move members from 沉睡 to 复购; return the job's id."""
    rows = [{"member_id": member_id, "add": "消费频次/复购", "remove": "消费频次/沉睡"} for member_id in member_ids]
    return crm.tagging.apply(rows, created_by="shop").id


# Its tests


@pytest.fixture
def crm(privcrm_sandbox: Sandbox, privcrm_clock: VirtualClock, tmp_path: Path) -> Iterator[CRM]:
    store = f"sqlite:///{tmp_path / 'jobs.db'}"
    with CRM.from_env(privcrm_sandbox.env, store=store, clock=privcrm_clock) as crm:
        yield crm


@pytest.fixture
def member_ids(crm: CRM) -> Sequence[str]:
    staff_id = next(iter(crm.provider.staff.serving()))
    return list(crm.provider.members.ids(staff_id))[:20]


def test_every_relation_is_as_wanted(crm: CRM, member_ids: Sequence[str]) -> None:
    proof = crm.tagging.verify(mark_as_returned(crm, member_ids))
    assert proof.checked >= len(member_ids)
    assert proof.differing == 0


def test_lost_answers_are_made_good(crm: CRM, member_ids: Sequence[str], privcrm_sandbox: Sandbox) -> None:
    privcrm_sandbox.faults.add("*/mark_tag", "reset", when="after", times=5)
    assert crm.tagging.verify(mark_as_returned(crm, member_ids)).differing == 0


def test_the_vendors_limit_is_waited_for(crm: CRM, member_ids: Sequence[str], privcrm_sandbox: Sandbox) -> None:
    privcrm_sandbox.faults.add("*/mark_tag", "errcode", errcode=45009)
    job = crm.jobs.get(mark_as_returned(crm, member_ids))
    assert job.state is JobState.DONE
    assert crm.tagging.verify(job.id).differing == 0


def test_who_left_does_not_stop_the_others(crm: CRM, member_ids: Sequence[str]) -> None:
    job_id = mark_as_returned(crm, [*member_ids, "wmNobodyKnowsThisMember000000000"])
    failed = [row for row in crm.tagging.outcomes(job_id) if row.outcome == "failed"]
    assert [row.row for row in failed] == [len(member_ids) + 1]


if __name__ == "__main__":
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", __file__]))  # noqa: S603 - ours
