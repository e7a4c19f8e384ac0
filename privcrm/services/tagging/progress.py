"""How far the making of a plan has come; how far its run has come is told by ``privcrm.jobs.Progress``."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from threading import Event
from typing import Final, TypeVar

from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import JobError, RateLimited

T = TypeVar("T")

_REPORT_EVERY: Final = 500
_WINDOW_SECONDS: Final = 60.0  # where an answer does not say when its window ends
_SLICE_SECONDS: Final = 1.0  # between looks at the stop event


class PlanStage(StrEnum):
    """What is being done before the first send."""

    READING_ROWS = "reading_rows"
    READING_MEMBERS = "reading_members"
    PLANNING = "planning"
    CHECKING = "checking"


@frozen
class PlanProgress:
    """``done`` rows, relations or items of a stage; ``total`` is None where it cannot be known."""

    stage: PlanStage
    done: int
    total: int | None = None


class Watch:
    """Counts what passes by, reports it now and then, waits where the vendor says so, and ends the work when asked."""

    def __init__(
        self, clock: Clock, report: Callable[[PlanProgress], None] | None = None, stop: Event | None = None
    ) -> None:
        self._clock = clock
        self._report = report
        self._stop = stop

    def passing(self, stage: PlanStage, things: Iterable[T], total: int | None = None) -> Iterator[T]:
        """Yield the things; raises ``JobError`` once the stop event is set: nothing was sent by then."""
        done = 0
        for done, thing in enumerate(things, 1):
            if done % _REPORT_EVERY == 0:
                self._tell(stage, done, total)
            yield thing
        self._tell(stage, done, total)

    def patiently(self, read: Callable[[], T]) -> T:
        """Return what a reading call returns, however often the vendor's window has to end first."""
        while True:
            try:
                return read()
            except RateLimited as error:
                self.wait_out(error)

    def wait_out(self, error: RateLimited) -> None:
        """Return when the vendor's window has ended; raises ``JobError`` once the stop event is set."""
        ends = error.retry_at or self._clock.time() + _WINDOW_SECONDS
        while (left := ends - self._clock.time()) > 0:
            self._check()
            self._clock.sleep(min(left, _SLICE_SECONDS))

    def _tell(self, stage: PlanStage, done: int, total: int | None) -> None:
        self._check()
        if self._report is not None:
            # A total may be an estimate that is a little low.
            self._report(PlanProgress(stage, done, total and max(done, total)))

    def _check(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise JobError("stopped while reading: nothing was sent and nothing kept; start again")
