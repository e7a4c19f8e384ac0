"""Loads the library once, then forks a process for each command line that a client brings.

Between the two stands a keeper: it waits for the process, tells the client how it ended, and kills it when the client
is killed.
"""

import atexit
import gc
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

PACKAGES = ("privcrm", "privcrm_wecom")
LEFT_OUT = ("privcrm.__main__", "privcrm.store.migrations", "privcrm.testing")
OTHERS = (
    "alembic.command",
    "cattrs.preconf.json",
    "cryptography.hazmat.primitives.ciphers",
    "pyrate_limiter",
    "requests",
    "sqlalchemy.dialects.sqlite",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.http.httptools_impl",
)


def load(*, has_ours: bool) -> None:
    """Load what a command may load, so that its process finds it there."""
    for name in PACKAGES if has_ours else ():
        package = import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not found.name.startswith(LEFT_OUT):
                import_module(found.name)
    for name in OTHERS:
        import_module(name)


def serve(address: str, *, has_ours: bool) -> list[str]:
    """Fork until standard input ends, which ends this process. Return in each child, with its command line."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        load(has_ours=has_ours)
        gc.freeze()  # nothing of it is ever thrown away: a child need not look
        assert threading.active_count() == 1, "a process with threads cannot be forked"
        os.dup2(2, 1)
        while listening in select.select([listening, 0], [], [])[0]:
            client, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                return keep(client)
            client.close()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
    sys.exit()


def keep(client: socket.socket) -> list[str]:
    """Read an order, fork its process and wait for it, which ends this one. Return in the child."""
    _, files, _, _ = socket.recv_fds(client, 1, 3)
    with client.makefile("rb") as told:
        args, folder, environment = json.loads(told.readline())
    process = os.fork()
    if process == 0:
        client.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()  # C has read it when the library was loaded
        return args
    for file in (*files, 0, 1, 2):
        os.close(file)
    client.sendall(f"{process}\n".encode())
    threading.Thread(target=kill_without, args=(client, process), daemon=True).start()
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    with suppress(OSError):
        client.sendall(f"{code}\n".encode())
    os._exit(0)


def kill_without(client: socket.socket, process: int) -> None:
    """Kill a process when its client is no longer there."""
    with suppress(OSError):
        client.recv(1)
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def run(args: list[str]) -> None:
    """Run what Python would run with these arguments."""
    match args:
        case ["-m", module, *rest]:
            sys.argv, sys.path[0] = [module, *rest], str(Path.cwd())
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", program, *rest]:
            sys.argv, sys.path[0] = ["-c", *rest], ""
            main = sys.modules["__main__"] = ModuleType("__main__")
            exec(program, main.__dict__)
        case [path, *rest]:
            sys.argv, sys.path[0] = [path, *rest], str(Path(path).resolve().parent)
            runpy.run_path(path, run_name="__main__")


def end(code: int) -> None:
    """End as Python does, but for the taking apart of a thousand modules, which is for nobody."""
    threading._shutdown()
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    ordered = serve(sys.argv[2], has_ours=sys.argv[1] == "all")
    try:
        run(ordered)
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        end(ended.code or 0)
    end(0)
