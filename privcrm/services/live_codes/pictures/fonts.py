"""Fonts for names on pictures: one that has every letter, or a clear word that there is none."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from privcrm.errors import InputError

__all__ = ["draw_centred", "font_for"]

_CURE: Final = "name the file of one that has (font=, --font), such as Noto Sans CJK"
_SYSTEM: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
"""Where systems keep a font with Chinese letters."""
_MISSING: Final = "\U0010ffff"
"""A letter that no font has: what is drawn in its place stands for every letter missing."""
_PROBE: Final = 32


def font_for(text: str, font: str | None) -> Any:
    """Return a font of Pillow's that has all letters of a text; raises ``InputError`` where there is none."""
    from PIL import ImageFont  # noqa: PLC0415 - an extra, which pictures have met

    if font is not None:
        try:
            given = ImageFont.truetype(font, _PROBE)
        except OSError:
            raise InputError("font is no file of a TrueType or OpenType font that can be read") from None
        if not _has_all(given, text):
            raise InputError(f"the font has not all letters of the name: {_CURE}")
        return given
    for path in _SYSTEM:
        if Path(path).is_file():
            found = ImageFont.truetype(path, _PROBE)
            if _has_all(found, text):
                return found
    plain = ImageFont.load_default(_PROBE)
    if not _has_all(plain, text):
        raise InputError(f"no font on this machine has all letters of the name: {_CURE}")
    return plain


def draw_centred(draw: Any, box: tuple[int, int, int, int], text: str, font: Any) -> None:
    """Write a text in the middle of a box (left, top, right, bottom), as large as fits."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    size = height
    wide = font.font_variant(size=size).getlength(text)
    if wide > width:
        size = max(1, int(size * width / wide))
    fitting = font.font_variant(size=size)
    draw.text((left + width / 2, top + height / 2), text, fill="black", font=fitting, anchor="mm")


def _has_all(font: Any, text: str) -> bool:
    missing = _shape(font, _MISSING)
    return all(each.isspace() or _shape(font, each) != missing for each in set(text))


@lru_cache(maxsize=4096)
def _shape(font: Any, letter: str) -> bytes:
    return bytes(font.getmask(letter))
