"""How far the making of a plan has come; how far its run has come is told by ``privcrm.jobs.Progress``."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from threading import Event
from typing import Final, TypeVar

from attrs import frozen

from privcrm.errors import JobError

T = TypeVar("T")

_REPORT_EVERY: Final = 500


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
    """Counts what passes by, reports it now and then, and ends the work when asked to."""

    def __init__(self, report: Callable[[PlanProgress], None] | None = None, stop: Event | None = None) -> None:
        self._report = report
        self._stop = stop

    def passing(self, stage: PlanStage, things: Iterable[T], total: int | None = None) -> Iterator[T]:
        """Yield the things; raises ``JobError`` once the stop event is set: nothing was sent by then."""
        done = 0
        for done, thing in enumerate(things, 1):
            if done % _REPORT_EVERY == 0:
                self._tell(PlanProgress(stage, done, total))
            yield thing
        self._tell(PlanProgress(stage, done, total))

    def _tell(self, progress: PlanProgress) -> None:
        if self._stop is not None and self._stop.is_set():
            raise JobError("stopped while planning: nothing was sent and nothing kept; start again")
        if self._report is not None:
            self._report(progress)
