"""What stands in one cell: spaces that nobody sees, ids that a spreadsheet spoilt, lists of tag names."""

import re
import unicodedata
from datetime import date, time, timedelta
from typing import Final

from attrs import frozen

from privcrm.errors import InputError
from privcrm.services.tagging.sentences import say

# str.strip() leaves these alone; they come in with text copied from chats and web pages.
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_SPACES: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _INVISIBLE
_ANYWHERE = re.compile(f"[{_SPACES}]+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+?\d+")
_PHONE_SIGNS = re.compile(r"[\s()-]+")
_SEPARATORS: Final = ";；、"
_PIECES = re.compile(rf"\\([{_SEPARATORS}/])|([{_SEPARATORS}])|(/)|([^{_SEPARATORS}/\\]+|\\)")
_DIGITS_A_SPREADSHEET_KEEPS: Final = 15
AS_TEXT: Final = say("format the column as text and type or paste the values again")


@frozen
class TagName:
    """A tag as a person names it; without ``group`` the name alone must be enough to tell it."""

    name: str
    group: str | None = None

    def __str__(self) -> str:
        name = _escaped(self.name)
        return name if self.group is None else f"{_escaped(self.group)}/{name}"


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


def identifier(text: str) -> str:
    """Return an id with full-width letters and digits made plain and no space anywhere.

    Raises ``InputError`` for 1.38E+10: the digits are lost, and a wrong member must never be guessed.
    """
    plain = _ANYWHERE.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))
    if _SCIENTIFIC.fullmatch(plain):
        raise InputError(
            say("holds a number in scientific notation (such as 1.38E+10), its digits are lost; {cure}", cure=AS_TEXT)
        )
    return plain


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


def tag_names(cell: str) -> tuple[TagName, ...]:
    """Return the tags named in a cell, each once, in order.

    ``;`` ``；`` and ``、`` separate, ``/`` stands between group and tag, and a backslash before any of them makes it a
    part of the name. Raises ``InputError`` for a name with two slashes or with nothing on one side of its slash.
    """
    names = dict.fromkeys(_tag_name(parts) for parts in _split(cell) if parts != [""])
    return tuple(names)


def _split(cell: str) -> list[list[str]]:
    """Split a cell into names and each name at its slashes."""
    names = [[""]]
    for escaped, separator, slash, other in _PIECES.findall(cell):
        if separator:
            names.append([""])
        elif slash:
            names[-1].append("")
        else:
            names[-1][-1] += escaped or other
    return [[clean(part) for part in parts] for parts in names]


def _tag_name(parts: list[str]) -> TagName:
    if len(parts) > 2:  # noqa: PLR2004 - a group and a tag
        raise InputError(
            say("{name!r} has more than one slash; write \\/ for a slash inside a name", name="/".join(parts))
        )
    if "" in parts:
        raise InputError(
            say("{name!r} lacks a name beside its slash; write Group/Tag, or Tag alone", name="/".join(parts))
        )
    return TagName(parts[-1], parts[0] if parts[1:] else None)


def _escaped(name: str) -> str:
    return re.sub(rf"([{_SEPARATORS}/])", r"\\\1", name)
