import json

import pytest

from privcrm.cli import app


class Ran:
    """How one command line ended, and what it printed."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self):
        """The one object on standard output: nothing before it, nothing behind it."""
        return json.loads(self.out)


@pytest.fixture
def privcrm(capsys, monkeypatch, tmp_path):
    """Run a command line in this process, in an empty folder, in English, with no company described."""
    for name in ("LC_ALL", "LC_MESSAGES", "PRIVCRM_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)

    def run(*args):
        code = app.run([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def memory_company(monkeypatch):
    """Describe a small company in this process."""
    for name, value in {"PROVIDER": "memory", "MEMORY_STAFF": "4", "MEMORY_MEMBERS": "30"}.items():
        monkeypatch.setenv(f"PRIVCRM_{name}", value)
