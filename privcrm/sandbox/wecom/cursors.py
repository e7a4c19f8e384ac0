"""Opaque cursors that belong to one question: another question's cursor is refused with 50100."""

import base64
import binascii
import zlib
from collections.abc import Sequence

from privcrm.sandbox.wecom.errors import Refusal


def _stamp(question: Sequence[object], position: Sequence[int]) -> int:
    return zlib.crc32(repr((*question, *position)).encode())


def seal(question: Sequence[object], position: Sequence[int]) -> str:
    """Return a cursor that goes on behind *position*."""
    text = ".".join(str(number) for number in (_stamp(question, position), *position))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unseal(cursor: str, question: Sequence[object], start: tuple[int, ...]) -> tuple[int, ...]:
    """Return the position in a cursor, *start* for an empty one."""
    if not cursor:
        return start
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        stamp, *position = (int(number) for number in text.split("."))
    except (ValueError, binascii.Error):
        raise Refusal(50100) from None
    if stamp != _stamp(question, position) or len(position) != len(start):
        raise Refusal(50100)
    return tuple(position)
