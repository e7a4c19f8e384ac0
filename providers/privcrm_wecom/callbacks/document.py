"""What was decrypted, XML or JSON, as the vendor's names and values."""

import re
from typing import Any, cast

from privcrm.errors import CallbackRejected
from privcrm.transport import jsonio
from privcrm_wecom.callbacks import vendor_xml
from privcrm_wecom.callbacks.rejection import CONTENT

_MOST_DEPTH = 20
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
# What XML has no way to say, JSON may not say by escapes either: keys are told apart by such characters.
_FOREIGN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]").search


def decoded(message: bytes) -> str:
    """Return a message as text; one that is not UTF-8, or holds control characters, raises ``CallbackRejected``."""
    if len(message.translate(None, _CONTROLS)) == len(message):
        try:
            return message.decode()
        except UnicodeDecodeError:
            pass
    raise CallbackRejected(CONTENT)


def read(text: str) -> dict[str, Any]:
    """Return names and values of what was ``decoded``; a malformed document raises ``CallbackRejected``."""
    return _read_json(text) if text.lstrip().startswith("{") else vendor_xml.read(text)


def _read_json(text: str) -> dict[str, Any]:
    try:
        document = jsonio.loads(text.strip().encode())
    except ValueError:
        document = None
    if document is None or not _bounded(document, _MOST_DEPTH):
        raise CallbackRejected(CONTENT)
    return document


def _bounded(value: object, depth: int) -> bool:
    if isinstance(value, str):
        return _FOREIGN(value) is None
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return depth > 0 and all(_bounded(name, 1) and _bounded(one, depth - 1) for name, one in entries.items())
    if isinstance(value, list):
        return depth > 0 and all(_bounded(one, depth - 1) for one in cast("list[object]", value))
    return True
