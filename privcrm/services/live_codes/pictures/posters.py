"""Codes drawn anew for print: only after the vendor's picture was read, and only what reads the same again.

The vendor's picture is a few hundred pixels wide. Enlarged it is blurred, drawn anew it is sharp at any size; but a
misread letter would hang in every shop, so each drawing is read back before it is handed out.
"""

import io
from typing import Any, Final
from xml.sax.saxutils import escape

from attrs import frozen

from privcrm.errors import InputError, MissingExtra
from privcrm.services.live_codes.pictures.fonts import draw_centred, font_for
from privcrm.services.live_codes.pictures.reading import Reading, open_image, open_picture, read_image

__all__ = ["POSTERS", "Poster", "png_of", "svg_of"]

QUIET_ZONE: Final = 4
"""Blank modules around a code that the standard asks for."""
_MM_PER_INCH: Final = 25.4
_CAPTION_SHARE: Final = 0.14
"""Height of the caption, as a part of the code's side."""
_LOGO_SHARE: Final = 0.22
"""Side of a logo, as a part of the code's; at level H about a third may be covered."""
_LOGO_RIM: Final = 0.12
_FITS: Final = 0.5
_DARK, _LIGHT = 0, 255


@frozen
class Poster:
    """A size in print: the side of the code, with its blank rim, in millimetres and in dots per inch."""

    name: str
    side_mm: float
    dpi: int = 300

    @property
    def pixels(self) -> int:
        """The side in pixels."""
        return round(self.side_mm / _MM_PER_INCH * self.dpi)


POSTERS: Final = {
    each.name: each
    for each in (
        Poster("sticker", 30),
        Poster("card", 50),
        Poster("a6", 90),
        Poster("a5", 130),
        Poster("a4", 180),
        Poster("a3", 260),
    )
}
"""Sizes by name; those named after paper leave a margin on it."""


def svg_of(picture: bytes, *, caption: str = "") -> str:
    """Return the code in a vendor's picture as SVG, with a name below; every size is sharp.

    Its squares are drawn to pixels as well and read again. Raises ``InputError`` where the picture cannot be read, or
    the drawing does not say the same; the picture stays what it is. ``MissingExtra`` without ``qr``.
    """
    held = read_image(open_image(picture))
    rows = _modules(held)
    _check(_raster(rows, len(rows) * 8), held)
    side = len(rows)
    height = side * (1 + _CAPTION_SHARE) if caption else side
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row))
    words = ""
    if caption:
        size = min(side * _CAPTION_SHARE * 0.6, side * 0.92 / max(1, _width_in_ems(caption)))
        words = (
            f'<text x="{side / 2:g}" y="{side * (1 + _CAPTION_SHARE / 3):g}" font-size="{size:.3f}"'
            ' text-anchor="middle" font-family="PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">'
            f"{escape(_printable(caption))}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {height:g}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{height:g}" fill="#fff"/><path d="{path}"/>{words}</svg>'
    )


def png_of(
    picture: bytes, poster: Poster, *, caption: str = "", logo: bytes | None = None, font: str | None = None
) -> bytes:
    """Return the code in a vendor's picture as a PNG file of a size in print, with a name below it.

    ``logo`` is a PNG or JPEG file for its middle. ``font`` is a TTF, OTF or TTC file for the name; without it one is
    looked for on the machine. The drawing is read again, logo and all. Raises ``InputError`` where the picture cannot
    be read, the size has too few pixels, the drawing does not say the same, or no font has the letters;
    ``MissingExtra`` without ``qr``.
    """
    held = read_image(open_image(picture))
    rows = _modules(held, covered=logo is not None)
    if poster.pixels < len(rows) * 2:
        raise InputError(f"{poster.name} has {poster.pixels} pixels, too few for this code: give it more dots per inch")
    image = _raster(rows, poster.pixels)
    if logo is not None:
        image = _with_logo(image, logo)
    if caption:
        image = _with_caption(image, _printable(caption), font)
    _check(image, held)
    file = io.BytesIO()
    image.save(file, format="PNG", dpi=(poster.dpi, poster.dpi), optimize=True)
    return file.getvalue()


def _modules(held: Reading, *, covered: bool = False) -> list[list[bool]]:
    """Return a code as rows of squares, its blank rim included."""
    try:
        import segno  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("segno", "qr") from None
    try:
        code = segno.make(held.octets, error="h" if covered else "m", micro=False, boost_error=True)
    except (ValueError, LookupError):
        raise InputError("the picture says more than a code that is drawn anew can hold: print the picture") from None
    return [[bool(square) for square in row] for row in code.matrix_iter(scale=1, border=QUIET_ZONE)]


def _raster(rows: list[list[bool]], pixels: int) -> Any:
    """Return squares as a grey picture: each of a whole number of pixels, what is left over is rim."""
    from PIL import Image  # noqa: PLC0415 - read_code has met it

    scale = pixels // len(rows)
    small: Any = Image.new("L", (len(rows), len(rows)), _LIGHT)
    small.putdata([_DARK if square else _LIGHT for row in rows for square in row])
    code = small.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)
    whole = Image.new("L", (pixels, pixels), _LIGHT)
    whole.paste(code, ((pixels - code.width) // 2, (pixels - code.height) // 2))
    return whole


def _with_logo(image: Any, logo: bytes) -> Any:
    from PIL import Image  # noqa: PLC0415 - as above

    mark = open_picture(logo)
    side = round(image.width * _LOGO_SHARE)
    rim = round(side * _LOGO_RIM)
    mark.thumbnail((side - 2 * rim, side - 2 * rim), Image.Resampling.LANCZOS)
    whole = image.convert("RGB")
    place = (whole.width - side) // 2
    whole.paste((255, 255, 255), (place, place, place + side, place + side))
    whole.paste(mark, ((whole.width - mark.width) // 2, (whole.height - mark.height) // 2), mark)
    return whole


def _with_caption(image: Any, caption: str, font: str | None) -> Any:
    from PIL import Image, ImageDraw  # noqa: PLC0415 - as above

    height = round(image.width * _CAPTION_SHARE)
    whole = Image.new(image.mode, (image.width, image.height + height), "white")
    whole.paste(image, (0, 0))
    box = (round(image.width * 0.04), image.height - height // 4, round(image.width * 0.96), image.height + height // 2)
    draw_centred(ImageDraw.Draw(whole), box, caption, font_for(caption, font))
    return whole


def _check(image: Any, held: Reading) -> None:
    """Refuse a drawing that does not say what the vendor's picture says."""
    try:
        drawn = read_image(image)
    except InputError:
        drawn = None
    if drawn != held:
        raise InputError(
            "the code that was drawn anew does not say what the vendor's picture says, so it was thrown away: print the"
            " picture as it is, or draw it without a logo"
        )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return where dark squares begin, and how many follow each other."""
    found: list[tuple[int, int]] = []
    for x, square in enumerate(row):
        if square and found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif square:
            found.append((x, 1))
    return found


def _width_in_ems(text: str) -> float:
    return sum(_FITS if each.isascii() else 1.0 for each in text)


def _printable(text: str) -> str:
    """Return a name in one line, without what turns or hides letters."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
