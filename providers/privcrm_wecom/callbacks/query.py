"""The query of a callback: three signed parameters, and a challenge where only our address is checked."""

import re
from urllib.parse import unquote_plus

from privcrm.errors import CallbackRejected
from privcrm_wecom.callbacks.rejection import FORM

_MOST_CHARACTERS = 8192
_SIGNATURE, _TIMESTAMP, _NONCE = "[0-9a-f]{40}", "[0-9]{10}", "[0-9A-Za-z_-]{1,64}"
# In this order, without escapes and alone: so the vendor calls, and one expression reads it.
_USUAL = re.compile(f"msg_signature=({_SIGNATURE})&timestamp=({_TIMESTAMP})&nonce=({_NONCE})").fullmatch
_FORMS = {
    "msg_signature": re.compile(_SIGNATURE),
    "timestamp": re.compile(_TIMESTAMP),
    "nonce": re.compile(_NONCE),
    "echostr": re.compile("[0-9A-Za-z+/= ]+"),
}


def read_push(query: str) -> tuple[str, ...]:
    """Return signature, timestamp and nonce of a callback with a body; another form raises ``CallbackRejected``."""
    usual = _USUAL(query)
    return usual.groups() if usual else _once(query, "msg_signature", "timestamp", "nonce")


def read_check(query: str) -> tuple[str, ...]:
    """Return the same and the challenge of the vendor's check of our address, which has no body but an ``echostr``."""
    *signed, challenge = _once(query, "msg_signature", "timestamp", "nonce", "echostr")
    # Decoded twice on the way, a plus has become a blank.
    return *signed, challenge.replace(" ", "+")


def _once(query: str, *names: str) -> tuple[str, ...]:
    if len(query) > _MOST_CHARACTERS:
        raise CallbackRejected(FORM)
    found: dict[str, list[str]] = {name: [] for name in names}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        found.get(unquote_plus(name), []).append(unquote_plus(value))
    for name, values in found.items():
        if len(values) != 1 or not _FORMS[name].fullmatch(values[0]):
            raise CallbackRejected(FORM)
    return tuple(value for (value,) in found.values())
