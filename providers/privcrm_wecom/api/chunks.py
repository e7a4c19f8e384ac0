"""Listings over more ids than one call takes, as one run of pages that can be resumed."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from privcrm.errors import InputError
from privcrm.models import Page

T = TypeVar("T")


def by_chunks(
    ids: Sequence[str], size: int, fetch: Callable[[Sequence[str], str], Page[T]]
) -> Callable[[str], Page[T]]:
    """Return a page reader for ``Pages`` that goes through ``ids`` in chunks of ``size``.

    Its cursors are ``CHUNK:CURSOR``, the number of the chunk and the vendor's cursor inside it; the empty cursor is
    the beginning. No ids is an empty listing.
    """
    chunks = [ids[start : start + size] for start in range(0, len(ids), size)]

    def read(cursor: str) -> Page[T]:
        index, inner = _split(cursor, len(chunks))
        if not chunks:
            return Page(())
        page = fetch(chunks[index], inner)
        if page.next_cursor:
            return Page(page.items, f"{index}:{page.next_cursor}")
        return Page(page.items, f"{index + 1}:" if index + 1 < len(chunks) else "")

    return read


def _split(cursor: str, chunks: int) -> tuple[int, str]:
    if not cursor:
        return 0, ""
    index, colon, inner = cursor.partition(":")
    if not colon or not (index.isascii() and index.isdigit()) or int(index) >= chunks:
        raise InputError("the cursor is not one of this listing: start from the beginning, with the same ids")
    return int(index), inner
