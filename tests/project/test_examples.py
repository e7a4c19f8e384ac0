"""Every example runs as it stands."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.forking import python

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs(example, tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRIVCRM_")}
    run = subprocess.run(
        python(example), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_every_example_is_in_the_index():
    index = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES if path.name not in index] == []
