"""CSV files that we write: each replaces nothing but an older one of its kind, and appears whole or not at all."""

import csv
import os
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Final, TextIO

from attrs import frozen

from privcrm.errors import ConfigurationError
from privcrm.services.files.problems import refusal
from privcrm.services.files.sentences import Sentence, say

__all__ = ["CsvFiles", "safe_cell"]

_ENCODING: Final = "utf-8-sig"
# A cell that begins with one of these is run as a formula by some spreadsheet; full-width forms count as well.
_FORMULA_LEADS: Final = "=+-@\t\r\n＝＋－＠"


@frozen
class CsvFiles:
    """Files of one kind, told by their columns.

    ``foreign`` is said of a file that holds something else, ``advice`` when one cannot be written.
    """

    columns: tuple[str, ...]
    foreign: Sentence
    advice: str

    def check(self, path: Path) -> None:
        """Raise ``InputError`` unless such a file may be written there.

        Only an empty file and an older one of its kind are replaced, so neither the store nor a list can be lost.
        """
        with self._telling(path):
            if not path.parent.is_dir():
                raise refusal(path.name, say("its folder does not exist; make it, or name another place"))
            if not os.access(path.parent, os.W_OK):
                raise refusal(path.name, say("its folder cannot be written to; name another place"))
            if path.is_symlink() or (path.exists() and not path.is_file()):
                raise refusal(path.name, say("is no plain file; name another"))
            if path.exists() and not self._is_ours(path):
                raise refusal(path.name, self.foreign)

    def write(self, lines: Iterable[Sequence[str]], path: Path) -> int:
        """Write the lines as UTF-8 with a byte-order mark, no cell a formula; return their number.

        The file is for its owner only (mode 600) and takes its place when it is complete and on the disk. A cell that
        a spreadsheet would run gets a single quote in front; one that begins with a quote gets a second, so that
        taking one quote off such a cell always gives back what it was. Raises ``InputError`` as ``check`` does, and
        ``ConfigurationError`` when it cannot be written.
        """
        self.check(path)
        with self._telling(path):
            handle, beside = mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
            try:
                with os.fdopen(handle, "w", encoding=_ENCODING, newline="") as file:
                    count = self.write_to(file, lines)
                    file.flush()
                    os.fsync(handle)
                Path(beside).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(beside).unlink()
                raise
        return count

    def write_to(self, file: TextIO, lines: Iterable[Sequence[str]]) -> int:
        """Write head and lines to an open file and return the number of lines."""
        count = 0
        writer = csv.writer(file)
        writer.writerow(self.columns)
        for count, cells in enumerate(lines, 1):  # noqa: B007 - the number of the last line is what is returned
            writer.writerow(map(safe_cell, cells))
        return count

    def _is_ours(self, path: Path) -> bool:
        header = ",".join(self.columns).encode(_ENCODING)
        with path.open("rb") as file:
            return file.read(len(header)) in (b"", header)

    @contextmanager
    def _telling(self, path: Path) -> Generator[None]:
        """Turn what the system says about a file into an error that names it and the way out."""
        try:
            yield
        except OSError as error:
            raise ConfigurationError(f"{path.name} could not be written: {error.strerror}; {self.advice}") from None


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith((*_FORMULA_LEADS, "'")) else text
