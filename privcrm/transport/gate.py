"""How many calls are in flight, and on which records."""

import threading


class Gate:
    """Lets at most so many calls of one endpoint through at a time.

    The number is halved when the vendor says that it was too many, and grows by one for every full round of calls
    that went well, up to ``most``. Callers with priority go first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._width = float(most)
        self._inside = 0
        self._urgent = 0
        self._changed = threading.Condition(threading.Lock())

    def allow(self, most: int) -> None:
        """Let at most that many through from now on."""
        with self._changed:
            narrowed = self._width < self._most
            self._most = most
            self._width = min(self._width, float(most)) if narrowed else float(most)
            self._changed.notify_all()

    @property
    def width(self) -> int:
        """How many may be inside just now."""
        return int(self._width)

    def enter(self, *, priority: bool = False) -> None:
        """Wait for a place."""
        with self._changed:
            if self._inside < int(self._width) and (priority or not self._urgent):
                self._inside += 1
                return
            self._urgent += priority
            try:
                while self._inside >= int(self._width) or (self._urgent and not priority):
                    self._changed.wait()
                self._inside += 1
            finally:
                self._urgent -= priority

    def leave(self, *, congested: bool = False) -> None:
        """Give the place back; ``congested`` says that the vendor answered with too many in flight."""
        with self._changed:
            self._inside -= 1
            if congested:
                self._width = max(1.0, self._width / 2)
            elif self._width < self._most:
                self._width = min(float(self._most), self._width + 1 / self._width)
            self._changed.notify_all()


class RecordQueue:
    """One call at a time on one record: vendors refuse two writers on one (staff, member) pair."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._records: dict[object, tuple[threading.Lock, int]] = {}

    def take(self, record: object) -> threading.Lock:
        """Wait for a record and take it."""
        with self._guard:
            lock, users = self._records.get(record) or (threading.Lock(), 0)
            self._records[record] = lock, users + 1
        lock.acquire()
        return lock

    def give(self, record: object, lock: threading.Lock) -> None:
        """Give a record back; it is forgotten when nobody else wants it."""
        lock.release()
        with self._guard:
            _, users = self._records[record]
            if users == 1:
                del self._records[record]
            else:
                self._records[record] = lock, users - 1
