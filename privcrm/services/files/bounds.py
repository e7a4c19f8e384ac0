"""How large a list may be: the figures of a spreadsheet, and how much of a file is held in memory at a time."""

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Final, Self
from zipfile import ZipFile, ZipInfo

from privcrm.errors import InputError
from privcrm.services.files.problems import refusal
from privcrm.services.files.sentences import say

# support.microsoft.com: Excel specifications and limits
MOST_CHARACTERS: Final = 32_767
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
# Rows padded with empty cells cost time although they are hardly any bytes.
MOST_CELLS: Final = 50_000_000
LONGEST_RECORD: Final = 1 << 20
"""Characters of one record of a CSV file, its line breaks included."""
LARGEST_ROW: Final = 16 << 20
"""Bytes of one row of an XLSX file, unpacked."""
LARGEST_PART: Final = 64 << 20
"""Bytes that an XLSX file may take, unpacked, before its first row: shared strings (a million ids are 51), styles."""

Line = tuple[int, Sequence[object]]


def within_bounds(name: str, lines: Iterable[Line]) -> Iterator[Line]:
    """Pass the lines on; raises ``InputError`` for more rows, columns or cells than a spreadsheet has."""
    cells = 0
    for number, line in lines:
        cells += len(line)
        if number > MOST_ROWS:
            raise refusal(name, say("has more than {most:,} rows; split it", most=MOST_ROWS))
        if len(line) > MOST_COLUMNS:
            raise refusal(name, say("has more than {most:,} columns; delete those not needed", most=MOST_COLUMNS))
        if cells > MOST_CELLS:
            raise refusal(name, say("has more than {most:,} cells; keep the columns needed", most=MOST_CELLS))
        yield number, line


class BoundedText:
    """The lines of a text file; one record may take ``LONGEST_RECORD`` characters until ``taken`` is set to 0 again."""

    def __init__(self, name: str, file: IO[str]) -> None:
        self.taken = 0
        self._name = name
        self._file = file

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_RECORD + 1):
            self.taken += len(line)
            if self.taken > LONGEST_RECORD:
                what = say("has a row of more than {most:,} characters; check its quotes", most=LONGEST_RECORD)
                raise refusal(self._name, what)
            yield line


class BoundedArchive(ZipFile):
    """An XLSX file of which no more is unpacked than a sound list needs; ``row_done`` says that a row was taken.

    ``open`` raises ``InputError`` for a part that is larger than ``LARGEST_PART``, unless it is handed out row by row.
    """

    def __init__(self, name: str, file: IO[bytes]) -> None:
        super().__init__(file)
        self._name = name
        self._parts: list[_BoundedPart] = []

    def open(self, name: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
        """Open a part for bounded reading."""
        info = name if isinstance(name, ZipInfo) else self.getinfo(name)
        self._parts = [_BoundedPart(self._name, super().open(name, mode, *args, **kwargs), info.file_size)]
        return self._parts[0]

    def row_done(self) -> None:
        """Count anew: what was read so far has been taken."""
        for part in self._parts:
            part.row_done()


class _BoundedPart:
    """A part of an archive. What it says about its size is not believed: what comes out is counted."""

    def __init__(self, name: str, file: IO[bytes], size: int) -> None:
        self._name = name
        self._file = file
        self._size = size
        self._taken = 0
        self._most = LARGEST_PART

    def read(self, size: int = -1) -> bytes:
        if size < 0 and self._size > self._most:
            raise self._refusal()
        content = self._file.read(size)
        self._taken += len(content)
        if self._taken > self._most:
            raise self._refusal()
        return content

    def row_done(self) -> None:
        self._taken, self._most = 0, LARGEST_ROW

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _refusal(self) -> InputError:
        return refusal(self._name, say("unpacks to far more than a list of rows; save it as CSV UTF-8"))
