"""Under which keys a callback is known: the same for every delivery, different for whatever differs."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast

_OF_THE_APP = "WelcomeCode"
# No text may hold any of these, see ``document``: so nothing said in one way can pass for something else.
_NAMED, _SAID, _MAPPING, _LIST, _END, _OTHER = "\1\2\3\4\5\6"


def keys_of(raw: Mapping[str, Any], company: str, app: str) -> tuple[str, str]:
    """Return the storage key and the business key of what a document says; the order of its elements does not count.

    The second is over all but the welcome code, which each app is told another of. The first is over the app and the
    vendor's message id or, where there is none, over all.
    """
    entries = sorted(raw.items())
    if _OF_THE_APP in raw:
        entries.remove((_OF_THE_APP, raw[_OF_THE_APP]))
    try:
        said = _SAID.join(map(_NAMED.join, entries))
    except TypeError:
        said = _SAID.join([f"{name}{_NAMED}{_told(value)}" for name, value in entries])
    told = sha256(f"{company}{_SAID}{said}".encode())
    business, message_id = told.hexdigest(), raw.get("MsgId")
    if message_id:
        told = sha256(f"{company}{_SAID}{_LIST}{_told(message_id)}".encode())
    elif _OF_THE_APP in raw:
        told.update(f"{_LIST}{_told(raw[_OF_THE_APP])}".encode())
    told.update(f"{_END}{app}".encode())
    return told.hexdigest(), business


def _told(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _listed(value)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return _MAPPING + "".join([f"{name}{_NAMED}{_told(entries[name])}{_SAID}" for name in sorted(entries)]) + _END
    return _OTHER + json.dumps(value)


def _listed(entries: list[Any]) -> str:
    try:
        said = _SAID.join(entries)
    except TypeError:
        said = _SAID.join(map(_told, entries))
    return f"{_LIST}{len(entries)}{_SAID}{said}{_END}"
