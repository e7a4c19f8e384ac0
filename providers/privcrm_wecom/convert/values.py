"""Values as WeCom may send them, read without ever raising: what has the wrong type reads as absent."""

import re
from typing import Any, cast

_LONGEST_NUMBER = 20
_LARGEST_FRACTION = 1e18
_FRACTION = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")


def text(value: object) -> str:
    """Return a text; numbers become text, anything else is empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """Return a whole number; digits in a text count."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER:
        return int(value)
    return None


def fraction(value: object) -> float | None:
    """Return a number that need not be whole; one in a text counts."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < _LARGEST_FRACTION else None
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        return float(value)
    return None


def flag(value: object, *, default: bool = False) -> bool:
    """Return a yes or no; 1 and 0 count, in a text too."""
    if isinstance(value, bool):
        return value
    return {"1": True, "true": True, "0": False, "false": False}.get(text(value).lower(), default)


def mapping(value: Any) -> dict[str, Any]:
    """Return an object; anything else is an empty one."""
    return value if value.__class__ is dict else {}


def rows(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; other entries are left out."""
    return cast("list[dict[str, Any]]", [row for row in sequence(value) if isinstance(row, dict)])


def sequence(value: object) -> list[Any]:
    """Return a list; anything else is an empty one."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a list; empty ones are left out."""
    entries: Any = value if value.__class__ is list else sequence(value)
    try:
        "".join(entries)  # the quickest way to learn that all are texts, as they are nearly always
    except TypeError:
        entries = tuple(map(text, entries))
    return tuple(filter(None, entries)) if "" in entries else tuple(entries)
