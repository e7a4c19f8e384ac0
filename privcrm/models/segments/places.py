"""Showing where an expression is wrong."""

from typing import Final
from unicodedata import east_asian_width

from privcrm.errors import ExpressionError

__all__ = ["mistake", "place"]

_BEFORE: Final = 50  # characters of a long line that are shown on either side
_INDENT: Final = "    "


def place(text: str, at: int) -> tuple[int, int]:
    """Return line and column of a place, both counted from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def mistake(text: str, at: int, found: str, expected: str = "") -> ExpressionError:
    """Return the error for what was found at a place; it shows the line with a caret under the place."""
    line, column = place(text, at)
    said = f"line {line}, column {column}: {found}" + (f": {expected}" if expected else "")
    return ExpressionError(f"{said}\n{_shown(text, at)}", line=line, column=column)


def _shown(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    first, last = max(start, at - _BEFORE), min(end, at + _BEFORE)
    before = ("…" if first > start else "") + _printable(text[first:at])
    after = _printable(text[at:last]) + ("…" if last < end else "")
    return f"{_INDENT}{before}{after}\n{_INDENT}{' ' * _width(before)}^"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _width(text: str) -> int:
    """Return the columns that a terminal takes for a text: two for a Chinese character."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
