"""Pages of lists whose limit, where it is too large, falls back to the default (93333, 95096)."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal

T = TypeVar("T")
Position = tuple[int, ...]


def page_size(call: Call, *, default: int, most: int) -> int:
    """Return how many rows a page has."""
    limit: int = call.args.get("limit", default)
    return limit if 1 <= limit <= most else default


def page(
    call: Call,
    question: Sequence[object],
    rows_after: Callable[[Position], Iterable[T]],
    place: Callable[[T], Position],
    *,
    start: Position = (-1,),
    size: int,
) -> tuple[list[T], str]:
    """Return the rows behind the cursor and the cursor of the next page, empty on the last one.

    A cursor holds the *place* of the last row, so that lists may grow meanwhile; the first page begins behind *start*.
    """
    position = unseal(call.args.get("cursor", ""), question, start)
    rows = list(islice(rows_after(position), size + 1))
    shown = rows[:size]
    return shown, seal(question, place(shown[-1])) if len(rows) > size else ""
