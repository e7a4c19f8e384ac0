"""kill -9 of a real tagging process: no row is lost, none ends otherwise than planned."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.jobs import JobState, OutcomeState
from privcrm.sandbox import Sandbox

from .conftest import Shop, members_of_active_staff, write_list

KILLS = 10
REPEATS_PER_KILL = 20


def start(list_path: Path, store: str, env: dict[str, str]) -> subprocess.Popen[str]:
    program = [sys.executable, str(Path(__file__).with_name("tagging_process.py")), str(list_path), store]
    process = subprocess.Popen(program, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    return process


@pytest.mark.crash
def test_ten_kills_at_random_moments(tmp_path: Path):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    moments = random.Random(20261121)
    with Sandbox(seed=11, staff=8, members=300, groups=0) as sandbox, CRM.from_env(sandbox.env, store=store) as crm:
        shop = Shop(sandbox, crm, tmp_path)
        path, wanted = write_list(shop, members_of_active_staff(shop))
        before = shop.relations()
        shop.control("PATCH", "switches", {"latency_ms": 50})
        for _ in range(KILLS):
            process = start(path, store, sandbox.env)
            time.sleep(moments.uniform(0.0, 0.5))  # a real process is killed at a real moment
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL, "the job was over before all the kills"
            process.communicate()
        shop.control("PATCH", "switches", {"latency_ms": 0})
        process = start(path, store, sandbox.env)
        process.communicate(timeout=60)
        assert process.returncode == 0

        assert shop.relations() == wanted
        (job,) = crm.jobs.list()
        assert job.state is JobState.DONE
        assert set(job.counts) <= {OutcomeState.DONE, OutcomeState.SKIPPED}
        assert {outcome.row for outcome in crm.tagging.outcomes(job.id)} == set(range(2, 2 + len(set_of_members(path))))
        changes = sum(wanted[pair] != before[pair] for pair in wanted)
        assert job.counts[OutcomeState.DONE] == changes
        assert changes <= len(shop.calls("*/mark_tag")) <= changes + KILLS * REPEATS_PER_KILL


def set_of_members(path: Path) -> set[str]:
    return set(path.read_text(encoding="utf-8-sig").splitlines()[1:])
