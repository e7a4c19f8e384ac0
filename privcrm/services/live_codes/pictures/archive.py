"""The archive of the vendor's pictures: fetched as soon as a code is made, kept in the store, and in a folder as well.

What hangs in a thousand shops has to be printed again years later; the vendor promises nothing about its addresses.
"""

import os
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from privcrm.errors import InputError, MissingExtra, PrivcrmError, ProviderError
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.pictures.reading import read_code
from privcrm.store.live_codes.pictures import CodePicture, CodePictures
from privcrm.store.timers import Timer

__all__ = ["PictureArchive"]

TIMER: Final = "live_code.pictures"
AGAIN_SECONDS: Final = 600.0

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


class PictureArchive:
    """Keeps the pictures of a company's codes; with ``folder`` each is a file there, too, by the code's own id."""

    def __init__(self, book: CodeBook, folder: Path | None = None) -> None:
        self._book = book
        self._folder = folder
        self._pictures = CodePictures(book.database)
        book.jobs.timers.offer(TIMER, self._when_due)

    def get(self, key: str, part: int = 0) -> CodePicture:
        """Return the picture of a code, fetched now if it was not before; raises ``InputError`` where there is none."""
        with self._book.database.connect() as connection:
            row = self._book.rows.known(connection, key)
            kept = self._pictures.get(connection, row.number, part)
        return kept or self.fetch(row.number, part)

    def fetch(self, code: int, part: int = 0) -> CodePicture:
        """Fetch the picture of a vendor's code and keep it; one that is kept already stays.

        Raises ``InputError`` where the vendor has no such code, and what the port raises.
        """
        with self._book.database.connect() as connection:
            kept = self._pictures.get(connection, code, part)
        if kept is not None:
            return kept
        found = self._book.provider.live_codes.picture(self._address(code, part))
        now = self._book.clock.time()
        picture = CodePicture(code, part, found.content_type, found.content, _says(found.content), now)
        with self._book.database.transaction(durable=True) as connection:
            self._pictures.put(connection, picture)
        self._file(picture)
        return picture

    def keep(self, code: int, part: int = 0) -> str:
        """Fetch a picture at once, or have the timers try again; return why it is not there yet, "" if it is."""
        try:
            self.fetch(code, part)
        except PrivcrmError as error:
            self._try_later()
            return f"its picture was not fetched, which can be made good later: {error}"
        return ""

    def fetch_missing(self) -> Generator[tuple[int, int, PrivcrmError | None]]:
        """Fetch the pictures that are missing, and yield code, part, and what went wrong for each."""
        for code, part in self._pictures.missing():
            try:
                self.fetch(code, part)
            except PrivcrmError as error:
                yield code, part, error
            else:
                yield code, part, None

    def text_of(self, picture: CodePicture) -> str:
        """Return what a picture says, read now if nobody has read it; raises as ``read_code``."""
        if picture.says:
            return picture.says
        says = read_code(picture.content)
        with self._book.database.transaction() as connection:
            self._pictures.read(connection, picture.code, picture.part, says)
        return says

    def _try_later(self) -> None:
        self._book.jobs.timers.set(TIMER, "", self._book.clock.time() + AGAIN_SECONDS, {})

    def _when_due(self, timer: Timer) -> None:
        """Fetch what is missing; what the vendor has no picture of is not asked for again."""
        del timer
        errors = [error for _, _, error in self.fetch_missing()]
        if any(isinstance(error, ProviderError) for error in errors):
            self._try_later()

    def _address(self, code: int, part: int) -> str:
        """Return the address of a picture; where the answer that made the code left it out, the vendor is asked."""
        with self._book.database.connect() as connection:
            vendors = self._book.vendor.get(connection, code, part)
        if vendors is None or not vendors.vendor_id:
            raise InputError(
                "the vendor has no code of this one, so there is no picture: where the gateway leads (pull, images,"
                " staff_first) print the code of the permanent link (--link DOMAIN); otherwise make the code first"
            )
        if vendors.qr_url:
            return vendors.qr_url
        port = self._book.provider.live_codes
        read = port.get_contact_code if vendors.kind == "contact" else port.get_group_code
        qr_url = read(vendors.vendor_id).qr_url
        if not qr_url:
            raise InputError("the vendor tells no picture of this code: a button in a mini-program has none")
        with self._book.database.transaction() as connection:
            self._book.vendor.shown_at(connection, code, part, qr_url)
        return qr_url

    def _file(self, picture: CodePicture) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        ending = _ENDINGS.get(picture.media_type, "bin")
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(picture.content)
        os.replace(file.name, self._folder / f"{picture.code}-{picture.part}.{ending}")  # noqa: PTH105


def _says(content: bytes) -> str:
    """Return what a picture says, "" where nothing here can read it: it is archived all the same."""
    with suppress(InputError, MissingExtra):
        return read_code(content)
    return ""
