"""When a code is looked at next: a timer for each, set again by whoever learns of something sooner."""

from typing import Final

from privcrm.services.live_codes.book import CodeBook
from privcrm.store.live_codes.codes import CodeRow

__all__ = ["KIND", "Wakes"]

KIND: Final = "live_code.staff"
OVERDUE_SECONDS: Final = 60.0


class Wakes:
    """Sets the timers of staff codes; none is lost for good, because the nightly look sets each again."""

    def __init__(self, book: CodeBook) -> None:
        self._book = book

    def by(self, row: CodeRow, due: float) -> None:
        """Have a code looked at by then; one that is looked at sooner anyway is left alone."""
        now = self._book.clock.time()
        if now - OVERDUE_SECONDS < row.next_due <= due:
            return
        self.set(row, due)

    def set(self, row: CodeRow, due: float | None) -> None:
        """Have a code looked at then, and not before; None ends it."""
        # The timer first: a process killed in between leaves one too many, not one too few.
        if due is None:
            self._book.jobs.timers.cancel(KIND, str(row.number))
        else:
            self._book.jobs.timers.set(KIND, str(row.number), due, {})
        with self._book.database.transaction() as connection:
            self._book.rows.set_due(connection, row.number, due or 0.0)
