"""What the company's own systems know of a person: orders, level, last visit."""

from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any

from attrs import Attribute, field, frozen

from privcrm.errors import InputError

__all__ = ["LARGEST_NUMBER", "LONGEST_KEY", "Fact", "FactKey", "FactType", "KnownValue", "type_of"]

KnownValue = str | int | float | bool | date | datetime
"""A moment without a zone is Beijing's."""

LARGEST_NUMBER = 2**63 - 1
"""What both databases keep in a whole number."""

LONGEST_KEY = 128
"""Characters of a fact's name, its source, and what it is tied to: an index of PostgreSQL takes 2,700 bytes of all."""


class FactKey(StrEnum):
    """By what a fact is tied to a person; all but ``MEMBER_ID`` are kept as keyed hashes."""

    MEMBER_ID = "member_id"
    UNIONID = "unionid"
    PHONE = "phone"
    CARD_NO = "card_no"


class FactType(StrEnum):
    """How a fact's value compares: numbers with numbers, days with days and moments, texts with texts."""

    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"


def type_of(value: KnownValue) -> FactType:
    """Return the type of a value."""
    for kind, name in _TYPES:  # a truth value is a number to Python, and a moment a day
        if isinstance(value, kind):
            return name
    raise InputError(f"a fact is a text, a number, True or False, a day or a moment, not {type(value).__name__}")


_TYPES: tuple[tuple[type, FactType], ...] = (
    (str, FactType.TEXT),
    (bool, FactType.BOOL),
    (int, FactType.INT),
    (float, FactType.FLOAT),
    (datetime, FactType.DATETIME),
    (date, FactType.DATE),
)


def _text(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    del instance
    if not isinstance(value, str) or "\0" in value or not (value or attribute.name == "source"):
        raise InputError(f"{attribute.name} of a fact is a text that is not empty")
    if len(value) > LONGEST_KEY:
        raise InputError(f"{attribute.name} of a fact has more than {LONGEST_KEY} characters")


def _value(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
    del instance, attribute
    kind = type_of(value)
    if kind is FactType.TEXT and "\0" in value:
        raise InputError("the value of a fact holds a NUL character")
    if kind in (FactType.INT, FactType.FLOAT) and (not isfinite(value) or abs(value) > LARGEST_NUMBER):
        raise InputError("the value of a fact is a number beyond 64 bits")


@frozen
class Fact:
    """One thing known of one person.

    ``of`` is the person's id, unionid, phone or card number, whichever ``key`` says; in facts that were read back it
    is the keyed hash of it. ``source`` says which system knows it; ``at`` (unix seconds) as of when, 0 for now. Of
    facts with the same name, person and source the newest stands.
    """

    name: str = field(validator=_text)
    value: KnownValue = field(validator=_value, repr=False)
    key: FactKey = field(converter=FactKey)
    of: str = field(validator=_text, repr=False)
    source: str = field(default="", validator=_text)
    at: float = 0.0
