"""The lines of a file as (row number, cells), with the numbers that a spreadsheet shows."""

import csv
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from privcrm.errors import InputError, MissingExtra
from privcrm.services.tagging.cells import clean
from privcrm.services.tagging.columns import column_named
from privcrm.services.tagging.sniff import FileKind, kind_of

Line = tuple[int, Sequence[object]]
_DELIMITERS: Final = ",\t;"


def lines_of(path: Path) -> Iterator[Line]:
    """Yield the lines of a CSV or XLSX file, blank ones included, one at a time whatever the size of the file.

    Raises ``InputError`` for a file that cannot be read as a table, ``MissingExtra`` for XLSX without ``excel``.
    """
    kind = kind_of(path)
    return _xlsx_lines(path) if kind is FileKind.XLSX else _csv_lines(path, kind)


def _csv_lines(path: Path, encoding: FileKind) -> Iterator[Line]:
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(next((line for line in file if clean(line)), ""))
        file.seek(0)
        try:
            # A record is a row, whether it is blank or has line breaks inside quotes: so does a spreadsheet count.
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter, strict=True), 1):
                yield number, cells
        except csv.Error as error:
            raise InputError(
                f"{path.name}, row {number + 1}: is not CSV ({error}); check its quotes, or save it as XLSX"
            ) from None


def _delimiter(header: str) -> str:
    """Return the delimiter under which the header has the most columns that we know; a comma if none is better."""
    return max(
        _DELIMITERS, key=lambda mark: sum(column_named(cell.strip(' "')) is not None for cell in header.split(mark))
    )


def _xlsx_lines(path: Path) -> Iterator[Line]:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise MissingExtra("openpyxl", "excel") from None
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as workbook:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # many exporters write a wrong size, behind which rows would vanish
            yield from enumerate(sheet.iter_rows(values_only=True), 1)
    except (BadZipFile, LookupError, ValueError, OSError, SyntaxError, EOFError, zlib.error):
        # What openpyxl raises for damaged parts is whatever broke; XML errors are syntax errors.
        raise InputError(f"{path.name}: is a damaged XLSX file; open it in a spreadsheet and save it again") from None
