"""kill -9 of a real tagging process: no row is lost, none ends otherwise than planned."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from privcrm import CRM
from privcrm.jobs import JobState, OutcomeState
from privcrm.sandbox import Sandbox
from privcrm.sandbox.calls import RecordedCall

from .conftest import Shop, members_of_active_staff, write_list

KILLS = 10
CALLS_TO_A_KILL = 40
REPEATS_PER_KILL = 20


class Workers:
    """Starts tagging processes one after another; see ``tagging_process.py``."""

    def __init__(self, list_path: Path, store: str, env: dict[str, str]) -> None:
        program = [sys.executable, str(Path(__file__).with_name("tagging_process.py")), str(list_path), store]
        self.process = subprocess.Popen(
            program, env={**os.environ, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self) -> int:
        """Return the number of a process that has begun to work."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self._number()

    def end(self) -> int:
        """Wait for the process and return how it ended."""
        return self._number()

    def _number(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@pytest.fixture
def workers(tmp_path: Path):
    made: list[Workers] = []

    def make(*args: Any) -> Workers:
        made.append(Workers(*args))
        return made[-1]

    yield make
    for each in made:
        each.process.communicate(timeout=60)


class Killer:
    """Kills a process while the vendor is answering its n-th call: the moment comes from the seed, not from a clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._note = sandbox.recorder.note
        self._left = 0
        self._victims: SimpleQueue[int] = SimpleQueue()

    def note(self, call: RecordedCall) -> None:
        """Stand in for the recorder, which sees every call before its answer leaves."""
        self._note(call)
        self._left -= 1
        if self._left == 0:
            os.kill(self._victims.get(timeout=20), signal.SIGKILL)

    def kill_next(self, workers: Workers, call: int) -> int:
        """Start a process, kill it at that call, and return how it ended."""
        self._left = call
        self._victims.put(workers.start())
        return workers.end()


@pytest.mark.crash
def test_ten_kills_at_random_moments(tmp_path: Path, workers, monkeypatch):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    moments = random.Random(20261121).choices(range(1, CALLS_TO_A_KILL), k=KILLS)
    with Sandbox(seed=11, staff=8, members=300, groups=0) as sandbox, CRM.from_env(sandbox.env, store=store) as crm:
        shop = Shop(sandbox, crm, tmp_path)
        path, wanted = write_list(shop, members_of_active_staff(shop))
        before = shop.relations()
        tagging = workers(path, store, sandbox.env)
        killer = Killer(sandbox)
        monkeypatch.setattr(sandbox.recorder, "note", killer.note)
        for call in moments:
            assert killer.kill_next(tagging, call) == -signal.SIGKILL, "the job was over before all the kills"
        tagging.start()
        assert tagging.end() == 0

        assert shop.relations() == wanted
        (job,) = (job for job in crm.jobs.list() if job.state is not JobState.PREPARING)  # killed while planning
        assert job.state is JobState.DONE
        assert set(job.counts) <= {OutcomeState.DONE, OutcomeState.SKIPPED}
        assert {outcome.row for outcome in crm.tagging.outcomes(job.id)} == set(range(2, 2 + rows_in(path)))
        changes = sum(wanted[pair] != before[pair] for pair in wanted)
        assert job.counts[OutcomeState.DONE] == changes
        assert changes <= len(shop.calls("*/mark_tag")) <= changes + KILLS * REPEATS_PER_KILL


def rows_in(path: Path) -> int:
    return len(path.read_text(encoding="utf-8-sig").splitlines()) - 1
