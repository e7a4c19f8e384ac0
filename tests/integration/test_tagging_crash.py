"""kill -9 of a real tagging process: no row is lost, none ends otherwise than planned."""

import random
import signal
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.jobs import JobState, OutcomeState
from privcrm.sandbox import Sandbox

from .conftest import Shop, members_of_active_staff, write_list
from .processes import Killer

KILLS = 10
CALLS_TO_A_KILL = 40
REPEATS_PER_KILL = 20


@pytest.mark.crash
def test_ten_kills_at_random_moments(tmp_path: Path, workers, monkeypatch):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    moments = random.Random(20261121).choices(range(1, CALLS_TO_A_KILL), k=KILLS)
    with Sandbox(seed=11, staff=8, members=300, groups=0) as sandbox, CRM.from_env(sandbox.env, store=store) as crm:
        shop = Shop(sandbox, crm, tmp_path)
        path, wanted = write_list(shop, members_of_active_staff(shop))
        before = shop.relations()
        tagging = workers("tagging_process.py", sandbox.env, str(path), store)
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
