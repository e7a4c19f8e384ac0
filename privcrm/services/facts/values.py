"""What stands in a cell, as the value of a fact; and the type that all cells of a column agree on."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from math import isfinite
from typing import Final

from privcrm.clock import VENDOR_TIME
from privcrm.errors import InputError
from privcrm.models.fact import LARGEST_NUMBER, FactType, KnownValue
from privcrm.services.files.cells import text_of
from privcrm.services.files.sentences import say

__all__ = ["Guess", "moment_of", "parse"]

_WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_TRUTH: Final = {
    **dict.fromkeys(("true", "yes", "y", "是"), True),
    **dict.fromkeys(("false", "no", "n", "否"), False),
}
_DIGITS_OF_TRUTH: Final = {"1": True, "0": False}


def parse(kind: FactType, cell: object) -> KnownValue:
    """Return the value of a cell that is not blank. Raises ``InputError``, which says what is wrong with it."""
    return _PARSERS[kind](cell)


def moment_of(cell: object) -> float:
    """Return the unix seconds of a day or a moment; without a zone it is Beijing's. Raises ``InputError``."""
    return _moment(cell).timestamp()


class Guess:
    """Finds the narrowest type that all cells of a column have: ``see`` each that is not blank, then ask ``type``."""

    def __init__(self) -> None:
        self._left = [FactType.BOOL, FactType.INT, FactType.FLOAT, FactType.DATE, FactType.DATETIME]

    def see(self, cell: object) -> None:
        """Take a cell into account."""
        self._left = [kind for kind in self._left if _fits(kind, cell)]

    @property
    def type(self) -> FactType:
        """The type of the column so far."""
        return self._left[0] if self._left else FactType.TEXT


def _fits(kind: FactType, cell: object) -> bool:
    try:
        parse(kind, cell)
        # A column of noughts and ones counts something, unless its head says otherwise.
        return kind is not FactType.BOOL or _plain(cell) not in _DIGITS_OF_TRUTH
    except InputError:
        return False


def _plain(cell: object) -> str:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return ""
    return unicodedata.normalize("NFKC", text_of(cell))


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return text_of(cell)


def _int(cell: object) -> int:
    if not _WHOLE.fullmatch(_plain(cell)):
        raise InputError(say("is no whole number of at most 18 digits; correct it, or head the column name:text"))
    return int(_plain(cell))


def _float(cell: object) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell):
        return _kept(float(cell))
    if not isinstance(cell, str) or not _NUMBER.fullmatch(_plain(cell)):
        raise InputError(say("is no number; correct it, or head the column name:text"))
    return _kept(float(_plain(cell)))


def _kept(number: float) -> float:
    if abs(number) > LARGEST_NUMBER:  # of infinity, too
        raise InputError(say("is a number beyond 64 bits; correct it, or head the column name:text"))
    return number


def _bool(cell: object) -> bool:
    found = cell if isinstance(cell, bool) else (_TRUTH | _DIGITS_OF_TRUTH).get(_plain(cell).lower())
    if found is None:
        raise InputError(say("is neither yes nor no; write 是 or 否, true or false"))
    return found


def _date(cell: object) -> date:
    found = _day(cell)
    if found is None:
        raise InputError(say("is no day; write it as 2026-01-31"))
    return found


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() and cell.tzinfo is None else None  # as a spreadsheet holds days
    if isinstance(cell, date):
        return cell
    match = _DAY.fullmatch(_plain(cell)) if isinstance(cell, str) else None
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _moment(cell: object) -> datetime:
    day = _day(cell)
    found = cell if isinstance(cell, datetime) else datetime.combine(day, time()) if day else _iso(cell)
    if found is None:
        raise InputError(say("is no time; write it as 2026-01-31 18:30"))
    return found if found.tzinfo is not None else found.replace(tzinfo=VENDOR_TIME)


def _iso(cell: object) -> datetime | None:
    day, _, rest = _plain(cell).replace("T", " ", 1).partition(" ")
    match = _DAY.fullmatch(day)
    if match is None or not rest.strip():
        return None
    try:
        return datetime.combine(date(*map(int, match.groups())), time.fromisoformat(rest.strip().zfill(5)))
    except ValueError:
        return None


_PARSERS: Final[Mapping[FactType, Callable[[object], KnownValue]]] = {
    FactType.TEXT: _text,
    FactType.INT: _int,
    FactType.FLOAT: _float,
    FactType.BOOL: _bool,
    FactType.DATE: _date,
    FactType.DATETIME: _moment,
}
