"""The pytest plugin, as a user's own test run sees it."""

import subprocess
import sys

FIXTURES = """
def test_memory(privcrm_memory):
    assert next(privcrm_memory.staff.serving())

def test_clock(privcrm_clock):
    before = privcrm_clock.time()
    privcrm_clock.sleep(3600)
    assert privcrm_clock.time() - before >= 3600

def test_sandbox(privcrm_sandbox, privcrm_clock):
    assert privcrm_sandbox.clock is privcrm_clock
    assert privcrm_sandbox.base_url.startswith("http://127.0.0.1:")
"""

IDLE = """
import sys

def test_nothing_was_loaded():
    assert "privcrm.testing.plugin" in sys.modules
    ours = {name for name in sys.modules if name.split(".")[0] == "privcrm"}
    assert ours == {"privcrm", "privcrm._lazy", "privcrm.testing", "privcrm.testing.plugin"}
    assert not {"attrs", "requests", "sqlalchemy", "uvicorn"} & set(sys.modules)
"""

FAILING = """
import pytest
from privcrm.testing.contract import CapabilitiesContract
from privcrm.testing.memory import MemoryProvider

class Boastful(MemoryProvider):
    capabilities = {**MemoryProvider.capabilities, "acquisition.quota": MemoryProvider.capabilities["tags.mark"]}

class TestBoastful(CapabilitiesContract):
    @pytest.fixture
    def make_provider(self):
        return lambda context: Boastful(context=context)
"""


def run(folder, source):
    (folder / "test_users.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    return subprocess.run(
        [*command, "--strict-markers", "test_users.py"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_fixtures_are_there(tmp_path):
    finished = run(tmp_path, FIXTURES)
    assert "3 passed" in finished.stdout, finished.stdout


def test_it_costs_those_who_do_not_use_it_nothing(tmp_path):
    finished = run(tmp_path, IDLE)
    assert "1 passed" in finished.stdout, finished.stdout


def test_a_broken_promise_fails_and_says_what(tmp_path):
    finished = run(tmp_path, FAILING)
    assert finished.returncode == 1
    assert "1 failed" in finished.stdout
    assert "assert not ['acquisition.quota is native']" in finished.stdout, finished.stdout
