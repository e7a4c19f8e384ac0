"""A Python that has imported already what most programs import, and forks for each program that it is told to run.

Pages and examples are programs of their own, and most of what a short one costs is importing the same packages. Here
that is done once. Each program has a process, a folder, an environment and an end of its own all the same.
"""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Self

import pytest

ROOT = Path(__file__).parents[1]
OTHERS = (
    "alembic",
    "cryptography.hazmat.primitives.ciphers",
    "pyrate_limiter",
    "requests",
    "sqlalchemy.dialects.sqlite",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
)
"""Packages of others that privcrm imports, some of them late."""


APART = ("cli", "testing", "store/migrations")
"""Our own that programs seldom import, or that somebody else must: pytest, and what moves a store."""


def ours() -> Iterator[str]:
    """Yield the names of our own modules, without importing one."""
    package = ROOT / "privcrm"
    for file in sorted(package.rglob("*.py")):
        place = file.relative_to(package).as_posix()
        if not place.startswith(APART) and file.stem != "__main__":
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    yield "privcrm_wecom"


class WarmPython:
    """Runs programs in forks of a process that has imported ``modules``."""

    def __init__(self, modules: Iterable[str]) -> None:
        command = [sys.executable, "-m", "tests.warm", *modules]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._folder = tempfile.TemporaryDirectory()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._folder.cleanup()

    def run(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], seconds: int = 100
    ) -> subprocess.CompletedProcess[str]:
        """Run what ``python`` with these arguments runs: a file, or ``-m`` and a module. SIGALRM ends it in the end."""
        prints = [Path(self._folder.name, name) for name in ("stdout", "stderr")]
        order = {
            "arguments": list(arguments),
            "cwd": str(cwd),
            "env": dict(env),
            "prints": [str(file) for file in prints],
            "seconds": seconds,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        stdout, stderr = (file.read_text(encoding="utf-8", errors="replace") for file in prints)
        return subprocess.CompletedProcess(arguments, code, stdout, stderr)


@pytest.fixture(scope="session")
def warm_python() -> Iterator[WarmPython]:
    """Runs programs that import privcrm."""
    with WarmPython([*OTHERS, *ours()]) as python:
        yield python


def _main(modules: Sequence[str]) -> None:
    for module in modules:
        import_module(module)
    gc.collect()
    gc.freeze()  # what is here stays: no child needs to look through it
    for line in sys.stdin.buffer:
        order = json.loads(line)
        child = os.fork()
        if not child:
            break
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    else:
        return
    _become(order["cwd"], order["env"], order["prints"])
    signal.alarm(order["seconds"])
    _run(order["arguments"])


def _become(cwd: str, env: Mapping[str, str], prints: Sequence[str]) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, file in enumerate(prints, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)


def _run(arguments: Sequence[str]) -> None:
    """Be the program: what it raises, and with what code it exits, is what becomes of this process."""
    first, *rest = arguments
    if first == "-m":
        sys.argv = rest
        sys.path[0] = os.getcwd()  # noqa: PTH109 - as Python does
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
        return
    sys.argv = list(arguments)
    sys.path[0] = os.path.dirname(os.path.abspath(first))  # noqa: PTH100, PTH120 - as Python does
    program = types.ModuleType("__main__")
    program.__file__ = first
    sys.modules["__main__"] = program
    exec(compile(Path(first).read_bytes(), first, "exec"), program.__dict__)


if __name__ == "__main__":
    _main(sys.argv[1:])
