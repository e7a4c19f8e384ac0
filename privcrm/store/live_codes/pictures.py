"""The vendor's pictures of codes, as they were fetched: what was printed must be found again."""

import hashlib
from collections.abc import Generator
from typing import Final

from attrs import field, frozen

from privcrm.store.database import Connection, Database, in_pages

__all__ = ["CodePicture", "CodePictures"]

PAGE: Final = 500


@frozen
class CodePicture:
    """The picture of one vendor's code; ``says`` is the text in it, "" where nobody has read it yet."""

    code: int
    part: int
    media_type: str
    content: bytes = field(repr=False)
    says: str = ""
    fetched_at: float = 0.0

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


class CodePictures:
    """The pictures of a company's codes. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    def put(self, connection: Connection, picture: CodePicture) -> None:
        """Keep a picture, in place of an earlier one of the same code."""
        connection.run(
            "INSERT INTO privcrm_code_picture (company, code, part, digest, media_type, content, says, fetched_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, code, part) DO UPDATE SET"
            " digest = excluded.digest, media_type = excluded.media_type, content = excluded.content,"
            " says = excluded.says, fetched_at = excluded.fetched_at",
            *(self._company, picture.code, picture.part, picture.digest, picture.media_type, picture.content),
            *(picture.says, picture.fetched_at),
        )

    def get(self, connection: Connection, code: int, part: int = 0) -> CodePicture | None:
        """Return the picture of a vendor's code, or None."""
        row = connection.one(
            "SELECT code, part, media_type, content, says, fetched_at FROM privcrm_code_picture"
            " WHERE company = ? AND code = ? AND part = ?",
            *(self._company, code, part),
        )
        if row is None:
            return None
        number, place, media_type, content, says, fetched_at = row
        return CodePicture(number, place, media_type, bytes(content), says, fetched_at)

    def read(self, connection: Connection, code: int, part: int, says: str) -> None:
        """Keep what a picture says."""
        connection.run(
            "UPDATE privcrm_code_picture SET says = ? WHERE company = ? AND code = ? AND part = ?",
            *(says, self._company, code, part),
        )

    def missing(self) -> Generator[tuple[int, int]]:
        """Yield code and part of the vendor's codes in use of which there is no picture."""
        rows = in_pages(
            self._database,
            "SELECT v.code, v.part FROM privcrm_vendor_code v LEFT JOIN privcrm_code_picture p"
            " ON p.company = v.company AND p.code = v.code AND p.part = v.part"
            " WHERE v.company = ? AND v.life = 'open' AND p.code IS NULL AND (v.code, v.part) > (?, ?)"
            " ORDER BY v.code, v.part LIMIT ?",
            (self._company,),
            (-1, -1),
            PAGE,
        )
        return ((int(code), int(part)) for code, part in rows)
