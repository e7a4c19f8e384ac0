"""JSON in and out, with orjson where it is installed."""

import json
from typing import Any

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
