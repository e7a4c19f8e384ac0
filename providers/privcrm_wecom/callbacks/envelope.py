"""The body of a callback: XML or JSON around one ciphertext. Nothing else of it is believed."""

import re

from privcrm.errors import CallbackRejected
from privcrm.transport import jsonio
from privcrm_wecom.callbacks.rejection import CONTENT, FORM
from privcrm_wecom.callbacks.vendor_xml import parse

MOST_BYTES = 1024 * 1024

# The vendor's own form: plain elements around the ciphertext, no declaration, no attribute, no entity. Whatever differs
# is parsed. Nothing here can try the same characters twice, so no body takes more than its length.
_BLANK, _VALUE = rb"[ \t\r\n]*+", rb"(?:<!\[CDATA\[[ -\\^-~]*+\]\]>|[ -%\'-;=-\\^-~]*+)"
_ELEMENTS = rb"(?:" + _BLANK + rb"<(?!Encrypt>)([A-Za-z]\w*+)>" + _VALUE + rb"</\1>)*+" + _BLANK
_HEAD = re.compile(rb"<xml>" + _ELEMENTS + rb"<Encrypt>(?:<!\[CDATA\[)?+").match
_TAIL = re.compile(rb"(?:\]\]>)?+</Encrypt>" + _ELEMENTS + rb"</xml>" + _BLANK).fullmatch
_OPENED, _CLOSED = b"<![CDATA[", b"]]>"
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
    head = _HEAD(body)
    if head is None:
        return None
    start = head.end()
    end = body.find(b"<", start)  # Base64 has none
    if body[end - 3 : end] == _CLOSED:
        end -= 3
    if end < start or body.startswith(_CLOSED, end) != body.startswith(_OPENED, start - 9):
        return None
    return body[start:end].strip() if _TAIL(body, end) else None


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
