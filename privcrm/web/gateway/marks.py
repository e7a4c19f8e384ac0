"""How a visitor is known again: a mark of ours, signed, in a cookie of our own address."""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from privcrm.services.live_codes.gateway.visits import Visitor

__all__ = ["COOKIE", "Hash", "Marks", "keyed_hash"]

Hash = Callable[[str, str], str]
"""Returns the keyed hash of a value of a kind: ``vault.hash``, or ``keyed_hash`` of a key."""

COOKIE: Final = "__Host-privcrm"
"""The prefix has browsers take it from this very host and over HTTPS only."""

YOUNG_SECONDS: Final = 5
"""Nobody reads a page, presses a button or comes back sooner after he got his mark."""
AHEAD_SECONDS: Final = 3600
"""By so much another process may be ahead of us: what it made just now is young all the same."""

_RANDOM_BYTES: Final = 8
_TIME_BYTES: Final = 4
_COOKIE: Final = re.compile(r"(?:^|;)\s*__Host-privcrm=([0-9A-Za-z_\-]{16})\.([0-9A-Za-z_\-]{24})\s*(?:;|$)")
_KIND: Final = "gateway mark"
_DAY: Final = 86_400


def keyed_hash(key: bytes) -> Hash:
    """Return a hash that needs no store."""

    def hashed(kind: str, value: str) -> str:
        return urlsafe_b64encode(hmac.digest(key, f"{kind}\0{value}".encode(), "sha256")[:18]).decode()

    return hashed


class Marks:
    """Makes marks and reads them back; one that we did not sign is nobody's.

    A mark is when it was made, and chance: with its signature it tells how old it is in every process.
    """

    def __init__(
        self,
        hashed: Hash,
        days: int,
        time: Callable[[], float],
        draw: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._hash = hashed
        self._days = days
        self._time = time
        self._draw = draw

    def read(self, cookies: str) -> Visitor | None:
        """Return the visitor of a ``Cookie`` header, or None."""
        found = _COOKIE.search(cookies)
        if found is None or not hmac.compare_digest(found[2], self._hash(_KIND, found[1])):
            return None
        return Visitor(f"m{found[1]}", is_young=self._is_young(found[1]))

    def new(self) -> tuple[Visitor, str]:
        """Return somebody who was never seen, and the ``Set-Cookie`` that makes him known."""
        made = _wrapped(self._time()).to_bytes(_TIME_BYTES, "big")
        mark = urlsafe_b64encode(made + self._draw(_RANDOM_BYTES)).decode()
        age = self._days * _DAY
        cookie = f"{COOKIE}={mark}.{self._hash(_KIND, mark)}; Max-Age={age}; Path=/; Secure; HttpOnly; SameSite=Lax"
        return Visitor(f"m{mark}", is_new=True), cookie

    def of_identity(self, identity: str) -> Visitor:
        """Return a visitor whom the application knows; the store gets a keyed hash."""
        return Visitor(f"i{self._hash('gateway identity', identity)}", identity)

    def _is_young(self, mark: str) -> bool:
        made = int.from_bytes(urlsafe_b64decode(mark)[:_TIME_BYTES], "big")
        return _wrapped(self._time() - made + AHEAD_SECONDS) < AHEAD_SECONDS + YOUNG_SECONDS


def _wrapped(seconds: float) -> int:
    return int(seconds) % (1 << 8 * _TIME_BYTES)
