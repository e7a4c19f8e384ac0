"""Signature and encryption of callbacks (developer.work.weixin.qq.com/document/path/90968)."""

import base64
import binascii
import hashlib
import hmac

import attrs
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_RANDOM = _LENGTH_AT = 16
_MESSAGE_AT = 20


@attrs.frozen
class Sealed:
    """A ciphertext with what stands beside it."""

    ciphertext: str = attrs.field(repr=False)
    signature: str = attrs.field(repr=False)
    timestamp: str
    nonce: str


def sign(token: str, timestamp: str, nonce: str, ciphertext: str) -> str:
    """Return the signature over four texts, sorted by their bytes."""
    joined = b"".join(sorted(text.encode() for text in (token, timestamp, nonce, ciphertext)))
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


@attrs.frozen
class Seal:
    """What one app seals with: its token, its key and who receives."""

    token: str = attrs.field(repr=False)
    aes_key: str = attrs.field(repr=False)
    receiver: str

    def close(self, message: str, *, timestamp: str, nonce: str, random: bytes) -> Sealed:
        """Encrypt and sign a message behind 16 *random* bytes."""
        text = message.encode()
        plain = random[:_RANDOM] + len(text).to_bytes(4, "big") + text + self.receiver.encode()
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        raw = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        ciphertext = base64.b64encode(raw).decode()
        return Sealed(ciphertext, sign(self.token, timestamp, nonce, ciphertext), timestamp, nonce)

    def open(self, sealed: Sealed) -> str:
        """Return the message in what a receiver sealed. Raises ValueError with what is wrong with it."""
        expected = sign(self.token, sealed.timestamp, sealed.nonce, sealed.ciphertext)
        if not hmac.compare_digest(expected.encode(), sealed.signature.encode()):
            raise ValueError("the signature is wrong")
        plain = self._decrypt(sealed.ciphertext)
        length = int.from_bytes(plain[_LENGTH_AT:_MESSAGE_AT], "big")
        message, receiver = plain[_MESSAGE_AT : _MESSAGE_AT + length], plain[_MESSAGE_AT + length :]
        if len(message) < length or receiver != self.receiver.encode():
            raise ValueError("the length or the receiver in it is wrong")
        return message.decode()

    def _decrypt(self, ciphertext: str) -> bytes:
        try:
            raw = base64.b64decode(ciphertext, validate=True)
        except binascii.Error:
            raise ValueError("it is not base64") from None
        if not raw or len(raw) % _RANDOM:
            raise ValueError("it is no row of whole blocks")
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(raw) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise ValueError("the padding is wrong")
        return plain[:-pad]

    def _cipher(self) -> "Cipher[modes.CBC]":
        # The last of the 43 characters may carry spare bits, which the decoder drops.
        key = binascii.a2b_base64(self.aes_key + "=", strict_mode=False)
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
