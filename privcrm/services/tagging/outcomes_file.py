"""The file of outcomes: it replaces nothing but an older one, and appears whole or not at all."""

import csv
import os
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from privcrm.errors import ConfigurationError
from privcrm.services.files.problems import refusal
from privcrm.services.files.sentences import say
from privcrm.services.tagging.outcomes import COLUMNS

_ENCODING: Final = "utf-8-sig"
_HEADER: Final = ",".join(COLUMNS).encode(_ENCODING)
# A cell that begins with one of these is run as a formula by some spreadsheet; full-width forms count as well.
_FORMULA_LEADS: Final = "=+-@\t\r\n＝＋－＠"


def check_target(path: Path) -> None:
    """Raise ``InputError`` unless outcomes may be written there: to be asked before anything is sent.

    Only an empty file and older outcomes are replaced, so neither the store nor the list itself can be lost.
    """
    with _telling(path):
        if not path.parent.is_dir():
            raise refusal(path.name, say("its folder does not exist; make it, or name another place"))
        if not os.access(path.parent, os.W_OK):
            raise refusal(path.name, say("its folder cannot be written to; name another place"))
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise refusal(path.name, say("is no plain file; name another"))
        if path.exists() and not _is_ours(path):
            raise refusal(path.name, say("holds something else than outcomes; name another file, or delete it first"))


def write_csv(lines: Iterable[Sequence[str]], path: Path) -> int:
    """Write the cells of outcomes as UTF-8 with a byte-order mark, no cell a formula; return the number of lines.

    The file is for its owner only (mode 600) and takes its place when it is complete and on the disk. A cell that a
    spreadsheet would run gets a single quote in front; one that begins with a quote gets a second, so that taking one
    quote off such a cell always gives back what it was. Raises ``InputError`` as ``check_target`` does, and
    ``ConfigurationError`` when it cannot be written.
    """
    check_target(path)
    with _telling(path):
        handle, beside = mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        try:
            count = _write(handle, lines)
            Path(beside).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(beside).unlink()
            raise
    return count


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith((*_FORMULA_LEADS, "'")) else text


def _write(handle: int, lines: Iterable[Sequence[str]]) -> int:
    count = 0
    with open(handle, "w", encoding=_ENCODING, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for count, cells in enumerate(lines, 1):  # noqa: B007 - the number of the last line is what is returned
            writer.writerow(map(safe_cell, cells))
        file.flush()
        os.fsync(handle)
    return count


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(len(_HEADER))
    return start in (b"", _HEADER)


@contextmanager
def _telling(path: Path) -> Generator[None]:
    """Turn what the system says about a file into an error that names it and the way out."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} could not be written: {error.strerror}; the job keeps its outcomes: "
            "write them elsewhere with privcrm job show JOB --out"
        ) from None
