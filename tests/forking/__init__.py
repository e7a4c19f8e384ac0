"""Command lines of Python that run in processes of their own without loading the library first.

Loading it takes a second, most commands of a test a tenth. So one process loads it and forks the others: see
``server.py``. Who starts a command line sees a process as any other: it has its output and its exit code, and signals
reach it.
"""

import atexit
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["python"]

ROOT = Path(__file__).parents[2]


def python(*args: object, has_ours: bool = True) -> list[str]:
    """Return the command line for what ``python`` would run with these arguments: ``-m``, ``-c`` or a file.

    Without ``has_ours`` only packages of others are loaded already.
    """
    client = Path(__file__).with_name("client.py")
    address = _address(os.getpid(), "all" if has_ours else "others")
    return [sys.executable, "-I", "-S", "-X", "utf8", str(client), address, *map(str, args)]


@cache
def _address(_of_process: int, loaded: str) -> str:
    """Start a server of this process and return where it listens."""
    folder = TemporaryDirectory(prefix="forking-")
    address = str(Path(folder.name) / "socket")
    line = [sys.executable, "-m", "tests.forking.server", loaded, address]
    server = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdout.read()  # which it closes as soon as it listens

    def end() -> None:
        server.stdin.close()
        server.wait(60)
        folder.cleanup()

    atexit.register(end)
    return address
