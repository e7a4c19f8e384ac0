"""Lists of the vendor as iterators that can be resumed and never go round in circles."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from attrs import frozen

from privcrm.errors import CursorRepeated

T = TypeVar("T")

MAX_EMPTY_PAGES = 1000
_REMEMBERED = 10_000


@frozen(slots=False)
class Page(Generic[T]):
    """One answer of a list call; ``next_cursor`` is empty on the last page."""

    items: tuple[T, ...]
    next_cursor: str = ""


class Pages(Generic[T]):
    """All items of a list call, fetched page by page as they are consumed.

    Iterate it once. ``cursor`` is always the page that holds the next item: store it and hand it to the same
    call to resume there (the items of that page that were already seen come again). Short and empty pages do not
    end a listing, only an empty cursor does; a cursor that was already used raises ``CursorRepeated``, and so do 1,000
    empty pages in a row.
    """

    def __init__(self, fetch: Callable[[str], Page[T]], cursor: str = "") -> None:
        self._fetch = fetch
        self._trail = _Trail()
        self.cursor = cursor

    def pages(self) -> Iterator[Page[T]]:
        """Yield whole pages instead of items."""
        empty = 0
        while True:
            page = self._fetch(self.cursor)
            yield page
            if not page.next_cursor:
                return
            empty = 0 if page.items else empty + 1
            if empty == MAX_EMPTY_PAGES:
                raise CursorRepeated(f"the vendor sent {empty} empty pages in a row and a cursor for yet another one")
            self._trail.leave(self.cursor)
            if self._trail.crosses(page.next_cursor):
                raise CursorRepeated("the vendor repeated a cursor; start the listing again from the beginning")
            self.cursor = page.next_cursor

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items


class _Trail:
    """Cursors that were used, in bounded memory.

    A circle of up to ``_REMEMBERED`` pages is noticed when it closes; a larger one by a single mark, set anew whenever
    the number of pages has doubled: once that number exceeds the circle, the mark lies on it and is met again.
    """

    def __init__(self) -> None:
        self._recent: dict[str, None] = {}
        self._mark = ""
        self._steps = 0
        self._next_mark = 1

    def leave(self, cursor: str) -> None:
        """Remember a cursor that was used."""
        self._recent[cursor] = None
        if len(self._recent) > _REMEMBERED:
            del self._recent[next(iter(self._recent))]
        self._steps += 1
        if self._steps == self._next_mark:
            self._mark, self._next_mark = cursor, 2 * self._next_mark

    def crosses(self, cursor: str) -> bool:
        """Return whether a cursor was used before."""
        return cursor == self._mark or cursor in self._recent
