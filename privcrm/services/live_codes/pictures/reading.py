"""Reading a QR code out of a picture."""

import io
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from attrs import frozen

from privcrm.errors import InputError, MissingExtra

__all__ = ["LARGEST_PICTURE", "MOST_PIXELS", "Reading", "open_image", "open_picture", "read_code", "read_image"]

LARGEST_PICTURE: Final = 10 * 1024 * 1024
"""Bytes of a file that is read."""
MOST_PIXELS: Final = 60_000_000
"""Pixels that are unpacked: an A3 poster at 300 dots per inch has 17 million, a bomb of a few kilobytes any number."""


@frozen
class Reading:
    """What a code holds: its octets, and the text that they are taken for, which is a guess beyond ASCII.

    Only equal octets are sure to lead to the same place on every phone.
    """

    text: str
    octets: bytes


def read_code(content: bytes) -> str:
    """Return the text of the one QR code in a PNG or JPEG file.

    Raises ``InputError`` for what is no such file, too large, or shows no QR code or several that say different things;
    ``MissingExtra`` without ``qr``.
    """
    return read_image(open_image(content)).text


def open_image(content: bytes) -> Any:
    """Return a file as a grey picture of Pillow's; what is transparent is white. Raises as ``read_code``."""
    image = _opened(content)
    from PIL import Image  # noqa: PLC0415 - it was met just now

    with _damage():
        if not image.has_transparency_data:
            return image.convert("L")  # a small file may unpack to 60 MB: no more of it than is needed
        whole = image.convert("RGBA")
        white = Image.new("L", whole.size, "white")
        white.paste(whole.convert("L"), mask=whole.getchannel("A"))
        return white


def open_picture(content: bytes) -> Any:
    """Return a file as a picture of Pillow's with colours and transparency. Raises as ``read_code``."""
    image = _opened(content)
    with _damage():
        return image.convert("RGBA")


def _opened(content: bytes) -> Any:
    """Return a file as a picture of which nothing is unpacked yet."""
    if len(content) > LARGEST_PICTURE:
        raise InputError(f"the picture has more than {LARGEST_PICTURE // 1024 // 1024} MiB: give a smaller file")
    try:
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("pillow", "qr") from None
    with _damage():
        image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    # The header tells, before anything is unpacked.
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    return image


def _too_many_pixels() -> InputError:
    return InputError(f"the picture has more than {MOST_PIXELS:,} pixels: give a smaller one")


@contextmanager
def _damage() -> Generator[None]:
    from PIL.Image import DecompressionBombError  # noqa: PLC0415 - as above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes, which we bound ourselves
            yield
    except DecompressionBombError:  # Pillow's own bound, which lies beyond ours
        raise _too_many_pixels() from None
    except Exception:  # noqa: BLE001 - damaged files make Pillow raise anything
        raise InputError("the picture is no readable PNG or JPEG file: save it anew") from None


def read_image(image: Any) -> Reading:
    """Return what the one QR code in a picture of Pillow's holds. Raises as ``read_code``."""
    try:
        import zxingcpp  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("zxing-cpp", "qr") from None
    found = zxingcpp.read_barcodes(
        image,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
        try_invert=False,
    )
    held = {Reading(each.text, bytes(each.bytes)) for each in found}
    if not held:
        raise InputError("the picture shows no QR code that can be read: give the code alone, sharp and uncut")
    if len(held) > 1:
        raise InputError(f"the picture shows {len(held)} QR codes: cut out the one that is meant")
    return held.pop()
