"""Files in calls and answers: what came in a form, what goes back as bytes, and the ranges asked for (90254)."""

import re
from urllib.parse import quote

import attrs

from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.world import MediaFile

LARGEST_FORM = 21 * 1024 * 1024
"""Bytes of a whole form: the largest file has 20 MB."""
LARGEST_RANGE = 20 * 1024 * 1024
BAD_RANGE, RANGE_TOO_LARGE = 40146, 830002
_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")
_PNG, _JPG, _AMR = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"#!AMR"
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "amr": "voice/amr", "mp4": "video/mp4"}


@attrs.frozen
class Upload:
    """The file part of a form: name of the part, name of the file, content."""

    part: str
    name: str = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)

    def __len__(self) -> int:
        return len(self.content)


@attrs.frozen
class FilePart:
    """Some or all of a file as the body of an answer."""

    body: bytes = attrs.field(repr=False)
    headers: tuple[tuple[str, str], ...]
    content_type: str
    status: int


@attrs.frozen
class File:
    """A file as the answer to a call."""

    media: MediaFile

    def part(self, wanted: str, multiple: int) -> FilePart:
        """Return what a Range header asks for, all of the file if it is empty; lengths are multiples of *multiple*."""
        size = self.media.size
        start, stop = _bounds(wanted, size) if wanted else (0, size)
        if stop - start > LARGEST_RANGE:
            raise Refusal(RANGE_TOO_LARGE)
        if wanted and (stop - start) % max(1, multiple):
            raise Refusal(BAD_RANGE)
        headers = [("Content-Disposition", _disposition(self.media.name)), ("Accept-Ranges", "bytes")]
        if wanted:
            headers.append(("Content-Range", f"bytes {start}-{stop - 1}/{size}"))
        kind = content_type(self.media.read(0, 16))
        return FilePart(self.media.read(start, stop), tuple(headers), kind, 206 if wanted else 200)


def _bounds(wanted: str, size: int) -> tuple[int, int]:
    """Return first byte and the one behind the last of a range; nothing to give is refused (40146)."""
    match = _RANGE.fullmatch(wanted.strip())
    first, last = match.groups() if match else ("", "")
    if first:
        start, stop = int(first), min(size, int(last) + 1 if last else size)
    else:
        start, stop = max(0, size - int(last or 0)), size
    if start >= stop:
        raise Refusal(BAD_RANGE)
    return start, stop


def _disposition(name: str) -> str:
    return f"attachment; filename=\"{quote(name, safe=' ')}\"; filename*=UTF-8''{quote(name, safe='')}"


def sniff(content: bytes) -> str:
    """Return png, jpg, amr or mp4 by the first bytes, empty for anything else."""
    if content.startswith(_PNG):
        return "png"
    if content.startswith(_JPG):
        return "jpg"
    if content.startswith(_AMR):
        return "amr"
    return "mp4" if content[4:8] == b"ftyp" else ""


def content_type(content: bytes) -> str:
    """Return the media type that goes into a header."""
    return _TYPES.get(sniff(content), "application/octet-stream")
