"""Virtual time: real time plus an offset that tests and scripts move."""

import heapq
import itertools
import json
import threading
import time
import urllib.request
from collections.abc import Callable

_READ_TIMEOUT = 5.0


class VirtualClock:
    """The sandbox's time. Any number of threads may sleep on it; `advance` wakes them in order of their due time.

    With *auto_advance* a sleep moves the time instead of waiting, so that a program runs through its waits at once.
    """

    def __init__(
        self,
        *,
        auto_advance: bool = False,
        real_time: Callable[[], float] = time.time,
        real_monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.auto_advance = auto_advance
        self._real_time = real_time
        self._real_monotonic = real_monotonic
        self._offset = 0.0
        self._moved = threading.Condition()
        self._sleepers: list[tuple[float, int]] = []
        self._order = itertools.count()

    @property
    def offset(self) -> float:
        """Seconds by which virtual time is ahead of real time."""
        return self._offset

    def time(self) -> float:
        """Return virtual unix time in seconds."""
        return self._real_time() + self._offset

    def real_time(self) -> float:
        """Return real unix time in seconds."""
        return self._real_time()

    def monotonic(self) -> float:
        """Return virtual monotonic time in seconds."""
        return self._real_monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Move virtual time forward. Raises ValueError for a negative number: time never goes back."""
        if seconds < 0:
            raise ValueError("time goes forward only")
        with self._moved:
            self._offset += seconds
            self._moved.notify_all()

    def sleep(self, seconds: float) -> None:
        """Return when *seconds* of virtual time have passed."""
        due = (self.monotonic() + seconds, next(self._order))
        with self._moved:
            if self.auto_advance:  # whoever moved the time meanwhile has waited for us too
                self._offset += max(0.0, due[0] - self.monotonic())
                self._moved.notify_all()
                return
            heapq.heappush(self._sleepers, due)
            while self._sleepers[0] is not due or self.monotonic() < due[0]:
                self._moved.wait(max(0.0, due[0] - self.monotonic()) or None)
            heapq.heappop(self._sleepers)
            self._moved.notify_all()


class SandboxClock:
    """The same time in another process: reads the offset over HTTP and keeps it for a moment.

    *base_url* is the sandbox's address; *fresh_for* (real seconds) says how long an offset is trusted, and so how long
    a sleeper may oversleep.
    """

    def __init__(self, base_url: str, *, fresh_for: float = 0.05) -> None:
        self._url = base_url.rstrip("/") + "/sandbox/clock"
        self._fresh_for = fresh_for
        self._offset = 0.0
        self._read_at = float("-inf")

    def _current_offset(self) -> float:
        if time.monotonic() - self._read_at >= self._fresh_for:
            with urllib.request.urlopen(self._url, timeout=_READ_TIMEOUT) as reply:  # noqa: S310 - the caller's sandbox
                self._offset = float(json.load(reply)["offset"])
            self._read_at = time.monotonic()
        return self._offset

    def time(self) -> float:
        """Return virtual unix time in seconds."""
        return time.time() + self._current_offset()

    def monotonic(self) -> float:
        """Return virtual monotonic time in seconds."""
        return time.monotonic() + self._current_offset()

    def advance(self, seconds: float) -> None:
        """Move the sandbox's time forward for everybody."""
        body = json.dumps({"advance_seconds": seconds}).encode()
        with urllib.request.urlopen(self._url, data=body, timeout=_READ_TIMEOUT) as reply:  # noqa: S310 - as above
            self._offset = float(json.load(reply)["offset"])
        self._read_at = time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return when *seconds* of virtual time have passed."""
        due = self.monotonic() + seconds
        while (left := due - self.monotonic()) > 0:
            time.sleep(min(left, self._fresh_for))
