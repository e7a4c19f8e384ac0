"""The one place from which the command line writes.

Standard output carries the result only: one JSON object with ``--json``, text and tables without. Remarks, progress
and errors go to standard error. Text that a vendor or a customer wrote may hold control and direction characters that
rewrite what a terminal shows; they are written out by their code.
"""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

Translate = Callable[..., str]

# Joiners that family emoji and several scripts need; they move nothing.
_HARMLESS = "\u200c\u200d"
_UNSAFE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def safe(text: str) -> str:
    """Return text with control, direction and invisible characters written out; line feeds stay."""
    return "".join(_escaped(char) for char in text)


def _json(value: Mapping[str, Any]) -> str:
    r"""Return JSON that leaves a terminal alone: what moves its cursor, or cannot be seen, is written ``\uXXXX``."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if text.isprintable() else "".join(map(_json_char, text))


def _json_char(char: str) -> str:
    harmless = char.isprintable() or unicodedata.category(char) == "Zs"
    return char if harmless else json.dumps(char)[1:-1]


def _escaped(char: str) -> str:
    if char == "\n" or char.isprintable() or char in _HARMLESS or unicodedata.category(char) not in _UNSAFE:
        return char
    return f"\\u{ord(char):04x}"


class Printer:
    """Writes results, remarks and tables; says nothing but the object with ``json``, no remarks with ``quiet``."""

    def __init__(
        self,
        *,
        json: bool,
        quiet: bool,
        translate: Translate,
        retell: Callable[[str], str],
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
    ) -> None:
        self.json = json
        self.quiet = quiet
        self.translate = translate
        self.retell = retell
        self.stdout = stdout or sys.stdout
        self.stderr = stderr or sys.stderr

    def result(self, value: Mapping[str, Any]) -> None:
        """Print the one object of ``--json``; without it, nothing: text came from ``say`` and ``table``."""
        if self.json:
            self.line(value)

    def line(self, value: Mapping[str, Any]) -> None:
        """Print an object on a line of its own, whatever the mode: first lines of servers, ``--jsonl`` rows."""
        self.stdout.write(_json(value) + "\n")
        self.stdout.flush()

    def lines(self, target: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write objects one a line, as many as there are: to standard output (``-``) or a file."""
        if target == "-":
            for row in rows:
                self.line(row)
            return
        with Path(target).open("w", encoding="utf-8") as file:
            file.writelines(_json(row) + "\n" for row in rows)

    def say(self, text: str, **values: Any) -> None:
        """Print a line of the result, translated; not with ``--json``."""
        if not self.json:
            self.stdout.write(safe(self.translate(text, **values)) + "\n")
            self.stdout.flush()

    def note(self, text: str, **values: Any) -> None:
        """Print a remark, translated, on standard error; not with ``--quiet``."""
        if not self.quiet:
            self.stderr.write(safe(self.translate(text, **values)) + "\n")
            self.stderr.flush()

    def error(self, text: str, problems: Iterable[str] = ()) -> None:
        """Print what went wrong on standard error, retold, with one line for each problem."""
        self.stderr.write(safe(self.translate("Error: {what}", what=text)) + "\n")
        for problem in problems:
            self.stderr.write(safe(f"  - {self.retell(problem)}") + "\n")

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
        """Print a table with translated column names; nothing if it has no rows.

        Ruled on a terminal, where texts are folded but names (the first column) and figures stay whole; record by
        record on one that is too narrow; plain aligned lines elsewhere, of which nothing is cut or wrapped.
        """
        cells = [] if self.json else [[self._cell(value) for value in row] for row in rows]
        if not cells:
            return
        from privcrm.cli.tables import print_table

        print_table(self.stdout, [self.translate(name) for name in columns], cells, self.translate(title))

    def facts(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Print names and values, one pair a line, the values aligned; pairs with an empty value are left out."""
        if self.json:
            return
        from rich.cells import cell_len

        from privcrm.cli.tables import folded

        shown = [
            (self._cell(self.translate(name)), self._cell(value)) for name, value in pairs if value not in ("", None)
        ]
        width = max((cell_len(name) for name, _ in shown), default=0)
        for name, value in shown:
            told = folded(self.stdout, value, width + 4)
            self.stdout.write(f"  {name}{' ' * (width - cell_len(name))}  {told}\n")
        self.stdout.flush()

    def _cell(self, value: object) -> str:
        if isinstance(value, int):
            return f"{value:,}"
        return safe(self.retell(value if isinstance(value, str) else str(value))).replace("\n", " ")
