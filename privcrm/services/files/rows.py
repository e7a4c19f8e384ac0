"""The rows of a file below its header."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from privcrm.services.files.cells import filled
from privcrm.services.files.lines import lines_of
from privcrm.services.files.problems import Problems

__all__ = ["rows_of"]

T = TypeVar("T")

ReadRow = Callable[[int, Sequence[object]], T | None]
"""Turns a numbered line into a row; None for a blank line, and for a wrong one, which it notes."""


def rows_of(
    path: Path,
    knows: Callable[[object], bool],
    layout: Callable[[Sequence[object], int], ReadRow[T]],
    problems: Problems,
) -> Iterator[T]:
    """Yield the rows of a CSV or XLSX file one at a time; problems do not end the reading, but those of the header do.

    ``knows`` tells a head that means something. ``layout`` gets the cells of the header and its row number and returns
    what reads the lines below. Raises as ``lines_of`` does.
    """
    read: ReadRow[T] | None = None
    for number, cells in lines_of(path, knows):
        if read is not None:
            row = read(number, cells)
            if row is not None:
                yield row
        elif any(map(filled, cells)):
            read = layout(cells, number)
            if problems.count:
                return
