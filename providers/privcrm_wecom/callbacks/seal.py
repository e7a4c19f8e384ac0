"""One token with one key: what they sign and encrypt, and nothing that was not signed is decrypted."""

import binascii
import hashlib
import hmac
from collections import deque
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from privcrm.errors import CallbackRejected
from privcrm_wecom.callbacks.rejection import KEY

Signed = tuple[str, bytes, bytes, bytes]
"""Signature, and what it is over: timestamp, nonce, and the ciphertext in Base64."""

_BLOCK, _PADDED_TO, _PREFIX, _HEADER = 16, 32, 16, 20
_PADDINGS = tuple(bytes([length]) * length for length in range(_PADDED_TO + 1))


class Seal:
    """A pair that callbacks are signed and encrypted with. https://developer.work.weixin.qq.com/document/path/90968.

    It may be used from several threads.
    """

    def __init__(self, token: str, aes_key: str) -> None:
        self._token = token.encode()
        # Not strictly: the last of 43 characters carries two bits too many, and the vendor sets them.
        key = binascii.a2b_base64(f"{aes_key}=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:_BLOCK]))
        self._decryptors: deque[Any] = deque()

    def __repr__(self) -> str:
        return "<Seal>"

    def signature(self, timestamp: bytes, nonce: bytes, ciphertext: bytes) -> str:
        """Return the signature of a ciphertext in Base64."""
        signed = b"".join(sorted((self._token, timestamp, nonce, ciphertext)))
        return hashlib.sha1(signed).hexdigest()  # noqa: S324 - the vendor's choice

    def opened(self, signed: Signed, sealed: bytes) -> tuple[bytes, bytes] | None:
        """Return message and receive id of what was signed with this token, None if it was not.

        ``sealed`` is what the ciphertext stands for. What this key does not open exactly raises ``CallbackRejected``.
        """
        signature, timestamp, nonce, ciphertext = signed
        if not hmac.compare_digest(self.signature(timestamp, nonce, ciphertext), signature):
            return None
        if len(sealed) % _BLOCK or len(sealed) <= _HEADER:
            raise CallbackRejected(KEY)
        try:
            decryptor = self._decryptors.pop()
        except IndexError:
            decryptor = self._cipher.decryptor()
        # One decryptor goes on from message to message. In this mode what came before has a part in the first block
        # alone, and that is the random prefix which nobody reads.
        framed = decryptor.update(sealed)
        self._decryptors.append(decryptor)
        padding = framed[-1]
        end = len(framed) - padding
        if not 0 < padding <= _PADDED_TO or not framed.endswith(_PADDINGS[padding]):
            raise CallbackRejected(KEY)
        after = _HEADER + int.from_bytes(framed[_PREFIX:_HEADER])
        if after > end:
            raise CallbackRejected(KEY)
        return framed[_HEADER:after], framed[after:end]

    def encrypted(self, message: bytes, receive_id: bytes, prefix: bytes) -> bytes:
        """Return a message as a ciphertext in Base64; ``prefix`` is 16 random bytes."""
        framed = prefix + len(message).to_bytes(4) + message + receive_id
        padded = framed + _PADDINGS[_PADDED_TO - len(framed) % _PADDED_TO]
        encryptor = self._cipher.encryptor()
        return binascii.b2a_base64(encryptor.update(padded) + encryptor.finalize(), newline=False)
