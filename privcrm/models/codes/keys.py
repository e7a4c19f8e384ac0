"""The company's own names for codes."""

import re
from typing import Final

from privcrm.errors import InputError

__all__ = ["LONGEST_KEY", "check_key"]

LONGEST_KEY: Final = 64
_ALLOWED: Final = re.compile(r"\w[\w.\-]*")


def check_key(where: str, key: str) -> None:
    """Refuse what could not be a name, a part of a file's name and of an address. Raises ``InputError``."""
    if len(key) > LONGEST_KEY or not _ALLOWED.fullmatch(key):
        raise InputError(
            f"{where} is 1 to {LONGEST_KEY} letters (of any script), digits, '.', '_' or '-', and begins with no dot"
            " or dash"
        )
