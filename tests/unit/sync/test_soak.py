"""A synchronisation of 1.8 million members: the calls, the memory and what a second run writes are as in the small."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3_600)]

MEMBERS = 1_800_000
BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "sync_calls.py"


def test_full_size() -> None:
    env = {**os.environ, "PRIVCRM_BENCH_ROWS": str(MEMBERS)}
    done = subprocess.run([sys.executable, str(BENCHMARK)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
