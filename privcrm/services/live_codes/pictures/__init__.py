"""Pictures of live codes: archived as the vendor gave them, read, drawn larger, and printed.

What reads, draws and prints needs the extra ``qr``. Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.pictures.archive import PictureArchive
    from privcrm.services.live_codes.pictures.bundles import Bundle, write_zip
    from privcrm.services.live_codes.pictures.posters import POSTERS, Poster, png_of, svg_of
    from privcrm.services.live_codes.pictures.reading import read_code
    from privcrm.services.live_codes.pictures.sheets import SheetLayout, write_sheet
else:
    __getattr__ = resolver(
        __name__,
        {
            "archive": ("PictureArchive",),
            "bundles": ("Bundle", "write_zip"),
            "posters": ("POSTERS", "Poster", "png_of", "svg_of"),
            "reading": ("read_code",),
            "sheets": ("SheetLayout", "write_sheet"),
        },
    )

__all__ = [
    "POSTERS",
    "Bundle",
    "PictureArchive",
    "Poster",
    "SheetLayout",
    "png_of",
    "read_code",
    "svg_of",
    "write_sheet",
    "write_zip",
]
