"""Lists of the vendor as iterators that can be resumed and never go round in circles."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from attrs import frozen

from privcrm.errors import CursorRepeated

T = TypeVar("T")


@frozen(slots=False)
class Page(Generic[T]):
    """One answer of a list call; ``next_cursor`` is empty on the last page."""

    items: tuple[T, ...]
    next_cursor: str = ""


class Pages(Generic[T]):
    """All items of a list call, fetched page by page as they are consumed.

    Iterate it once. ``cursor`` is always the page that holds the next item: store it and hand it to the same
    call to resume there (the items of that page that were already seen come again). Short and empty pages do not
    end a listing, only an empty cursor does; a cursor that was already used raises ``CursorRepeated``.
    """

    def __init__(self, fetch: Callable[[str], Page[T]], cursor: str = "") -> None:
        self._fetch = fetch
        self._seen: set[str] = set()
        self.cursor = cursor

    def pages(self) -> Iterator[Page[T]]:
        """Yield whole pages instead of items."""
        while True:
            page = self._fetch(self.cursor)
            yield page
            if not page.next_cursor:
                return
            self._seen.add(self.cursor)
            if page.next_cursor in self._seen:
                raise CursorRepeated("the vendor repeated a cursor; start the listing again from the beginning")
            self.cursor = page.next_cursor

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items
