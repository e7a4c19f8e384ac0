"""Under which keys a callback is known: the same for every delivery, different for whatever differs."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from typing import Any, cast
from zlib import crc32

_OF_THE_APP = "WelcomeCode"
# No text may hold any of these, see ``document``: so nothing said in one way can pass for something else.
_LONGEST = 200
_NAMED, _SAID, _MAPPING, _LIST, _END, _OTHER = "\1\2\3\4\5\6"


def keys_of(raw: Mapping[str, Any], company: str, app: str) -> tuple[str, str]:
    """Return the storage key and the business key of what a document says; the order of its elements does not count.

    The second is over all but the welcome code, which each app is told another of. The first is the app with the
    vendor's message id or, where there is none, with all.
    """
    names, values_of = _shape(tuple(raw))
    values = values_of(raw)
    try:
        said = _SAID.join(values)
    except TypeError:
        said = _SAID.join(map(_told, values))
    business = sha256(f"{company}{_SAID}{names}{_NAMED}{said}".encode()).hexdigest()
    message_id = raw.get("MsgId")
    if message_id:
        storage = f"{app}{_NAMED}{_told(message_id)}"
    elif _OF_THE_APP in raw:
        # Not the code itself, which keys outlive; and two codes for one add at one app hardly ever need telling apart.
        storage = f"{app}{_SAID}{business}{_NAMED}{crc32(_told(raw[_OF_THE_APP]).encode()):08x}"
    else:
        storage = f"{app}{_SAID}{business}"
    return storage if len(storage) <= _LONGEST else sha256(storage.encode()).hexdigest(), business


@lru_cache(maxsize=256)
def _shape(names: tuple[str, ...]) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """Return the names in order as one text, and what takes their values out; the vendor writes few sets of names."""
    ordered = sorted(name for name in names if name != _OF_THE_APP)
    if len(ordered) > 1:
        return _SAID.join(ordered), itemgetter(*ordered)
    return _SAID.join(ordered), lambda raw: tuple(raw[name] for name in ordered)


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
