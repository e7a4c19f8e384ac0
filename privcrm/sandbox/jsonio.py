"""JSON in and out, with orjson where it is installed."""

import json
from typing import Any, TypeGuard

try:
    import orjson
except ImportError:  # the `speed` extra is not installed

    def dumps(value: Any) -> bytes:
        """Return compact UTF-8 JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(text: bytes) -> Any:
        """Parse JSON. Raises ValueError."""
        return json.loads(text)
else:

    def dumps(value: Any) -> bytes:
        """Return compact UTF-8 JSON."""
        return orjson.dumps(value)

    def loads(text: bytes) -> Any:
        """Parse JSON. Raises ValueError."""
        return orjson.loads(text)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a parsed value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a parsed value is a JSON list."""
    return isinstance(value, list)
