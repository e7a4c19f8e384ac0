"""What a file is, told by its bytes and never by its name: people rename files."""

import codecs
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from privcrm.services.files.problems import refusal
from privcrm.services.files.sentences import say

_CHUNK: Final = 1 << 20
_SAVE_AS: Final = say("save it as CSV UTF-8 or XLSX")
_UTF_16: Final = say("is UTF-16 text; {cure}", cure=_SAVE_AS)
_IMAGE: Final = say("is an image; export the table itself")
_COMPRESSED: Final = say("is a compressed file; unpack it first")
_REFUSED: Final = (
    (b"\xd0\xcf\x11\xe0", say("is an old Excel file (.xls) or has a password; {cure} without one", cure=_SAVE_AS)),
    (b"%PDF", say("is a PDF; export the table itself, {cure}", cure=_SAVE_AS)),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"\x1f\x8b", _COMPRESSED),
    (b"7z\xbc\xaf", _COMPRESSED),
    (b"Rar!", _COMPRESSED),
    (b"{\\rtf", say("is a text document; {cure}", cure=_SAVE_AS)),
    (b"<", say("is a web page or XML; {cure}", cure=_SAVE_AS)),
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
        raise refusal(
            path.name, say("cannot be read: {reason}; check the path and its rights", reason=error.strerror)
        ) from None


def _kind(path: Path, start: bytes) -> FileKind:
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise refusal(path.name, say("is empty; it needs a header and at least one row"))
    if start.startswith(b"PK"):
        return _zipped(path)
    for magic, what in _REFUSED:
        if start.startswith(magic):
            raise refusal(path.name, what)
    if b"\0" in start:
        raise refusal(path.name, say("is UTF-16 text or no text at all; {cure}", cure=_SAVE_AS))
    for kind in (FileKind.UTF_8, FileKind.GB18030):
        if _decodes(path, kind):
            return kind
    raise refusal(path.name, say("is neither UTF-8 nor GB18030; {cure}", cure=_SAVE_AS))


def _zipped(path: Path) -> FileKind:
    try:
        with ZipFile(path) as archive:
            if "xl/workbook.xml" in archive.namelist():
                return FileKind.XLSX
    except BadZipFile:
        raise refusal(path.name, say("is a damaged XLSX or ZIP file; save it again")) from None
    raise refusal(path.name, say("is a ZIP file or another office document; {cure}", cure=_SAVE_AS))


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
