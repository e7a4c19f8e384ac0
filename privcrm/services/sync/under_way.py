"""A synchronisation under way: what it reads with, what it counts, and how it keeps its place."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol, TypeVar

from privcrm.clock import Clock
from privcrm.errors import (
    JobError,
    PermissionDenied,
    RateLimited,
    UnsupportedCapability,
    WrongApp,
)
from privcrm.models import Page, Pages
from privcrm.provider import Provider
from privcrm.services.sync.counts import Counts
from privcrm.services.sync.progress import Report, SyncProgress, SyncStage
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.runs import Run, Runs

__all__ = ["Stop", "Stopped", "UnderWay"]

log = logging.getLogger("privcrm.sync")

WINDOW_SECONDS: Final = 60.0  # where an answer does not say when its window ends
LONGEST_SECONDS: Final = 120.0
SLICE_SECONDS: Final = 1.0  # between looks at the stop event

T = TypeVar("T")


class Stop(Protocol):
    """Says when to stop; a ``threading.Event`` does."""

    def is_set(self) -> bool:
        """Tell whether to stop."""
        ...


class Stopped(JobError):
    """A synchronisation was asked to stop: the next one goes on from there."""


class _Undone(Exception):
    """Ends a transaction of a comparison."""


class UnderWay:
    """``thorough`` compares what is kept even where digests agree; without ``repair`` nothing of that is kept.

    ``unreadable`` are the capabilities that the vendor refused: nothing is missing because of them.
    """

    def __init__(
        self,
        provider: Provider,
        database: Database,
        clock: Clock,
        runs: Runs,
        run: Run,
        *,
        thorough: bool = False,
        repair: bool = True,
        report: Report | None = None,
        stop: Stop | None = None,
    ) -> None:
        self.provider = provider
        self.database = database
        self.clock = clock
        self.runs = runs
        self.run = run
        self.counts = Counts.of(run.counts)
        self.thorough = thorough
        self.repair = repair
        self.unreadable: list[str] = []
        self._report = report
        self._stop = stop

    # -- reading

    def read(self, ask: Callable[[], T]) -> T:
        """Return what a call returns, however often the vendor's window has to end first; the call is counted."""
        while True:
            try:
                self.check()
                self.counts.calls += 1
                return ask()
            except RateLimited as error:
                self.wait_out(error)

    def pages(self, listing: Pages[T]) -> Iterator[Page[T]]:
        """Yield the pages of a listing; each is counted as a call."""
        self.check()
        for page in listing.pages():
            self.counts.calls += 1
            yield page
            self.check()

    def wait_out(self, error: RateLimited) -> None:
        """Return when the vendor's window has ended, in two minutes at most whatever the clocks say."""
        left = (error.retry_at - self.clock.time()) if error.retry_at else WINDOW_SECONDS
        until = self.clock.monotonic() + min(max(left, 0.0), LONGEST_SECONDS)
        while (left := until - self.clock.monotonic()) > 0:
            self.check()
            self.clock.sleep(min(left, SLICE_SECONDS))

    def read_if_allowed(self, capability: str, ask: Callable[[], Iterable[T]]) -> list[T] | None:
        """Return what a listing yields, or None where the vendor has none of it or does not show it to this app."""
        if not self.provider.capabilities.get(capability):
            return None
        try:
            return self.read(lambda: list(ask()))
        except (PermissionDenied, UnsupportedCapability, WrongApp) as error:
            log.warning("the vendor does not show %s: %s", capability, type(error).__name__)
            self.unreadable.append(capability)
            return None

    def check(self) -> None:
        """Raise ``Stopped`` once it is time to stop."""
        if self._stop is not None and self._stop.is_set():
            raise Stopped("stopped: the next synchronisation goes on from here")

    def tell(self, stage: SyncStage, done: int, total: int | None = None) -> None:
        """Report progress."""
        if self._report is not None:
            self._report(SyncProgress(stage, done, total and max(done, total)))

    # -- writing

    def commit(self, apply: Callable[[Connection], T], keep: Callable[[Connection, T], None]) -> None:
        """Write to the mirror, and the place that was reached by it, in one transaction.

        A comparison takes back what ``apply`` did. Raises ``JobError`` if another process took this over.
        """
        self.check()
        if self.repair:
            with self.writing() as connection:
                keep(connection, apply(connection))
            return
        tried = self._tried(apply)
        with self.writing() as connection:
            keep(connection, tried)

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Lend a connection in a transaction that ends with keeping the counts."""
        with self.database.transaction() as connection:
            yield connection
            self.runs.keep(connection, self.run, self.counts.values())

    def enter(self, stage: str) -> None:
        """Note that a stage begins."""
        self.run.stage = stage
        with self.writing():
            pass

    def _tried(self, apply: Callable[[Connection], T]) -> T:
        results: list[T] = []
        with suppress(_Undone), self.database.transaction() as connection:
            results.append(apply(connection))
            raise _Undone
        return results[0]
