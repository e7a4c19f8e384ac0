"""Which tags hang where at present: read in the cheaper of two ways.

``get`` asks for one member a call and tells all relations. Whole-staff pages tell a hundred relations a call, but of
every member whom those employees follow, wanted or not. A hundred of a hundred thousand members are read by ``get``,
all of them by pages.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from enum import StrEnum
from itertools import islice
from math import ceil
from typing import Final, TypeVar
from zlib import crc32

from privcrm.errors import InputError, NotFound, RateLimited
from privcrm.models import Member, Page, TagGroup
from privcrm.provider import Provider
from privcrm.services.files.sentences import say
from privcrm.services.tagging.pace import in_flight
from privcrm.services.tagging.plan import Facts
from privcrm.services.tagging.progress import Watch
from privcrm.services.tagging.relation import TagTable

S = TypeVar("S")
T = TypeVar("T")

_STAFF_PER_CALL: Final = 100
_RELATIONS_PER_CALL: Final = 100
# Vendors let an employee follow this many members at most.
_MOST_MEMBERS_OF_A_STAFF: Final = 20_000
_SAMPLED_STAFF: Final = 5
_READ_AHEAD: Final = 64


class ReadBy(StrEnum):
    """The two ways of reading."""

    GET = "get"
    STAFF_PAGES = "staff_pages"


class Sketch:
    """A set of keys in two megabytes, whatever their number.

    It may take a stranger for a known key, never the reverse.
    """

    _BITS: Final = 1 << 24

    def __init__(self) -> None:
        self._bits = bytearray(self._BITS >> 3)
        self.distinct = 0

    def add(self, key: str) -> None:
        """Take in a key; ``distinct`` counts those that were not there before."""
        index, mask = self._place(key)
        if not self._bits[index] & mask:
            self._bits[index] |= mask
            self.distinct += 1

    def __contains__(self, key: str) -> bool:
        index, mask = self._place(key)
        return bool(self._bits[index] & mask)

    def _place(self, key: str) -> tuple[int, int]:
        position = crc32(key.encode()) % self._BITS
        return position >> 3, 1 << (position & 7)


class Presence:
    """Reads members for one plan and counts the calls that it spends."""

    def __init__(self, provider: Provider, watch: Watch, max_calls: int = 0) -> None:
        """Every method raises ``InputError`` once reading takes more than ``max_calls``; 0 means no bound."""
        self._provider = provider
        self._watch = watch
        self._max_calls = max_calls
        self.calls = 0

    def tag_groups(self) -> list[TagGroup]:
        """Return the company's tag library: one call."""
        self._spend()
        return self._watch.patiently(lambda: list(self._provider.tags.list()))

    def serving(self) -> list[str]:
        """Return the employees with customer contact, in a fixed order: one call."""
        self._spend()
        return self._watch.patiently(lambda: sorted(self._provider.staff.serving()))

    def choose(self, members: int, staff_ids: Sequence[str]) -> ReadBy:
        """Return the way that spends fewer calls; where the bounds leave it open, a few employees are counted first."""
        fewest_pages = -(-len(staff_ids) // _STAFF_PER_CALL)
        most_pages = len(staff_ids) * _MOST_MEMBERS_OF_A_STAFF // _RELATIONS_PER_CALL
        if members <= fewest_pages + _SAMPLED_STAFF:
            way, calls = ReadBy.GET, members
        elif members > most_pages:
            way, calls = ReadBy.STAFF_PAGES, fewest_pages
        else:
            pages = ceil(self._pages(staff_ids))
            way, calls = (ReadBy.STAFF_PAGES, pages) if pages < members else (ReadBy.GET, members)
        self._afford(self.calls + calls)
        return way

    def _pages(self, staff_ids: Sequence[str]) -> float:
        """Estimate the pages of these employees from a sample spread over them."""
        step = max(1, len(staff_ids) // _SAMPLED_STAFF)
        sample = staff_ids[::step][:_SAMPLED_STAFF]
        self._spend(len(sample))
        followed = sum(map(self._followed, sample)) / len(sample)
        return len(staff_ids) / _STAFF_PER_CALL + followed * len(staff_ids) / _RELATIONS_PER_CALL

    def _followed(self, staff_id: str) -> int:
        try:
            return self._watch.patiently(lambda: sum(1 for _ in self._provider.members.ids(staff_id)))
        except NotFound:
            return 0

    def relations(self, staff_ids: Sequence[str]) -> Iterator[Member]:
        """Yield every relation of these employees as a member with a single follow."""
        for page in self._listing(staff_ids) if staff_ids else ():
            self._spend()
            yield from page.items

    def _listing(self, staff_ids: Sequence[str]) -> Iterator[Page[Member]]:
        cursor = ""
        while True:
            listing = self._provider.members.list(staff_ids, cursor)
            try:
                yield from listing.pages()
            except RateLimited as error:
                self._watch.wait_out(error)
                cursor = listing.cursor
            else:
                return

    def _get(self, member_id: str) -> Member | None:
        try:
            return self._watch.patiently(lambda: self._provider.members.get(member_id))
        except NotFound:
            return None

    def get_each(self, wanted: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T, Member | None]]:
        """Yield each (member id, thing) with the member, in order, several calls under way at a time."""
        with (
            ThreadPoolExecutor(in_flight(self._provider), "privcrm-read") as pool,
            closing(_in_order(pool, lambda entry: self._get(entry[0]), wanted)) as answers,
        ):
            for (member_id, thing), member in answers:
                self._spend()  # here and not in the threads: one counter, one writer
                yield member_id, thing, member

    def _spend(self, calls: int = 1) -> None:
        self.calls += calls
        self._afford(self.calls)

    def _afford(self, calls: int) -> None:
        if self._max_calls and calls > self._max_calls:
            raise InputError(
                say(
                    "reading alone takes {calls:,} calls or more, and max-calls allows {most:,}; allow more of them",
                    calls=calls,
                    most=self._max_calls,
                )
            )


def facts_of(member: Member, table: TagTable) -> Facts:
    """Return what a job with these tags has to know of a member."""
    follows = tuple((follow.staff_id, table.numbers_on(follow)) for follow in member.follows)
    return Facts(follows, member.is_customer)


def _in_order(pool: ThreadPoolExecutor, work: Callable[[S], T], inputs: Iterable[S]) -> Generator[tuple[S, T]]:
    """Map in threads, keeping the order and never more than a short queue in memory."""
    source = iter(inputs)
    queue: deque[tuple[S, Future[T]]] = deque((item, pool.submit(work, item)) for item in islice(source, _READ_AHEAD))
    try:
        while queue:
            item, future = queue.popleft()
            yield item, future.result()
            queue.extend((after, pool.submit(work, after)) for after in islice(source, 1))
    finally:
        for _, future in queue:
            future.cancel()
