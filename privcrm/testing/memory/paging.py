"""Listings of the memory provider."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from privcrm.errors import InputError, InvalidArgument
from privcrm.models import Page, Pages
from privcrm.provider.limits import Limit
from privcrm.testing.memory.door import Call, Door

T = TypeVar("T")
Rows = Callable[[Call, int], Iterable[tuple[int, T]]]


def check_span(after: int, before: int, most: Limit) -> None:
    """Refuse a span the wrong way round, or longer than a listing takes."""
    if not 0 <= before - after <= most.value:
        raise InputError(
            f"created_before - created_after is {before - after:,}, allowed are 0 to {most.value:,} seconds"
        )


def pages(door: Door, operation: str, size: int, rows: Rows[T], cursor: str) -> Pages[T]:
    """List what ``rows`` yields behind a place (-1 is the beginning), each with its own place, which only grows."""

    def fetch(place: str) -> Page[T]:
        with door.reading(operation) as call:
            if not (place or "0").isdecimal():
                raise call.refuse(InvalidArgument, "bad_cursor", "the cursor belongs to another listing")
            found = list(islice(rows(call, int(place or -1)), size + 1))
        return Page(tuple(item for _, item in found[:size]), str(found[size - 1][0]) if len(found) > size else "")

    return Pages(fetch, cursor)
