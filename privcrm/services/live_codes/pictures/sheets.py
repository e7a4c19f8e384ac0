"""Sheets of paper full of codes, with their names and marks to cut along."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from attrs import frozen

from privcrm.errors import InputError, MissingExtra
from privcrm.services.live_codes.pictures.bundles import Bundle

__all__ = ["SheetLayout", "write_sheet"]

_CHINESE: Final = "STSong-Light"
"""A font that every reader of PDF knows by name, so that nothing has to be embedded."""
_MARK_MM: Final = 4.0
_POINTS_PER_MM: Final = 72 / 25.4
_A4_MM: Final = (210.0, 297.0)
_CAPTION_MM: Final = 7.0
_LARGEST_TYPE: Final = 11.0


@frozen
class SheetLayout:
    """How codes lie on an A4 sheet: so many beside and below each other, within ``margin_mm`` of the edge."""

    columns: int = 3
    rows: int = 4
    margin_mm: float = 12.0

    def __attrs_post_init__(self) -> None:
        if min(self.columns, self.rows) < 1 or max(self.columns, self.rows) > 10 or not 0 <= self.margin_mm <= 50:  # noqa: PLR2004
            raise InputError("SheetLayout takes 1 to 10 columns and rows, and a margin_mm of 0 to 50")

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell in millimetres."""
        width, height = _A4_MM
        return (width - 2 * self.margin_mm) / self.columns, (height - 2 * self.margin_mm) / self.rows


def write_sheet(
    target: Path | BinaryIO, pictures: Iterable[Bundle], *, layout: SheetLayout | None = None, font: Path | None = None
) -> int:
    """Write PNG or JPEG pictures on A4 sheets as a PDF file, and return how many pages it has.

    Names stand below, the key under the name. ``font`` is a TTF file to embed: without it the reader's own Chinese
    font is used, which some printers lack. Raises ``InputError`` (no picture, no such font), ``MissingExtra`` without
    ``qr``.
    """
    layout = layout or SheetLayout()
    paper = _Paper(target, layout, font)
    remaining = iter(pictures)
    while page := list(islice(remaining, layout.columns * layout.rows)):
        paper.page(page)
    return paper.save()


class _Paper:
    """A PDF file in the making."""

    def __init__(self, target: Path | BinaryIO, layout: SheetLayout, font: Path | None) -> None:
        try:
            from reportlab.lib.pagesizes import A4  # noqa: PLC0415 - an extra
            from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415
        except ImportError:
            raise MissingExtra("reportlab", "qr") from None
        self._font = _font_named(font)
        self._layout = layout
        self._pages = 0
        self._canvas: Any = Canvas(str(target) if isinstance(target, Path) else target, pagesize=A4, invariant=1)
        self._height = A4[1]

    def page(self, pictures: Sequence[Bundle]) -> None:
        """Add a page."""
        for place, picture in enumerate(pictures):
            self._put(place, picture)
        self._cut_marks()
        self._canvas.showPage()
        self._pages += 1

    def save(self) -> int:
        """Write the file and return how many pages it has; a file without any is refused."""
        if not self._pages:
            raise InputError("there is no picture to print: the list is empty")
        self._canvas.save()
        return self._pages

    def _put(self, place: int, picture: Bundle) -> None:
        from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - as above

        row, column = divmod(place, self._layout.columns)
        width, height = (each * _POINTS_PER_MM for each in self._layout.cell)
        left = self._layout.margin_mm * _POINTS_PER_MM + column * width
        bottom = self._height - self._layout.margin_mm * _POINTS_PER_MM - (row + 1) * height
        words = _CAPTION_MM * 2 * _POINTS_PER_MM
        side = min(width, height - words) * 0.94
        try:
            image = ImageReader(io.BytesIO(picture.content))
        except Exception:  # noqa: BLE001 - reportlab raises anything for what is no picture
            raise InputError(f"the picture of {picture.key!r} is no PNG or JPEG file") from None
        self._canvas.drawImage(image, left + (width - side) / 2, bottom + words, side, side, mask=None)
        top = bottom + words * 0.62
        self._words(picture.name or picture.key, left + width / 2, top, width * 0.92, _LARGEST_TYPE)
        if picture.name:
            self._words(picture.key, left + width / 2, top - _LARGEST_TYPE * 1.3, width * 0.92, _LARGEST_TYPE * 0.7)

    def _words(self, text: str, x: float, y: float, width: float, size: float) -> None:
        text = " ".join("".join(each if each.isprintable() else " " for each in text).split())
        wide = self._canvas.stringWidth(text, self._font, size)
        if wide > width:
            size = max(1.0, size * width / wide)
        self._canvas.setFont(self._font, size)
        self._canvas.drawCentredString(x, y, text)

    def _cut_marks(self) -> None:
        """Draw short lines in the margins, where a knife goes."""
        margin = self._layout.margin_mm * _POINTS_PER_MM
        length = min(_MARK_MM * _POINTS_PER_MM, margin * 0.6)
        width, height = (each * _POINTS_PER_MM for each in _A4_MM)
        cell_width, cell_height = (each * _POINTS_PER_MM for each in self._layout.cell)
        self._canvas.setLineWidth(0.3)
        for column in range(self._layout.columns + 1):
            x = margin + column * cell_width
            for start in _ends(height, length):
                self._canvas.line(x, start, x, start + length)
        for row in range(self._layout.rows + 1):
            y = height - margin - row * cell_height
            for start in _ends(width, length):
                self._canvas.line(start, y, start + length, y)


def _ends(extent: float, length: float) -> Iterator[float]:
    """Yield where a mark begins at either edge, a little inside of what printers leave out."""
    edge = length * 0.4
    yield edge
    yield extent - edge - length


def _font_named(font: Path | None) -> str:
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - as above
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFError, TTFont  # noqa: PLC0415

    metrics: Any = pdfmetrics  # the stubs leave out what a font is
    if font is None:
        metrics.registerFont(UnicodeCIDFont(_CHINESE))
        return _CHINESE
    name = f"privcrm-{font.stem}"
    try:
        metrics.registerFont(TTFont(name, str(font)))
    except (TTFError, OSError):
        raise InputError("font is no file of a TrueType font that can be embedded: give a .ttf file") from None
    return name
