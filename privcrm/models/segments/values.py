"""What the fields of conditions may hold: checked when a condition is made, wherever it comes from."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any, Final

from attrs import Attribute

from privcrm.errors import InputError
from privcrm.models.fields import came

__all__ = [
    "Comparison",
    "FactValue",
    "WrongValue",
    "as_comparison",
    "as_day",
    "comparison",
    "count",
    "day",
    "fact_value",
    "one_of",
    "staff",
    "text",
    "text_or_empty",
]


class Comparison(StrEnum):
    """How a fact is compared."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


FactValue = str | int | float | bool | date

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST: Final = 2**63 - 1  # what both databases keep in a whole number
_MOST_DAYS: Final = 100_000  # more lead out of the calendar


class WrongValue(InputError):
    """A condition was given what its ``field`` cannot hold."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args[0], self.field)


def as_day(given: date | str) -> date:
    """Return the day that ``2026-01-31`` stands for; what cannot be read is left for ``day`` to refuse."""
    return _iso_day(given) if isinstance(given, str) else given


def as_comparison(given: Comparison | str | None) -> Comparison | None:
    """Return the comparison of this sign; what is none is left for ``comparison`` to refuse."""
    return Comparison(given) if isinstance(given, str) and given in set(Comparison) else given  # type: ignore[return-value]


def text(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    """Refuse what is no text, is empty, or cannot be kept by a database."""
    if value == "":
        raise _wrong(instance, attribute, "a text", "an empty one")
    text_or_empty(instance, attribute, value)


def text_or_empty(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    """Refuse what is no text, or cannot be kept by a database."""
    if not isinstance(value, str):
        raise _wrong(instance, attribute, "a text", came(value))
    if not _can_be_kept(value):
        raise _wrong(instance, attribute, "a text", "one with half a character or a NUL")


def staff(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    """Refuse what is neither ``None`` nor a text."""
    if value is not None:
        text(instance, attribute, value)


def count(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    """Refuse what is no number of days."""
    wanted = f"a whole number from 0 to {_MOST_DAYS:,}"
    if type(value) is not int:
        raise _wrong(instance, attribute, wanted, came(value))
    if not 0 <= value <= _MOST_DAYS:
        raise _wrong(instance, attribute, wanted, "another number")


def day(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    """Refuse what is no day; a moment is none, because its day depends on the zone."""
    if not _is_day(value):
        given = "another text" if isinstance(value, str) else came(value)
        raise _wrong(instance, attribute, "a day such as 2026-01-31", given)


def comparison(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    """Refuse what is no comparison."""
    if value is not None and not isinstance(value, Comparison):
        given = "another text" if isinstance(value, str) else came(value)
        raise _wrong(instance, attribute, f"one of {' '.join(Comparison)}", given)


def fact_value(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    """Refuse what no fact can be compared with."""
    wanted = "a text, a number, True, False or a day"
    if isinstance(value, str):
        text_or_empty(instance, attribute, value)
    elif isinstance(value, int | float):
        if not isfinite(value) or (isinstance(value, int) and abs(value) > _LARGEST):
            raise _wrong(instance, attribute, wanted, "a number beyond 64 bits")
    elif value is not None and not _is_day(value):
        raise _wrong(instance, attribute, wanted, came(value))


def one_of(names: Sequence[str]) -> str:
    """Return the names as a choice in words."""
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _iso_day(given: str) -> Any:
    try:
        return date.fromisoformat(given) if _ISO_DAY.fullmatch(given) else given
    except ValueError:
        return given


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _can_be_kept(value: str) -> bool:
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def _wrong(instance: object, attribute: "Attribute[Any]", wanted: str, given: str) -> WrongValue:
    name = attribute.name
    return WrongValue(f"{type(instance).__name__}.{name} takes {wanted}, {given} was given", name)
