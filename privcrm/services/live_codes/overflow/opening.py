"""A generation in the hands of its holder, and what an opener says became of it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Protocol

from attrs import evolve, frozen

from privcrm.models.codes import GroupLiveCode
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.overflow.judging import Look
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.generations import Generation, Generations

__all__ = ["Busy", "Failed", "Opened", "Opener", "Opening", "Result", "WaitsForPerson", "WaitsForVendor"]


@frozen
class Opened:
    """There is a next group, or vendor's code."""

    target: str


@frozen
class WaitsForVendor:
    """The vendor opens it; from ``alarm_at`` on (unix seconds) it is late, 0 while its turn has not come."""

    alarm_at: float


@frozen
class WaitsForPerson:
    """A person has to do something first; the reason says what."""

    reason: str


@frozen
class Failed:
    """It cannot be opened in this way."""

    reason: str


@frozen
class Busy:
    """Somebody else is still at it: look again soon."""

    reason: str


Result = Opened | WaitsForVendor | WaitsForPerson | Failed | Busy


class Opening:
    """A generation that we hold, with the code as it stands in the store; ``turned_away``: somebody was for it."""

    def __init__(
        self, book: CodeBook, held: Generation, row: CodeRow, code: GroupLiveCode, *, turned_away: bool = False
    ) -> None:
        self.generation = held
        self.row = row
        self.code = code
        self.turned_away = turned_away
        self.look: Look | None = None
        self._book = book
        self._generations = Generations(book.database)

    @contextmanager
    def fenced(self) -> Generator[Connection]:
        """Lend a durable transaction that holds only while the generation is ours. Raises ``ClaimLost``."""
        with self._book.database.transaction(durable=True) as connection:
            # First of all: on PostgreSQL this also locks the row against whoever wants to take it over.
            self.generation = self._generations.renew(connection, self.generation, self._book.clock.time())
            yield connection

    def keep(self, connection: Connection, **changes: Any) -> None:
        """Write how the generation stands now. Raises ``ClaimLost``."""
        self.generation = self._generations.keep(connection, evolve(self.generation, **changes))


class Opener(Protocol):
    """One way of coming by the next group.

    Whoever takes over from a dead holder asks ``find`` before ``open``; ``open`` writes only in ``opening.fenced()``,
    and what it does at the vendor it does by a job that is known by its key.
    """

    def find(self, opening: Opening) -> str:
        """Return the target that an earlier holder has opened already, "" for none."""
        ...

    def open(self, opening: Opening) -> Result:
        """Open it. Raises ``ClaimLost``."""
        ...
