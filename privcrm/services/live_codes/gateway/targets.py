"""What may be shown to visitors: checked when it is stored, and looked at once more before it is shown."""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from privcrm.errors import InputError

__all__ = ["MOST_BYTES", "check_picture", "check_url", "media_type_of"]

MOST_BYTES: Final = 2_000_000
"""A picture of a code that is larger is none: it stands inside the page, and phones load it."""

_STARTS: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def media_type_of(content: bytes) -> str:
    """Return what an image is by its first bytes, whatever was said of it; "" for what browsers might take for more.

    An SVG is refused: it can hold scripts and addresses.
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _STARTS.items() if content.startswith(start)), "")


def check_picture(content: bytes) -> str:
    """Return the media type of a picture that may be shown. Raises ``InputError``."""
    if len(content) > MOST_BYTES:
        raise InputError(f"the picture has {len(content):,} bytes, and {MOST_BYTES:,} are the most: make it smaller")
    kind = media_type_of(content)
    if not kind:
        raise InputError("the picture is no PNG, JPEG, GIF or WebP: export it as PNG")
    return kind


def check_url(url: str, hosts: Collection[str]) -> str:
    """Return the address of a picture if it is one of the vendor's. Raises ``InputError``."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise InputError("the address of the picture cannot be read") from None
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(" \\\"'<>")
    if parts.scheme != "https" or parts.username or parts.password or port not in (None, 443) or not is_plain:
        raise InputError("the address of a picture begins with https:// and names neither user nor port")
    if host not in {each.lower() for each in hosts}:
        raise InputError("the picture lies at a host that is not one of the vendor's: store the picture itself")
    return url
