"""The body of a callback: XML or JSON around one ciphertext. Nothing else of it is believed."""

import re
from functools import lru_cache

from privcrm.errors import CallbackRejected
from privcrm.transport import jsonio
from privcrm_wecom.callbacks.rejection import CONTENT, FORM
from privcrm_wecom.callbacks.vendor_xml import parse

MOST_BYTES = 1024 * 1024

# The vendor's own form: plain elements before and after the ciphertext, no declaration, no attribute, no entity.
# Whatever differs is parsed. Nothing here can try the same characters twice.
_BLANK, _VALUE = rb"[ \t\r\n]*+", rb"(?:<!\[CDATA\[[ -\\^-~]*+\]\]>|[ -%\'-;=-\\^-~]*+)"
_ELEMENTS = rb"(?:" + _BLANK + rb"<(?!Encrypt>)([A-Za-z]\w*+)>" + _VALUE + rb"</\1>)*+" + _BLANK
_BEFORE = re.compile(rb"<xml>" + _ELEMENTS).fullmatch
_AFTER = re.compile(_ELEMENTS + rb"</xml>" + _BLANK).fullmatch
_OPENED, _CLOSED = b"<Encrypt><![CDATA[", b"]]></Encrypt>"
_MOST_AROUND = 512
_JSON_NAMES = ("encrypt", "Encrypt")


def ciphertext_of(body: bytes) -> tuple[bytes, bool]:
    """Return the ciphertext in a body and whether that is JSON; a body without one raises ``CallbackRejected``."""
    if len(body) > MOST_BYTES:
        raise CallbackRejected(FORM)
    found = _by_search(body)
    if found is not None:
        return found, False
    is_json = body.lstrip()[:1] == b"{"
    return (_in_json(body) if is_json else _in_xml(body)), is_json


def _by_search(body: bytes) -> bytes | None:
    start = body.find(_OPENED)
    end = body.find(_CLOSED, start)
    if start < 0 or end < 0:
        return None
    before, after = body[:start], body[end + len(_CLOSED) :]
    if len(before) + len(after) > _MOST_AROUND or not _is_plain(before, after):
        return None
    return body[start + len(_OPENED) : end].strip()  # where Base64 leaves no room for another element


@lru_cache(maxsize=64)
def _is_plain(before: bytes, after: bytes) -> bool:
    """Return whether this may stand around a ciphertext; for one app it is the same in every request."""
    return bool(_BEFORE(before) and _AFTER(after))


def _in_xml(body: bytes) -> bytes:
    try:
        return _ascii(parse(body).get("Encrypt"))
    except CallbackRejected as rejected:
        reason = rejected.reason
    raise CallbackRejected(FORM if reason == CONTENT else reason)


def _in_json(body: bytes) -> bytes:
    try:
        document = jsonio.loads(body.strip())
    except ValueError:
        document = {}
    (ciphertext,) = [document[name] for name in _JSON_NAMES if name in document][:1] or [None]
    return _ascii(ciphertext)


def _ascii(ciphertext: object) -> bytes:
    if not isinstance(ciphertext, str) or not ciphertext.isascii():
        raise CallbackRejected(FORM)
    return ciphertext.strip().encode()
