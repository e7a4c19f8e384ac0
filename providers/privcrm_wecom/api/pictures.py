"""What the first bytes of a file say about it."""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_AMR = (b"#!AMR\n", b"#!AMR-WB\n")
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset(range(0xD0, 0xDA)) | {0x01}


def content_type_of(content: bytes) -> str:
    """Return the media type of a PNG, JPEG, AMR or MP4 file; of others, that of mere bytes."""
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(_JPEG):
        return "image/jpeg"
    if content.startswith(_AMR):
        return "audio/amr"
    return "video/mp4" if content[4:8] == b"ftyp" else "application/octet-stream"


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG picture; None where it does not say."""
    if content.startswith(_PNG):
        return struct.unpack(">II", content[16:24]) if len(content) >= 24 else None  # noqa: PLR2004 - the header
    return _size_of_jpeg(content) if content.startswith(_JPEG) else None


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    """Go from segment to segment until the one that describes the frame."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - what every marker begins with
        marker = content[at + 1]
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 if marker in _ALONE else 2 + int.from_bytes(content[at + 2 : at + 4])  # noqa: PLR2004
    return None
