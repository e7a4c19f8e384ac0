"""How far a run may go: the calls it has spent, the most it may spend, and the hours in which it may run."""

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from privcrm.jobs.model import JobState, RunLimits
from privcrm.jobs.stop_reason import StopReason
from privcrm.jobs.window import Window

__all__ = ["CallCount", "Calls", "LimitCheck", "OneCallEach"]


class Calls(Protocol):
    """How the kernel hears of the calls that handlers make; ``privcrm.provider.CallWatch`` is one."""

    def watching(
        self, before_write: Callable[[], None], after_call: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """Have both called for what this thread does in the block."""
        ...


class OneCallEach:
    """For handlers whose calls nobody sees: each send, look-up and read-back counts as one call."""

    @contextmanager
    def watching(self, before_write: Callable[[], None], after_call: Callable[[], None]) -> Generator[None]:
        """Ask once and count once."""
        before_write()
        after_call()
        yield


class CallCount:
    """The vendor calls that a job has cost. ``add`` may come from any thread, the rest is the worker's.

    ``in_doubt`` sends are in the journal and not answered: they are written as one call each, so that a killed worker
    has counted what it may have sent.
    """

    def __init__(self, spent: int) -> None:
        self.in_doubt = 0
        self._spent = spent
        self._written = spent
        self._lock = threading.Lock()

    @property
    def spent(self) -> int:
        """Calls made so far."""
        return self._spent

    @property
    def unwritten(self) -> int:
        """What has to be added to the job's row; less than zero where doubt has turned out to be nothing."""
        return self._spent + self.in_doubt - self._written

    def add(self) -> None:
        """Count a call."""
        with self._lock:
            self._spent += 1

    def wrote(self, calls: int) -> None:
        """Note that this many have been added to the job's row."""
        self._written += calls


class LimitCheck:
    """The limits of one run."""

    def __init__(self, limits: RunLimits) -> None:
        self._limits = limits
        self._window = Window.parse(limits.window) if limits.window else None

    def allows(self, calls: int) -> bool:
        """Tell whether so many calls may be spent."""
        return not self._limits.max_calls or calls - self._limits.calls_before <= self._limits.max_calls

    def reached(self, calls: int, now: float) -> StopReason | None:
        """Return why the next send must not start after ``calls`` spent; ``now`` is unix seconds."""
        if not self.allows(calls + 1):
            return StopReason(JobState.PAUSED, f"max_calls: the {self._limits.max_calls} calls allowed are spent")
        opens = self._window.opens_at(now) if self._window else now
        if opens > now:
            return StopReason(JobState.WAITING, f"window: runs at {self._limits.window} Beijing time", opens)
        return None
