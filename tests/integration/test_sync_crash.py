"""kill -9 of a real synchronisation: the mirror that comes of it is that of an undisturbed one, row by row."""

import random
import signal
from pathlib import Path

import pytest

from privcrm import CRM
from privcrm.sandbox import Sandbox
from tests.store.mirror.rows import rows_of

from .processes import Killer

KILLS = 12
CALLS_TO_A_KILL = 30


@pytest.mark.crash
def test_kills_at_random_moments(tmp_path: Path, workers, monkeypatch):
    killed, undisturbed = (f"sqlite:///{tmp_path / name}" for name in ("killed.db", "undisturbed.db"))
    moments = random.Random(20261128).choices(range(1, CALLS_TO_A_KILL), k=KILLS)
    with Sandbox(seed=11, staff=12, members=900, groups=12) as sandbox:
        with CRM.from_env(sandbox.env, store=undisturbed) as crm:
            crm.sync.run()
            expected = rows_of(crm.store)
        syncing = workers("sync_process.py", sandbox.env, killed)
        killer = Killer(sandbox)
        monkeypatch.setattr(sandbox.recorder, "note", killer.note)
        for call in moments:
            assert killer.kill_next(syncing, call) == -signal.SIGKILL, "it was over before all the kills"
        syncing.start()
        assert syncing.end() == 0
        with CRM.from_env(sandbox.env, store=killed) as crm:
            assert rows_of(crm.store) == expected
            assert crm.sync.check().differences == {}
