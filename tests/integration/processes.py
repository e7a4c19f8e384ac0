"""Processes that work on jobs and can be killed, one after another, at moments that a seed draws."""

import os
import signal
import subprocess
from pathlib import Path
from queue import SimpleQueue

from privcrm.sandbox import Sandbox
from privcrm.sandbox.calls import RecordedCall
from tests.forking import python


class Workers:
    """Starts processes one after another; see ``tagging_process.py`` and ``once_process.py``."""

    def __init__(self, program: str, env: dict[str, str], *arguments: str) -> None:
        line = python(Path(__file__).with_name(program), *arguments)
        self.process = subprocess.Popen(
            line, env={**os.environ, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
