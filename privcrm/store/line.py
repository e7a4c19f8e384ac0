"""Standing in line for one of a few places."""

from collections import deque
from threading import Lock, RLock

__all__ = ["Line"]


class Line:
    """Lets in so many at a time; who comes when all places are taken stands in line, and nobody passes him by.

    A place may be given back by the collector of garbage, in a thread that is just asking for one: a generator that
    was lent a connection may be left unfinished.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[Lock] = deque()
        self._lock = RLock()

    @property
    def length(self) -> int:
        """How many stand in line."""
        return len(self._waiting)

    def enter(self, patience: float) -> bool:
        """Take a place, after so many seconds at most; return whether there was one."""
        mine = Lock()  # before looking: making it may run the collector
        mine.acquire()
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            self._waiting.append(mine)
        try:
            if mine.acquire(timeout=patience):
                return True
        except BaseException:  # the handler of a signal raised
            if not self._steps_out(mine):
                self.leave()
            raise
        return not self._steps_out(mine)  # it may be handed over at the last moment

    def leave(self) -> None:
        """Give a place up: to who waits longest, if anybody does."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _steps_out(self, mine: Lock) -> bool:
        """Leave the line; return False where a place was handed over already."""
        with self._lock:
            try:
                self._waiting.remove(mine)
            except ValueError:
                return False
        return True
