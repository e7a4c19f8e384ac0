"""The lines of a file as (row number, cells), with the numbers that a spreadsheet shows."""

import csv
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final
from zipfile import BadZipFile

from privcrm.errors import InputError, MissingExtra
from privcrm.services.files.bounds import BoundedArchive, BoundedText, Line, within_bounds
from privcrm.services.files.cells import clean
from privcrm.services.files.problems import refusal
from privcrm.services.files.sentences import say
from privcrm.services.files.sniff import FileKind, kind_of

_DELIMITERS: Final = ",\t;"


def lines_of(path: Path, knows: Callable[[object], bool]) -> Iterator[Line]:
    """Yield the lines of a CSV or XLSX file, blank ones included, one at a time whatever the size of the file.

    ``knows`` tells a head that means something: the delimiter of a CSV file is the one that gives the most of them.
    Raises ``InputError`` for a file that cannot be read as a table or is larger than ``bounds`` allows,
    ``MissingExtra`` for XLSX without ``excel``.
    """
    kind = kind_of(path)
    return within_bounds(path.name, _xlsx_lines(path) if kind is FileKind.XLSX else _csv_lines(path, kind, knows))


def _csv_lines(path: Path, encoding: FileKind, knows: Callable[[object], bool]) -> Iterator[Line]:
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(_header(path.name, file), knows)
        file.seek(0)
        text = BoundedText(path.name, file)
        try:
            # A record is a row, whether it is blank or has line breaks inside quotes: so does a spreadsheet count.
            for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), 1):
                text.taken = 0
                yield number, cells
        except csv.Error as error:
            what = say(
                "{source}, row {row}: is not CSV ({reason}); check its quotes, or save it as XLSX",
                source=path.name,
                row=number + 1,
                reason=str(error),
            )
            raise InputError(what) from None


def _header(name: str, file: IO[str]) -> str:
    """Return the first line that is not blank."""
    text = BoundedText(name, file)
    for line in text:
        if clean(line):
            return line
        text.taken = 0
    return ""


def _delimiter(header: str, knows: Callable[[object], bool]) -> str:
    """Return the delimiter under which the header has the most columns that we know; a comma if none is better."""
    return max(_DELIMITERS, key=lambda mark: sum(knows(cell.strip(' "')) for cell in header.split(mark)))


def _xlsx_lines(path: Path) -> Iterator[Line]:
    try:
        from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise MissingExtra("openpyxl", "excel") from None
    try:
        with path.open("rb") as file, BoundedArchive(path.name, file) as archive:
            reader = ExcelReader(file, read_only=True, data_only=True)
            reader.archive = archive  # what load_workbook() would read without any bound
            reader.read()
            sheet = reader.wb.worksheets[0]
            sheet.reset_dimensions()  # many exporters write a wrong size, behind which rows would vanish
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                archive.row_done()
                yield number, cells
    except (BadZipFile, LookupError, ValueError, OSError, SyntaxError, EOFError, zlib.error) as error:
        if refused := _refused(error):
            raise refused from None
        # What openpyxl raises for damaged parts is whatever broke; XML errors are syntax errors.
        raise refusal(path.name, say("is a damaged XLSX file; open it in a spreadsheet and save it again")) from None


def _refused(error: BaseException | None) -> InputError | None:
    """Return our own refusal, which openpyxl may have wrapped."""
    while error is not None and not isinstance(error, InputError):
        error = error.__cause__
    return error
