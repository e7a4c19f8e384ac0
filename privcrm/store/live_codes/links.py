"""Permanent links: the short name that stands in an address, and the code that it leads to for ever."""

import re
import secrets
from collections.abc import Callable, Sequence
from typing import Final

from privcrm.errors import InputError, StoreError
from privcrm.store.database import Connection, Database

__all__ = ["LONGEST_SLUG", "RESERVED_SLUGS", "Links", "is_slug"]

LONGEST_SLUG: Final = 64
RESERVED_SLUGS: Final = frozenset({"en", "zh", "healthz"})
"""What an address of the gateway means by itself."""

_ALPHABET: Final = "23456789abcdefghijkmnpqrstuvwxyz"
"""Without what is taken for another when it is read off a poster: 0 and o, 1 and l."""
_LENGTH: Final = 8
_TRIES: Final = 8
_SLUG: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-]*")


def is_slug(text: str) -> bool:
    """Tell whether a text can be the name of a link."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None and text not in RESERVED_SLUGS


class Links:
    """The links of a company, inside the caller's transaction. A link is never changed, and never taken back."""

    def __init__(self, database: Database, draw: Callable[[str], str] = secrets.choice) -> None:
        self._company = database.company
        self._draw = draw

    def make(self, connection: Connection, code: int, now: float, slug: str = "") -> str:
        """Give a code one more link and return its name; "" draws one that nobody comes upon by counting.

        Raises ``InputError`` for what is no name, and for one that leads to another code.
        """
        if slug:
            return self._claim(connection, code, now, slug)
        for _ in range(_TRIES):
            drawn = "".join(self._draw(_ALPHABET) for _ in range(_LENGTH))
            if self._put(connection, code, now, drawn):
                return drawn
        raise StoreError("no free name was drawn for a link: the source of chance is broken")

    def first(self, connection: Connection, code: int, now: float) -> str:
        """Return the oldest link of a code; one is made where there is none."""
        held = self.of_code(connection, code)
        return held[0] if held else self.make(connection, code, now)

    def of_code(self, connection: Connection, code: int) -> Sequence[str]:
        """Return the names of a code's links, the oldest first."""
        rows = connection.all(
            "SELECT slug FROM privcrm_code_link WHERE company = ? AND code = ? ORDER BY made_at, slug",
            *(self._company, code),
        )
        return [row[0] for row in rows]

    def code_of(self, connection: Connection, slug: str) -> int | None:
        """Return the number of the code that a link leads to, or None."""
        row = connection.one("SELECT code FROM privcrm_code_link WHERE company = ? AND slug = ?", self._company, slug)
        return None if row is None else int(row[0])

    def _claim(self, connection: Connection, code: int, now: float, slug: str) -> str:
        if not is_slug(slug):
            raise InputError(
                f"a link is 1 to {LONGEST_SLUG} letters (a-z, A-Z), digits, '-' or '_', begins with a letter or digit,"
                f" and is none of {', '.join(sorted(RESERVED_SLUGS))}"
            )
        if not self._put(connection, code, now, slug) and self.code_of(connection, slug) != code:
            raise InputError(f"the link {slug!r} leads to another live code already, and links are for ever")
        return slug

    def _put(self, connection: Connection, code: int, now: float, slug: str) -> bool:
        made = connection.run(
            "INSERT INTO privcrm_code_link (company, slug, code, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            *(self._company, slug, code, now),
        )
        return made > 0
