"""Relations: the vendor's bulk listing by employees, page by page, each page kept with the cursor behind it."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve

from privcrm.errors import CursorRepeated, InvalidArgument, NotFound, ProviderError, RateLimited, Refused
from privcrm.models import Member, Page, staff_key
from privcrm.services.sync.entries import Entries
from privcrm.services.sync.missing import settle_missing
from privcrm.services.sync.progress import SyncStage
from privcrm.services.sync.under_way import UnderWay
from privcrm.store.database import Connection
from privcrm.store.mirror.directory import Directory
from privcrm.store.mirror.entries import Entry
from privcrm.store.mirror.relations import Relations, Written
from privcrm.store.mirror.runs import Part
from privcrm.store.tombstones import Tombstones

__all__ = ["OTHERS", "SERVING", "RelationReader", "divide"]

log = logging.getLogger("privcrm.sync")

SERVING: Final = "serving"
OTHERS: Final = "others"

STAFF_A_PART: Final = 100
PAGES_A_COMMIT: Final = 10
MEMBERS_A_COMMIT: Final = 500
MOST_RESTARTS: Final = 2


def divide(sync: UnderWay) -> list[Part]:
    """Return the listings to make: of all who serve members, then of those who do not and once did.

    They come apart because of the latter nothing is said to be missing: members of a leaver wait for an heir, and an
    employee whom the app cannot see still has them.
    """
    everybody = [row for row in Directory(sync.database).everybody() if row.serves or row.state or row.missing_since]
    serving = sorted(row.staff_id for row in everybody if row.serves)
    followed = _with_follows(sync)
    others = sorted(row.staff_id for row in everybody if not row.serves and row.number in followed)
    parts = [*_parts(SERVING, serving), *_parts(OTHERS, others)]
    return [evolve(part, number=number) for number, part in enumerate(parts)]


def _parts(kind: str, staff_ids: Sequence[str]) -> Iterator[Part]:
    for start in range(0, len(staff_ids), STAFF_A_PART):
        yield Part(0, kind, tuple(staff_ids[start : start + STAFF_A_PART]))


def _with_follows(sync: UnderWay) -> set[int]:
    with sync.database.connect() as connection:
        return Relations(sync.database).staff_with_live(connection)


class RelationReader:
    """Reads the parts of a run. ``expected`` is how many relations there may be, None if nobody knows."""

    def __init__(
        self, sync: UnderWay, relations: Relations, entries: Entries, tombstones: Tombstones, expected: int | None
    ) -> None:
        self._sync = sync
        self._relations = relations
        self._entries = entries
        self._tombstones = tombstones
        self._expected = expected
        self._directory = Directory(sync.database)
        self._known = {staff_key(each.staff_id) for each in self._directory.everybody() if each.state}

    def read(self, part: Part) -> None:
        """Read a part from its cursor to its end, and settle what is missing in it.

        A cursor that the vendor refuses or repeats begins the part anew, twice at most; then it is left to the next
        run. Raises what else the port raises: the next run goes on from the last commit.
        """
        begun = part if part.started_at else self._begin(part)
        while not self._is_whole(begun):
            if begun.restarts == MOST_RESTARTS:
                self._give_up(begun)
                return
            self._sync.counts.restarted += 1
            begun = self._begin(evolve(begun, restarts=begun.restarts + 1))
        if part.kind == SERVING:
            settle_missing(self._sync, self._relations, begun)
        self._end(begun)

    def _is_whole(self, part: Part) -> bool:
        """Read on to the end; return False if the vendor does not let us."""
        try:
            self._pages(part)
        except (CursorRepeated, ProviderError) as error:
            if not _is_about_the_cursor(error):
                raise
            log.warning("a listing of members was cut: %s", type(error).__name__)
            return False
        return True

    def _begin(self, part: Part) -> Part:
        begun = evolve(part, started_at=self._sync.clock.time(), cursor="", pages=0)
        with self._sync.writing() as connection:
            self._sync.runs.begin(connection, self._sync.run, begun)
        return begun

    def _pages(self, part: Part) -> Part:
        """Read on from where the part stands, and return where it stands then; what was read is kept, also of a cut."""
        waiting: list[Member] = []
        read_at, pages = self._sync.clock.time(), 0
        for page in self._listing(part):
            waiting += page.items
            pages += 1
            if not page.next_cursor or pages == PAGES_A_COMMIT or len(waiting) >= MEMBERS_A_COMMIT:
                part = evolve(part, cursor=page.next_cursor, pages=part.pages + pages)
                self._commit(part, waiting, read_at)
                waiting, read_at, pages = [], self._sync.clock.time(), 0
        return part

    def _listing(self, part: Part) -> Iterator[Page[Member]]:
        """Yield pages; a listing that had to wait for the vendor's window is taken up where it was."""
        cursor = part.cursor
        while True:
            listing = self._sync.provider.members.list(part.staff_ids, cursor)
            try:
                yield from self._sync.pages(listing)
            except RateLimited as error:
                self._sync.wait_out(error)
                cursor = listing.cursor
            else:
                return

    def _commit(self, part: Part, members: Iterable[Member], read_at: float) -> None:
        counts = self._sync.counts
        found = list(self._found(members))

        def apply(connection: Connection) -> tuple[Written, int]:
            erased = self._tombstones.is_erased(connection, (each.member_id for each in found))
            entries = [each for each in found if each.member_id not in erased]
            now, thorough = self._sync.clock.time(), self._sync.thorough
            written = self._relations.put(connection, entries, now, read_at=read_at, thorough=thorough)
            return written, len(found) - len(entries)

        def keep(connection: Connection, done: tuple[Written, int]) -> None:
            written, erased = done
            counts.listed += len(found)
            counts.added += written.added
            counts.changed += written.changed
            counts.retagged += written.retagged
            counts.revised += written.revised
            counts.unchanged += written.unchanged
            counts.erased += erased
            self._sync.runs.advance(connection, self._sync.run, part, written.seen)

        self._sync.commit(apply, keep)
        self._sync.tell(SyncStage.MEMBERS, counts.listed, self._expected)

    def _found(self, members: Iterable[Member]) -> Iterator[Entry]:
        """Yield what can be kept of a page, and count what cannot."""
        counts = self._sync.counts
        for member in members:
            if not member.member_id:
                counts.without_id += 1
                continue
            if not member.follows:
                counts.without_follow += 1
            for follow in member.follows:
                if not follow.staff_id:
                    counts.without_follow += 1
                    continue
                if staff_key(follow.staff_id) not in self._known:
                    counts.unknown_staff += 1
                yield self._entries.of(member, follow)

    def _end(self, part: Part) -> None:
        directory, runs, run = self._directory, self._sync.runs, self._sync.run
        with self._sync.writing() as connection:
            if self._sync.repair:
                numbers = [row.number for row in directory.get(connection, part.staff_ids).values()]
                directory.listed(connection, numbers, part.started_at)
            runs.end(connection, run, part)

    def _give_up(self, part: Part) -> None:
        self._sync.counts.cut += 1
        with self._sync.writing() as connection:
            self._sync.runs.end(connection, self._sync.run, part)


def _is_about_the_cursor(error: Exception) -> bool:
    return isinstance(error, CursorRepeated | InvalidArgument | NotFound) or type(error) is Refused
