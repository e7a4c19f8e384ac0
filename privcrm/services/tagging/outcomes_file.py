"""The file of outcomes: it replaces nothing but an older one, and appears whole or not at all."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from privcrm.services.files.csv_files import CsvFiles, safe_cell
from privcrm.services.files.sentences import say
from privcrm.services.tagging.outcomes import COLUMNS

__all__ = ["check_target", "safe_cell", "write_csv"]

_FILES: Final = CsvFiles(
    tuple(COLUMNS),
    say("holds something else than outcomes; name another file, or delete it first"),
    "the job keeps its outcomes: write them elsewhere with privcrm job show JOB --out",
)


def check_target(path: Path) -> None:
    """Raise ``InputError`` unless outcomes may be written there: to be asked before anything is sent.

    Only an empty file and older outcomes are replaced, so neither the store nor the list itself can be lost.
    """
    _FILES.check(path)


def write_csv(lines: Iterable[Sequence[str]], path: Path) -> int:
    """Write the cells of outcomes and return the number of lines.

    UTF-8 with a byte-order mark, no cell a formula, for its owner only, and complete or not there at all. Raises
    ``InputError`` as ``check_target`` does, and ``ConfigurationError`` when it cannot be written.
    """
    return _FILES.write(lines, path)
