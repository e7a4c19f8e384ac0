"""Laying out tables and facts: ruled where a terminal is wide enough, record by record where it is not.

Elsewhere than on a terminal these are plain aligned lines: scripts read them, so nothing is cut or wrapped.
"""

from collections.abc import Sequence
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["folded", "print_table"]

LEAST_FOLDED = 24
"""Cells of a column below which folded text cannot be read."""
_GAP = 3
_UNBOUNDED = 10_000

Rows = Sequence[Sequence[str]]


def print_table(file: TextIO, names: Sequence[str], rows: Rows, title: str) -> None:
    """Print rows under their names; figures stand at the right."""
    terminal = file.isatty()
    console = Console(file=file, width=None if terminal else _UNBOUNDED, highlight=False, markup=False)
    figures = [all(row[place].replace(",", "").isdigit() for row in rows) for place in range(len(names))]
    if terminal and _least_width(names, rows, figures) > console.width:
        _print_records(console, names, rows, title)
        return
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD if terminal else None, pad_edge=False)
    for place, name in enumerate(names):
        stays_whole = figures[place] or place == 0
        table.add_column(name, justify="right" if figures[place] else "left", no_wrap=stays_whole, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def folded(file: TextIO, text: str, indent: int) -> str:
    """Return a text folded for what is left of a terminal's line; a longer address stays whole, to be copied."""
    console = Console(file=file)
    room = console.width - indent
    longest = max((cell_len(word) for word in text.split() if word.isascii()), default=0)
    if not file.isatty() or cell_len(text) <= room or longest > room:
        return text
    lines = Text(text).wrap(console, room, overflow="fold")
    return f"\n{'':{indent}}".join(line.plain.rstrip() for line in lines)


def _least_width(names: Sequence[str], rows: Rows, figures: Sequence[bool]) -> int:
    """Return the cells that a ruled table takes at least, with its texts folded as far as they can be read."""
    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    stays_whole = [place == 0 or each for place, each in enumerate(figures)]
    least = (width if whole else min(width, LEAST_FOLDED) for width, whole in zip(widths, stays_whole, strict=True))
    return sum(least) + _GAP * len(names) - 1  # between columns; at the ends there is one cell each


def _print_records(console: Console, names: Sequence[str], rows: Rows, title: str) -> None:
    """Print each row by itself, a line for each name that has a value."""
    for place, row in enumerate(rows):
        grid = Table.grid(padding=(0, 2), pad_edge=False)
        grid.title, grid.title_justify = (title or None) if place == 0 else None, "left"
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            if value:
                grid.add_row(Text(name), Text(value))
        console.print()
        console.print(grid)
    console.print()
