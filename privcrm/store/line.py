"""Standing in line for one of a few places."""

from collections import deque
from threading import Lock

__all__ = ["Line"]


class Line:
    """Lets in so many at a time; who comes when all places are taken stands in line, and nobody passes him by."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @property
    def length(self) -> int:
        """How many stand in line."""
        return len(self._waiting)

    def enter(self, patience: float) -> bool:
        """Take a place, after so many seconds at most; return whether there was one."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it was handed over at the last moment

    def leave(self) -> None:
        """Give a place up: to who waits longest, if anybody does."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
