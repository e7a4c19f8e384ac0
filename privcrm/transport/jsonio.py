"""JSON as vendors want it: raw UTF-8 out, strict objects in; orjson if it is installed."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from privcrm.errors import InputError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def _standard_dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _standard_loads(text: bytes) -> Any:
    # Not json.loads(bytes): that one lets lone surrogates through and makes a new decoder for every call.
    return _decoder.decode(text.decode("utf-8"))


_dumps: Callable[[object], bytes] = _standard_dumps
_loads: Callable[[bytes], Any] = _standard_loads
with suppress(ImportError):
    import orjson

    _dumps, _loads = orjson.dumps, orjson.loads


def dumps(value: object) -> bytes:
    """Return ``value`` as UTF-8 JSON; what JSON cannot express raises ``InputError`` without showing it."""
    try:
        return _dumps(value)
    except (TypeError, ValueError):
        pass
    raise InputError("a parameter is neither text, number, truth value, list nor mapping, or holds broken Unicode")


def loads(body: bytes) -> dict[str, Any]:
    """Return the object in ``body``; anything else raises ``ValueError``: a cut or foreign answer is no success."""
    try:
        value = _loads(body.removeprefix(_BYTE_ORDER_MARK))
    except RecursionError:
        value = None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one kind of error for every unreadable answer
    return cast("dict[str, Any]", value)
