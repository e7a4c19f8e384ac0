"""When a code is looked at next: a timer for each, set again by whoever learns of something sooner."""

from typing import Final

from privcrm.services.live_codes.book import CodeBook
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow

__all__ = ["Wakes"]

OVERDUE_SECONDS: Final = 60.0


class Wakes:
    """Sets the timers of the codes of one kind; none is lost for good, because the nightly look sets each again.

    The row of a code says until when its timer is to be left alone. The timer is always set first: a process killed in
    between leaves one too many, not one too few.
    """

    def __init__(self, book: CodeBook, kind: str) -> None:
        self._book = book
        self._kind = kind

    def by(self, row: CodeRow, due: float) -> None:
        """Have a code looked at by then; one that is looked at sooner anyway is left alone."""
        now = self._book.clock.time()
        if now - OVERDUE_SECONDS < row.next_due <= due:
            return
        self.set(row, due)

    def set(self, row: CodeRow, due: float | None) -> None:
        """Have a code looked at then, and not before; None ends it."""
        if due is None:
            self._book.jobs.timers.cancel(self._kind, str(row.number))
        else:
            self._book.jobs.timers.set(self._kind, str(row.number), due, {})
        with self._book.database.transaction() as connection:
            self._book.rows.set_due(connection, row.number, due or 0.0)

    def begin(self, connection: Connection, number: int) -> None:
        """Say that the timer of a code is being followed: whoever learns of something from now on sets it again."""
        self._book.rows.set_due(connection, number, 0.0)
