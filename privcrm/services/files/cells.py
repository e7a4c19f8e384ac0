"""What stands in one cell: spaces that nobody sees, ids that a spreadsheet spoilt, lists of names."""

import re
import unicodedata
from datetime import date, time, timedelta
from typing import Final

from privcrm.errors import InputError
from privcrm.services.files.sentences import say

# str.strip() leaves these alone; they come in with text copied from chats and web pages.
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_SPACES: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _INVISIBLE
_ANYWHERE = re.compile(f"[{_SPACES}]+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+?\d+")
_PHONE_SIGNS = re.compile(r"[\s()-]+")
SEPARATORS: Final = ";；、"
_SEPARATOR = re.compile(f"[{SEPARATORS}]")
_DIGITS_A_SPREADSHEET_KEEPS: Final = 15
AS_TEXT: Final = say("format the column as text and type or paste the values again")


def clean(text: str) -> str:
    """Return the text without the white space at its ends, full-width and zero-width spaces included."""
    return text.strip(_SPACES)  # a pattern that looks for the end of the text would try it at every blank


def text_of(value: object) -> str:
    """Return a spreadsheet cell as the text that was meant.

    Raises ``InputError`` where the spreadsheet replaced what was typed: dates, truth values, rounded numbers.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool | date | time | timedelta):
        raise InputError(say("holds a {type}, not text; {cure}", type=type(value).__name__, cure=AS_TEXT))
    if isinstance(value, int | float):
        return _number(value)
    return clean(str(value))


def _number(value: float) -> str:
    if value % 1:  # true for nan and infinity too
        return str(value)
    digits = str(int(value))
    if len(digits.lstrip("-")) > _DIGITS_A_SPREADSHEET_KEEPS:
        raise InputError(
            say("holds a number of more than 15 digits, which the spreadsheet has rounded; {cure}", cure=AS_TEXT)
        )
    return digits


def plain(text: str) -> str:
    """Return an id with full-width letters and digits made plain and no space anywhere."""
    return _ANYWHERE.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


def identifier(text: str) -> str:
    """Return an id as ``plain`` does.

    Raises ``InputError`` for 1.38E+10: the digits are lost, and a wrong member must never be guessed.
    """
    found = plain(text)
    if _SCIENTIFIC.fullmatch(found):
        raise InputError(
            say("holds a number in scientific notation (such as 1.38E+10), its digits are lost; {cure}", cure=AS_TEXT)
        )
    return found


def phone(text: str) -> str:
    """Return a phone as bare digits; raises ``InputError`` as ``identifier`` does."""
    return bare_digits(identifier(text))


def bare_digits(text: str) -> str:
    """Return a phone without signs and without the country code of mainland China."""
    digits = _PHONE_SIGNS.sub("", text)
    for prefix in ("+86", "0086"):
        if digits.startswith(prefix):
            return digits.removeprefix(prefix)
    return digits


def listed(cell: str) -> tuple[str, ...]:
    """Return the names in a cell that ``;`` ``；`` or ``、`` separate, each once, in order."""
    return tuple(dict.fromkeys(filter(None, map(clean, _SEPARATOR.split(cell)))))


def filled(cell: object) -> bool:
    """Return whether a cell holds anything but white space."""
    return cell is not None and cell != "" and (not isinstance(cell, str) or bool(clean(cell)))
