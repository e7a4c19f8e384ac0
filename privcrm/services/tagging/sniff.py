"""What a file is, told by its bytes and never by its name: people rename files."""

import codecs
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from privcrm.errors import InputError

_CHUNK: Final = 1 << 20
_SAVE_AS: Final = "save it as CSV UTF-8 or XLSX"
_UTF_16: Final = f"is UTF-16 text; {_SAVE_AS}"
_REFUSED: Final = (
    (b"\xd0\xcf\x11\xe0", f"is an old Excel file (.xls) or has a password; {_SAVE_AS} without one"),
    (b"%PDF", f"is a PDF; export the table itself, {_SAVE_AS}"),
    (b"\x89PNG", "is an image; export the table itself"),
    (b"\xff\xd8\xff", "is an image; export the table itself"),
    (b"GIF8", "is an image; export the table itself"),
    (b"\x1f\x8b", "is a compressed file; unpack it first"),
    (b"7z\xbc\xaf", "is a compressed file; unpack it first"),
    (b"Rar!", "is a compressed file; unpack it first"),
    (b"{\\rtf", f"is a text document; {_SAVE_AS}"),
    (b"<", f"is a web page or XML; {_SAVE_AS}"),
    (codecs.BOM_UTF16_LE, _UTF_16),
    (codecs.BOM_UTF16_BE, _UTF_16),
)


class FileKind(StrEnum):
    """The kinds of file that are read."""

    XLSX = "xlsx"
    UTF_8 = "utf-8-sig"
    GB18030 = "gb18030"


def kind_of(path: Path) -> FileKind:
    """Return what a file is; text is decoded whole, so that a bad byte on its last line is found in time.

    Raises ``InputError`` for a file that cannot be opened, is empty, of another type or in an unknown encoding.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4096)
        return _kind(path, start)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror}; check the path and its rights") from None


def _kind(path: Path, start: bytes) -> FileKind:
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(f"{path.name}: is empty; it needs a header and at least one row")
    if start.startswith(b"PK"):
        return _zipped(path)
    for magic, what in _REFUSED:
        if start.startswith(magic):
            raise InputError(f"{path.name}: {what}")
    if b"\0" in start:
        raise InputError(f"{path.name}: is UTF-16 text or no text at all; {_SAVE_AS}")
    for kind in (FileKind.UTF_8, FileKind.GB18030):
        if _decodes(path, kind):
            return kind
    raise InputError(f"{path.name}: is neither UTF-8 nor GB18030; {_SAVE_AS}")


def _zipped(path: Path) -> FileKind:
    try:
        with ZipFile(path) as archive:
            if "xl/workbook.xml" in archive.namelist():
                return FileKind.XLSX
    except BadZipFile:
        raise InputError(f"{path.name}: is a damaged XLSX or ZIP file; save it again") from None
    raise InputError(f"{path.name}: is a ZIP file or another office document; {_SAVE_AS}")


def _decodes(path: Path, kind: FileKind) -> bool:
    decoder = codecs.getincrementaldecoder(kind)("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
