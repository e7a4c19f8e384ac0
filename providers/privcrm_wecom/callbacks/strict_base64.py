"""Base64 of which every character counts, by pybase64 if it is installed.

The standard decoder leaves foreign characters out unless told otherwise, so that two texts would mean one ciphertext.
"""

import binascii
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from privcrm.errors import CallbackRejected
from privcrm_wecom.callbacks.rejection import FORM

_standard: Callable[[bytes], bytes] = partial(binascii.a2b_base64, strict_mode=True)
_decode = _standard
with suppress(ImportError):
    import pybase64

    _decode = partial(pybase64.b64decode, validate=True)


def decode(text: bytes) -> bytes:
    """Return what a text stands for; one that is not Base64 from end to end raises ``CallbackRejected``."""
    if text and len(text) % 4 == 0 and not text.endswith(b"==="):  # the standard decoder takes those
        try:
            return _decode(text)
        except ValueError:
            pass
    raise CallbackRejected(FORM)
