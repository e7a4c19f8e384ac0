"""The store's own keys: they seal other keys, and nothing else."""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privcrm.errors import ConfigurationError, StoreError
from privcrm.provider.config import Secret

__all__ = ["KEY_BYTES", "NONCE_BYTES", "SETTING", "Keyring", "from_base64", "to_base64"]

SETTING = "PRIVCRM_STORE_KEYS"
KEY_BYTES = 32
NONCE_BYTES = 12
_PLAIN = "p"
_NAME_LENGTH = 8

Entropy = Callable[[int], bytes]


class Keyring:
    """Any of the keys opens, the first one seals; without keys, what is kept lies open and says so.

    Each key is 32 bytes in URL-safe base64, as ``cryptography.fernet.Fernet.generate_key()`` makes them. What is
    wrapped begins with the name of its key (a digest), so that a key that is missing is told from data that is
    damaged. Raises ``ConfigurationError`` for what is no key.
    """

    def __init__(self, keys: Sequence[Secret | str], *, entropy: Entropy = os.urandom) -> None:
        self._entropy = entropy
        self._ciphers = dict(_named(key, place) for place, key in enumerate(keys, start=1))
        self._current = next(iter(self._ciphers), _PLAIN)

    def __bool__(self) -> bool:
        return bool(self._ciphers)

    def new_key(self) -> bytes:
        """Return a random key."""
        return self._entropy(KEY_BYTES)

    def wrap(self, key: bytes, bound_to: bytes) -> str:
        """Seal a key with the first key; it opens only beside the same ``bound_to``."""
        if not self._ciphers:
            return f"{_PLAIN}:{to_base64(key)}"
        nonce = self._entropy(NONCE_BYTES)
        sealed = nonce + self._ciphers[self._current].encrypt(nonce, key, bound_to)
        return f"{self._current}:{to_base64(sealed)}"

    def unwrap(self, wrapped: str, bound_to: bytes) -> bytes:
        """Open what ``wrap`` made.

        Raises ``ConfigurationError`` (its key is not among ours), ``StoreError`` (damaged, or put in another place).
        """
        name, _, text = wrapped.partition(":")
        sealed = from_base64(text)
        if name == _PLAIN:
            return sealed
        if name not in self._ciphers:
            what = "does not hold the key with which this store" if self._ciphers else "is not set, and this store"
            raise ConfigurationError(f"{SETTING} {what} was sealed: give the keys it was written with, newest first")
        try:
            return self._ciphers[name].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except InvalidTag:
            raise StoreError("a sealed key in the store is damaged or belongs to another row") from None

    def is_current(self, wrapped: str) -> bool:
        """Whether the first key has sealed it."""
        return wrapped.startswith(f"{self._current}:")


def _named(key: Secret | str, place: int) -> tuple[str, AESGCM]:
    text = key.reveal() if isinstance(key, Secret) else key
    try:
        raw = from_base64(text.strip())
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ConfigurationError(
            f"{SETTING}: key {place} is not {KEY_BYTES} bytes in URL-safe base64;"
            ' make one with: python -c "from cryptography.fernet import Fernet as F; print(F.generate_key().decode())"'
        )
    return hashlib.sha256(b"privcrm store key\0" + raw).hexdigest()[:_NAME_LENGTH], AESGCM(raw)


def to_base64(data: bytes) -> str:
    """Return URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64(text: str) -> bytes:
    """Return the bytes of URL-safe base64 with or without padding; raises ``ValueError``."""
    bare = text.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
