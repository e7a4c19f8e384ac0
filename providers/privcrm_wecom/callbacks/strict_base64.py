"""Base64 of which every character counts, by pybase64 if it is installed.

The standard decoder leaves foreign characters out unless told otherwise, so that two texts would mean one ciphertext.
"""

import binascii
from collections.abc import Callable
from contextlib import suppress

from privcrm.errors import CallbackRejected
from privcrm_wecom.callbacks.rejection import FORM


def _standard(text: bytes) -> bytes:
    return binascii.a2b_base64(text, strict_mode=True)


_decode: Callable[[bytes], bytes] = _standard
with suppress(ImportError):
    import pybase64

    def _quick(text: bytes) -> bytes:
        return pybase64.b64decode(text, validate=True)

    _decode = _quick


def decode(text: bytes) -> bytes:
    """Return what a text stands for; one that is not Base64 from end to end raises ``CallbackRejected``."""
    if text and len(text) % 4 == 0:
        try:
            return _decode(text)
        except ValueError:
            pass
    raise CallbackRejected(FORM)
