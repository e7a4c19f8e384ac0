"""Pictures of many codes in one ZIP file, named so that people find theirs: 门店编码_店名.png."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from attrs import field, frozen

__all__ = ["Bundle", "file_name", "write_zip"]

LONGEST_NAME: Final = 120
"""Bytes of a name without its ending: file systems take 255, archives unpack below long folders."""
_BAD: Final = re.compile(r'[\\/:*?"<>|]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The same pictures are the same file."""
_READABLE: Final = 0o100644 << 16


@frozen
class Bundle:
    """One picture to go into an archive: the code's key, its name, and the file (PNG or SVG by ``ending``)."""

    key: str
    name: str
    content: bytes = field(repr=False)
    ending: str = "png"


def write_zip(target: Path | BinaryIO, pictures: Iterable[Bundle]) -> int:
    """Write pictures into a ZIP file one after another, and return how many; equal names are numbered."""
    taken: set[str] = set()
    count = 0
    with ZipFile(target, "w", ZIP_STORED) as archive:  # a PNG file is packed already
        for each in pictures:
            info = ZipInfo(file_name(each.key, each.name, each.ending, taken), _DATE)
            info.external_attr = _READABLE
            archive.writestr(info, each.content)
            count += 1
    return count


def file_name(key: str, name: str, ending: str, taken: set[str]) -> str:
    """Return a name that every file system takes, unlike those ``taken``, to which it is added.

    No folders, no letters that mean something to a shell or a file system or that turn others round, no names of
    devices; names that differ in case or composition only are equal on some systems, and are numbered.
    """
    stem = "_".join(filter(None, (_safe(key), _safe(name)))) or "code"
    if _RESERVED.fullmatch(stem) or stem.startswith("."):
        stem = f"_{stem}"
    shown, number = _cut(stem, LONGEST_NAME), 1
    while _compared(shown) in taken:
        number += 1
        shown = f"{_cut(stem, LONGEST_NAME - 8)}_{number}"
    taken.add(_compared(shown))
    return f"{shown}.{ending}"


def _safe(text: str) -> str:
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(each if unicodedata.category(each)[0] not in "CZ" else " " for each in plain)
    return _BAD.sub("_", " ".join(plain.split())).strip(" .")


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").rstrip(" .") or "code"


def _compared(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
