"""Names of groups: a prefix and a number, as vendors write them when they open a group by themselves."""

from collections.abc import Iterator
from typing import Final

from privcrm.errors import InputError

__all__ = ["LONGEST_PREFIX", "check_prefix", "name_of", "readings"]

LONGEST_PREFIX: Final = 40
"""Characters that vendors take before the number."""
_MOST_DIGITS: Final = 9


def name_of(prefix: str, number: int) -> str:
    """Return what a group is called."""
    return f"{prefix}{number}"


def readings(name: str) -> Iterator[tuple[str, int]]:
    """Yield prefix and number in every way in which a name can be read, the longest number first.

    ``店20241`` may be ``店`` 20241 or ``店2024`` 1: which it is, is known by the prefixes that are in use.
    """
    digits = len(name) - len(name.rstrip("0123456789"))
    for length in range(min(digits, _MOST_DIGITS), 0, -1):
        number = name[-length:]
        if not number.startswith("0"):
            yield name[:-length], int(number)


def check_prefix(prefix: str, longest: int = LONGEST_PREFIX) -> None:
    """Refuse what a vendor would cut, so that the names it makes are not those we expect. Raises ``InputError``."""
    if len(prefix) > longest:
        raise InputError(
            f"the names of groups begin with {len(prefix)} characters, and vendors take {longest}: give"
            " OverflowPolicy.prefix a shorter one"
        )
