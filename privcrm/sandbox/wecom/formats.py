"""What a file says of itself: width and height of pictures, length of videos and voices. None: it does not say."""

import struct

from privcrm.sandbox.wecom.files import sniff

_FRAME_BYTES = (12, 13, 15, 17, 19, 20, 26, 31, 5)
"""AMR: bytes of a frame of 20 ms, without its first, by mode."""
_FRAMES_PER_SECOND = 50
_AMR_HEAD = len(b"#!AMR\n")
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPG in pixels."""
    if sniff(content) == "png":
        return struct.unpack(">II", content[16:24]) if content[12:16] == b"IHDR" and content[23:24] else None
    return _jpg_size(content)


def _jpg_size(content: bytes) -> tuple[int, int] | None:
    place = 2
    while content[place : place + 1] == b"\xff" and place + 9 <= len(content):
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in _SIZE_MARKERS:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None


def video_seconds(content: bytes) -> float | None:
    """Return the length of an MP4."""
    place = content.find(b"mvhd") + 4
    if place == 3 or len(content) < place + 32:  # noqa: PLR2004 - not found; the fields that follow
        return None
    layout, skip = (">IQ", 20) if content[place] == 1 else (">II", 12)
    scale, length = struct.unpack_from(layout, content, place + skip)
    return length / scale if scale else None


def voice_seconds(content: bytes) -> float:
    """Return the length of an AMR, as far as its frames go on."""
    place, frames = _AMR_HEAD, 0
    while place < len(content):
        mode = content[place] >> 3 & 15
        place += 1 + (_FRAME_BYTES[mode] if mode < len(_FRAME_BYTES) else 0)
        frames += 1
    return frames / _FRAMES_PER_SECOND
