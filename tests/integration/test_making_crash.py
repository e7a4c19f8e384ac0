"""Making codes over real HTTP, killed at every step: who comes after makes what is missing, and nothing twice."""

import os
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import requests

from privcrm import CRM
from privcrm.jobs import Orphan
from privcrm.sandbox import Sandbox, VirtualClock
from tests.forking import python

pytestmark = pytest.mark.crash

PROGRAM = Path(__file__).with_name("making_process.py")
STEPS = ("kept", "planned", "sent", "made", "made a group's", "done", "written", "fetched", "pictured")


@pytest.fixture
def sandbox():
    with Sandbox(seed=4, staff=12, members=60, groups=6, clock=VirtualClock(auto_advance=False)) as running:
        yield running


def run(sandbox, store, step):
    line = python(PROGRAM, store, step)
    env = {**os.environ, **sandbox.env}
    return subprocess.run(line, env=env, capture_output=True, text=True, timeout=100, check=False)


def codes_at_vendor(sandbox):
    reply = requests.get(f"{sandbox.control_url}state/live_codes", params={"limit": 1000}, timeout=5)
    return [row for row in reply.json()["items"] if row["deleted_at"] is None and row["agent_id"]]


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_making_is_finished_and_nothing_is_made_twice(sandbox, tmp_path, step):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    before = len(codes_at_vendor(sandbox))
    killed = run(sandbox, store, step)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    finished = run(sandbox, store, "none")
    assert finished.returncode == 0, finished.stderr
    told = [line.split()[:2] for line in finished.stdout.splitlines()]
    assert [key for key, _ in told] == ["S0", "S1", "S2", "G0", "G1", "G2"]
    assert {state for _, state in told} <= {"created", "unchanged"}, finished.stdout

    at_vendor = codes_at_vendor(sandbox)[before:]
    states = Counter(row["state"] for row in at_vendor)
    with CRM.from_env({**os.environ, **sandbox.env}, store=store, clock=sandbox.clock) as crm:
        exported = {each.key: each for each in crm.live_codes.export()}
        lost = sum(len(orphans_of(crm, job.id)) for job in crm.jobs.list())
        pictures = {key: crm.live_codes.picture(key).says for key in exported}
    assert len(exported) == 6
    # A group's code whose answer was lost cannot be found; it is noted, and nobody has its picture.
    assert lost == (1 if step == "made a group's" else 0)
    assert len(at_vendor) == 6 + lost
    assert states.total() - len(states) == lost
    assert {each.vendor_id for each in exported.values()} <= {row["config_id"] for row in at_vendor}
    assert all(pictures[key].endswith(each.vendor_id) for key, each in exported.items())


def orphans_of(crm: CRM, job_id: str) -> list[Orphan]:
    return list(crm.jobs.history.orphans(job_id))
