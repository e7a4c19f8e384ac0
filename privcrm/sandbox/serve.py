"""The sandbox as a server of its own; the command line stands on this."""

import os
import shlex
import signal
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from privcrm.sandbox.sandbox import Sandbox
from privcrm.sandbox.world import Scale

_ENDINGS = (signal.SIGTERM, signal.SIGINT)


def serve(
    *,
    announce: Callable[[dict[str, Any]], None],
    seed: int = 1,
    staff: int = 20,
    members: int = 2000,
    groups: int = 30,
    scale: Scale | str = Scale.SMALL,
    port: int = 0,
    host: str = "127.0.0.1",
    expose: bool = False,
    env_file: Path | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then return; call it in the main thread.

    *announce* gets the first line (see `Sandbox.first_line`) when requests are answered and *env_file*, if any, is
    written. Raises ValueError for a host that is not loopback without *expose*, OSError if the port is taken.
    """
    sandbox = Sandbox(
        seed=seed,
        staff=staff,
        members=members,
        groups=groups,
        scale=scale,
        port=port,
        host=host,
        expose=expose,
    )
    with _told_to_end() as end, sandbox:
        if env_file is not None:
            write_env(env_file, sandbox.env)
        announce(sandbox.first_line())
        end.wait()


def write_env(path: Path, variables: Mapping[str, str]) -> None:
    """Write variables as NAME=value lines into a file that only its owner can read (mode 600); never through a link."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    os.fchmod(handle, 0o600)  # the file may be older than this call
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())


@contextmanager
def _told_to_end() -> Generator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set; afterwards the signals mean what they meant before."""
    end = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        del number, frame  # either signal means the same
        end.set()

    before = {number: signal.signal(number, note) for number in _ENDINGS}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
