"""One round of comparing: what it reads with, since when things are news, and what it could not read."""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from attrs import define, evolve

from privcrm.clock import Clock
from privcrm.errors import CursorRepeated, ProviderError
from privcrm.models import Page, Pages
from privcrm.provider import Provider
from privcrm.services.mirror.mirror import KnownFollow, KnownGroup, Mirror, Roster
from privcrm.store.database import Connection, Database

__all__ = ["Reading", "Round", "note_group"]

log = logging.getLogger("privcrm.events")

GIVE_UP_AFTER: Final = 3  # readings in a row that failed: the vendor is away, or it is a matter of set-up
ROWS_A_COMMIT: Final = 1_000

T = TypeVar("T")


@define
class Reading:
    """One thing read from the vendor; only of what came ``whole`` does it say anything that something is missing."""

    whole: bool = False


class Round:
    """``grace``: seconds for which callbacks may be under way. ``mark`` is as of when everything was listed last."""

    def __init__(self, provider: Provider, mirror: Mirror, database: Database, clock: Clock, grace: float) -> None:
        self.provider = provider
        self.mirror = mirror
        self.company = database.company
        self.clock = clock
        self.mark = mirror.swept_at()
        self.calls = 0
        self.cut = 0
        self._database = database
        self._grace = grace
        self._cut_in_a_row = 0
        self._border = self.border(clock.time())

    @property
    def is_first(self) -> bool:
        """Whether everything was never listed before: then nothing is news."""
        return self.mark is None

    def border(self, seen_at: float) -> float:
        """Return the time from which on changes are left for the next round."""
        return seen_at - self._grace

    def is_history(self, at: float) -> bool:
        """Tell whether what is seen for the first time was there when everything was listed last."""
        return self.mark is None or at <= self.mark

    def stays_news(self, at: float) -> None:
        """See to it that what began then is news also to the next round, should this one's findings never be told."""
        self._border = min(self._border, at - 1)

    def end(self) -> None:
        """Note that everything was listed, if it was."""
        if not self.cut:
            with self._database.transaction() as connection:
                self.mirror.put_swept_at(connection, self._border)

    # -- reading

    @contextmanager
    def reading(self) -> Generator[Reading]:
        """Read something from the vendor, which may be cut: that is noted. The third cut in a row is raised."""
        reading = Reading()
        try:
            yield reading
        except (ProviderError, CursorRepeated) as error:
            self.cut += 1
            self._cut_in_a_row += 1
            if self._cut_in_a_row == GIVE_UP_AFTER:
                raise
            log.warning("the sweep goes on without something it could not read: %s", type(error).__name__)
        else:
            reading.whole = True
            self._cut_in_a_row = 0

    def pages(self, listing: Pages[T]) -> Iterator[Page[T]]:
        """Yield the pages of a listing, and count them."""
        for page in listing.pages():
            self.calls += 1
            yield page

    # -- writing what is no news

    def note_follows(self, follows: list[KnownFollow]) -> None:
        """Let the mirror hold relations."""
        for start in range(0, len(follows), ROWS_A_COMMIT):
            with self._database.transaction() as connection:
                self.mirror.put_follows(connection, follows[start : start + ROWS_A_COMMIT])

    def note_staff(self, staff_id: str, follows: int, forget_before: float) -> None:
        """Let the mirror know that an employee was listed to the end."""
        with self._database.transaction() as connection:
            self.mirror.put_staff(connection, staff_id, follows, forget_before)

    def note_group(self, group: KnownGroup, roster: Roster) -> None:
        """Let the mirror hold a group as it was seen."""
        with self._database.transaction() as connection:
            note_group(self.mirror, connection, group, roster, seen_at=group.noted_at, now=self.clock.time())


def note_group(
    mirror: Mirror, connection: Connection, group: KnownGroup, roster: Roster, *, seen_at: float, now: float
) -> bool:
    """Let the mirror hold a group as it was seen, unless something was written about it since; return whether."""
    known = mirror.group(connection, group.group_id)
    if known is not None and known.noted_at >= seen_at:
        return False
    versions = group.versions if known is None else known.with_version(group.version)
    mirror.put_group(connection, evolve(group, versions=versions, noted_at=now))
    mirror.put_roster(connection, group.group_id, roster)
    return True
