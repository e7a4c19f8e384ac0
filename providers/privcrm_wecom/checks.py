"""Values that WeCom would refuse, or silently cut, are refused before anything is sent.

A message names the field, what it holds, the limit with its unit, and the vendor's page; never the value itself.
"""

from collections.abc import Sequence, Sized

from privcrm.errors import InputError
from privcrm.provider import Limit, Unit


def at_most(field: str, value: Sized, limit: Limit) -> None:
    """Refuse a text of too many characters or bytes (as the limit counts), or a collection of too many items."""
    size = len(value.encode()) if isinstance(value, str) and limit.unit is Unit.BYTES else len(value)
    del value  # a text among the local values would show in a traceback
    if size > limit.value:
        raise InputError(f"{field} has {size:,} {limit.unit}, at most {limit.value:,} are taken ({limit.source})")


def given(field: str, value: object, page: str) -> None:
    """Refuse an empty text or collection where something is required."""
    if not value:
        raise InputError(f"{field} is empty and must not be ({page})")


def between(field: str, value: int, least: int, limit: Limit) -> None:
    """Refuse a number outside its range."""
    if not least <= value <= limit.value:
        raise InputError(
            f"{field} is {value:,}, allowed are {least:,} to {limit.value:,} {limit.unit} ({limit.source})"
        )


def ids(field: str, values: Sequence[str], page: str, limit: Limit | None = None) -> None:
    """Refuse no ids, an empty id among them, and more than a call takes."""
    given(field, values, page)
    if not all(values):
        raise InputError(f"{field} holds an empty id ({page})")
    if limit is not None:
        at_most(field, values, limit)


def whole(field: str, value: str, page: str) -> int:
    """Return the number that an id is where the vendor wants numbers; refuse any other id.

    So is one that begins with 0: it would be read back as another text, and what was sent not be known again.
    """
    if not (value.isascii() and value.isdigit()):
        raise InputError(f"{field} holds an id that is no number ({page})")
    if value.startswith("0") and value != "0":
        raise InputError(f"{field} holds an id that begins with 0 ({page})")
    return int(value)
