"""The threads that handle events in this process."""

import logging
import threading
from collections.abc import Callable
from random import Random

from privcrm.clock import Clock
from privcrm.forks import reset_in_children
from privcrm.store.leases import new_holder

__all__ = ["Crew"]

log = logging.getLogger("privcrm.events")

# How long what another process has kept may wait to be seen here; what this one keeps wakes a thread at once.
LOOK_EVERY_SECONDS = 0.5
TIDY_EVERY_SECONDS = 3_600.0


class Crew:
    """Threads that call ``work_one`` with a name of their own until there is nothing left, and wait to be woken."""

    def __init__(self, work_one: Callable[[str], bool], tidy: Callable[[], object], rng: Random, clock: Clock) -> None:
        """``tidy`` is called at the start and every hour; ``clock`` is the real one."""
        self._work_one = work_one
        self._tidy = tidy
        self._rng = rng
        self._clock = clock
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start without threads: a forked child has none of its parent's."""
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()
        self._woken = threading.Condition()
        self._tidy_at = 0.0

    @property
    def size(self) -> int:
        """How many threads are alive."""
        return sum(thread.is_alive() for thread in self._threads)

    def start(self, workers: int) -> None:
        """See to it that so many threads are alive."""
        if not self.size:
            self._ended.clear()
            self._tidy_at = self._clock.monotonic()
        missing = [f"privcrm-events-{number}" for number in range(self.size, workers)]
        for name in missing:
            thread = threading.Thread(target=self._run, args=(new_holder(self._rng),), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def wake(self) -> None:
        """Tell that there is something to do."""
        with self._woken:
            self._woken.notify_all()

    def stop(self, timeout: float | None = None) -> None:
        """End the threads after what each of them is at; returns after ``timeout`` seconds at the latest."""
        self._ended.set()
        with self._woken:
            self._woken.notify_all()
        for thread in self._threads:
            thread.join(timeout)
        self._threads = []

    def _run(self, holder: str) -> None:
        while not self._ended.is_set():
            if not self._worked(holder):
                with self._woken:
                    self._woken.wait(LOOK_EVERY_SECONDS)

    def _worked(self, holder: str) -> bool:
        try:
            if self._is_time_to_tidy():
                self._tidy()
            return self._work_one(holder)
        except Exception as error:  # noqa: BLE001 - the store may be away for a while; the events are not
            log.warning("events cannot be handled right now: %s", type(error).__name__)
            return False

    def _is_time_to_tidy(self) -> bool:
        with self._woken:
            due = self._clock.monotonic() >= self._tidy_at
            if due:
                self._tidy_at = self._clock.monotonic() + TIDY_EVERY_SECONDS
            return due
