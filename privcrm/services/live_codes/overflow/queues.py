"""Threads of one process that want the same thing stand in a queue, so that the database sees one of them."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

from privcrm.forks import reset_in_children

__all__ = ["Queues"]


class Queues:
    """One queue for each code that somebody is at."""

    def __init__(self) -> None:
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with none: a forked child has none of the threads that stood in them."""
        self._guard = threading.Lock()
        self._locks: dict[int, threading.Lock] = {}
        self._inside: dict[int, int] = {}

    @contextmanager
    def turn(self, code: int, patience: float) -> Generator[bool]:
        """Wait for one's turn, ``patience`` seconds at most; tell whether it came."""
        with self._guard:
            lock = self._locks.setdefault(code, threading.Lock())
            self._inside[code] = self._inside.get(code, 0) + 1
        came = lock.acquire(timeout=max(0.0, patience))
        try:
            yield came
        finally:
            if came:
                lock.release()
            self._leave(code)

    def _leave(self, code: int) -> None:
        with self._guard:
            self._inside[code] -= 1
            if not self._inside[code]:
                del self._inside[code], self._locks[code]
