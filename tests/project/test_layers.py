"""Arrows point one way."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_import_contracts_hold():
    script = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_adapters_have_the_same_files():
    wanted = {
        "__init__.py",
        "api",
        "capabilities.py",
        "client.py",
        "config.py",
        "convert",
        "endpoints",
        "errcodes.py",
        "limits.py",
        "provider.py",
        "py.typed",
    }
    for adapter in (ROOT / "providers").iterdir():
        if adapter.name.startswith("privcrm_"):
            assert wanted <= {path.name for path in adapter.iterdir()}, adapter.name
