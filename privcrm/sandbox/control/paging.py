"""Lists of the control plane: {items, next_cursor, count} with ?cursor&limit."""

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
Query = Mapping[str, str]

_DEFAULT, _MOST = 100, 1000


class BadRequest(Exception):
    """The caller of the control plane made a mistake; the text says which."""


def number(query: Mapping[str, str], name: str, default: float) -> float:
    """Return a number from the query. Raises BadRequest."""
    try:
        value = float(query.get(name) or default)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRequest(f"{name} is a number")
    return value


def page(
    query: Mapping[str, str],
    rows_after: Callable[[int], Iterable[T]],
    *,
    place: Callable[[T], int],
    row: Callable[[T], Any],
    count: int,
) -> dict[str, Any]:
    """Return one page of rows. A cursor is the *place* of the last row, so that lists may grow meanwhile."""
    limit = min(_MOST, max(1, int(number(query, "limit", _DEFAULT))))
    things = list(islice(rows_after(int(number(query, "cursor", -1))), limit + 1))
    shown = things[:limit]
    more = len(things) > limit
    return {
        "items": [row(thing) for thing in shown],
        "next_cursor": str(place(shown[-1])) if more else "",
        "count": count,
    }


EMPTY: Mapping[str, Any] = {"items": [], "next_cursor": "", "count": 0}
"""A list of things that do not exist (yet)."""
