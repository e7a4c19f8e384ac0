"""Who holds what: leases that run out by the clock, and at once when their process is known to be gone."""

import os
import random
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from math import inf
from pathlib import Path

from privcrm.clock import Clock
from privcrm.forks import reset_in_children
from privcrm.store.database import Database

__all__ = ["Leases", "is_alive", "is_gone", "new_holder"]


# How far the clocks of two machines may be apart before one of them counts as wrong.
CLOCK_SKEW_SECONDS = 30.0


def new_holder(rng: random.Random) -> str:
    """Return a name for one worker: where it runs, its process, and something that no other worker has."""
    return f"{_host()} {os.getpid()} {rng.getrandbits(48):012x}"


def is_gone(holder: str) -> bool:
    """Tell whether that worker's process surely exists no more: only ever true on the machine that ran it."""
    return _exists(holder) is False


def is_alive(holder: str) -> bool:
    """Tell whether that worker's process surely exists: only ever true on the machine that runs it."""
    return _exists(holder) is True


def _exists(holder: str) -> bool | None:
    host, _, rest = holder.partition(" ")
    pid = rest.partition(" ")[0]
    if host != _host() or not pid.isdigit():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _host() -> str:
    # Containers may share a host's name without seeing its processes; the process namespace tells them apart. Cloned
    # machines share both; what the kernel drew when it started tells those apart.
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.readlink() if namespace.is_symlink() else ''}/{_boot_id()}"


def _boot_id() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


class Leases:
    """Rights that one worker at a time may hold, over all threads and processes of the store."""

    def __init__(self, database: Database, clock: Clock, rng: random.Random) -> None:
        self._database = database
        self._clock = clock
        self._rng = rng
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with locks that nobody holds: a forked child has none of the threads that would release them."""
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    @contextmanager
    def holding(self, name: str, seconds: float, patience: float = inf) -> Generator[None]:
        """Hold the right called ``name``; wait on the clock while another process does, ``patience`` seconds at most.

        It ends with the block. If this process dies in it, it ends at once on this machine, elsewhere after
        ``seconds``. Raises ``TimeoutError`` when patience runs out.
        """
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:  # threads queue here, so that the database sees one of each process
            holder = new_holder(self._rng)
            given_up_at = self._clock.monotonic() + patience
            while not self._take(name, holder, seconds):
                if self._clock.monotonic() >= given_up_at:
                    raise TimeoutError(f"another process holds {name}")
                self._clock.sleep(0.02 + 0.03 * self._rng.random())
            try:
                yield
            finally:
                self._give_back(name, holder)

    def _take(self, name: str, holder: str, seconds: float) -> bool:
        now = self._clock.time()
        with self._database.connect() as connection:
            taken = connection.run(
                "INSERT INTO privcrm_lease (company, name, holder, until) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (company, name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
                " WHERE privcrm_lease.until <= ? OR privcrm_lease.until > ?",
                self._database.company,
                name,
                holder,
                now + seconds,
                now,
                now + seconds + CLOCK_SKEW_SECONDS,  # nobody has taken it yet: the clock was set back since
            )
            row = connection.one(
                "SELECT holder FROM privcrm_lease WHERE company = ? AND name = ?", self._database.company, name
            )
        if not taken and row is not None and is_gone(row[0]):
            self._give_back(name, row[0])
        return bool(taken)

    def _give_back(self, name: str, holder: str) -> None:
        with self._database.connect() as connection:
            connection.run(
                "DELETE FROM privcrm_lease WHERE company = ? AND name = ? AND holder = ?",
                self._database.company,
                name,
                holder,
            )
