"""Parameters as the vendor reads them (developer.work.weixin.qq.com/document/path/90313).

A value of the wrong type is silently lost; then the first check that fails names the error.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from privcrm.sandbox.jsonio import is_list, is_object
from privcrm.sandbox.wecom.errors import Refusal

Args = dict[str, Any]
INVALID = 40058
_NUMBER = re.compile(r"[0-9]{1,18}")


@attrs.frozen
class Field:
    """One parameter: its type, the code if it is missing or empty (None: optional) and its maxima."""

    name: str
    kind: type
    missing: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    """Value of a number, characters (or bytes) of a text, items of a list."""
    too_long: int = INVALID
    items: type = str
    """What a list holds."""
    in_bytes: bool = False
    """Whether a text is measured in bytes of UTF-8."""
    mistyped: int | None = None
    """The code for a value of another type (None: it is lost)."""

    def accepts(self, value: Any) -> bool:
        """Whether the value has this field's type; an empty text counts as an empty list."""
        if self.kind is int:
            return isinstance(value, int) and not isinstance(value, bool)
        if self.kind is list:
            return value == "" or (is_list(value) and all(isinstance(item, self.items) for item in value))
        return isinstance(value, self.kind)

    def check(self, value: Any) -> None:
        """Refuse a missing value or one out of bounds."""
        if value is None or value in ("", []):
            if self.missing is not None:
                raise Refusal(self.missing)
            return
        size = self._size(value)
        if (self.at_most is not None and size > self.at_most) or (self.at_least is not None and size < self.at_least):
            raise Refusal(self.too_long)

    def _size(self, value: Any) -> int:
        if self.kind in (int, bool):
            return int(value)
        # JSON can carry halves of surrogate pairs, which have no strict UTF-8.
        return len(value.encode(errors="surrogatepass")) if self.in_bytes else len(value)


def sift(fields: Sequence[Field], given: Mapping[str, Any]) -> tuple[Args, bool]:
    """Return the known parameters that have their type, and whether some had not."""
    args: Args = {}
    lost = False
    for field in fields:
        value = given.get(field.name)
        if value is None:
            continue
        if field.accepts(value):
            args[field.name] = value
        elif field.mistyped is not None:
            raise Refusal(field.mistyped)
        else:
            lost = True
    return args, lost


def read_object(fields: Sequence[Field], given: object) -> Args:
    """Return the parameters of an object inside a call, checked; what is no object counts as an empty one."""
    args, _ = sift(fields, given if is_object(given) else {})
    for field in fields:
        field.check(args.get(field.name))
    return args


def from_query(fields: Sequence[Field], query: Mapping[str, str]) -> dict[str, Any]:
    """Return query parameters with numbers as numbers; what is no number stays a text and is lost later."""
    numbers = {field.name for field in fields if field.kind is int}
    return {name: int(text) if name in numbers and _NUMBER.fullmatch(text) else text for name, text in query.items()}
