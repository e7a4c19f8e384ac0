"""The columns of a list of shops that are to have codes, and turning a line into a row."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models.codes.keys import check_key
from privcrm.services.files.cells import clean, identifier, listed
from privcrm.services.files.heads import Heads, Words
from privcrm.services.files.problems import Problems, sentence_of
from privcrm.services.files.sentences import Sentence, say

__all__ = ["Column", "Layout", "ShopRow", "is_key", "knows"]

HEAVIEST: Final = 1_000_000
LARGEST_CAP: Final = 1_000_000


class Column(StrEnum):
    """The columns that mean something; others are passed over."""

    CODE = "code"
    NAME = "name"
    REGION = "region"
    STAFF = "staff"
    BACKUP = "backup"
    DAILY_CAP = "daily_cap"
    TAGS = "tags"
    REMARK = "remark"
    WELCOME = "welcome"


WORDS: Final = Words(
    {
        "code": Column.CODE,
        "门店编码": Column.CODE,
        "name": Column.NAME,
        "店名": Column.NAME,
        "门店名称": Column.NAME,
        "region": Column.REGION,
        "区域": Column.REGION,
        "staff": Column.STAFF,
        "员工": Column.STAFF,
        "员工账号": Column.STAFF,
        "backup": Column.BACKUP,
        "备用员工": Column.BACKUP,
        "daily_cap": Column.DAILY_CAP,
        "每日上限": Column.DAILY_CAP,
        "tags": Column.TAGS,
        "标签": Column.TAGS,
        "remark": Column.REMARK,
        "备注": Column.REMARK,
        "welcome": Column.WELCOME,
        "欢迎语": Column.WELCOME,
    }
)


def knows(header: object) -> bool:
    """Return whether a header stands for a column that has a meaning of its own."""
    return WORDS.column(header) is not None


@frozen
class ShopRow:
    """One line. None stands for a column that the list lacks; staff come with their weights, in order."""

    row: int
    key: str
    name: str | None = None
    region: str = ""
    staff: Mapping[str, int] | None = None
    backup: Mapping[str, int] | None = None
    daily_cap: int | None = None
    has_cap: bool = False
    tags: tuple[str, ...] | None = None
    remark: str | None = field(default=None, repr=False)
    welcome: str | None = field(default=None, repr=False)


class Layout:
    """Where the columns of one list are, and how its lines are read; what is wrong goes to ``problems``."""

    def __init__(self, headers: Sequence[object], problems: Problems, row: int) -> None:
        self._problems = problems
        self._heads = Heads(headers, WORDS, problems, row)
        self._heads.require(Column.CODE)
        self._rows: dict[str, int] = {}

    def row(self, number: int, cells: Sequence[object]) -> ShopRow | None:
        """Return a line as a row; None for a blank line, and for a wrong one, which is noted."""
        before = self._problems.count
        if not self._heads.takes(number, cells):
            return None
        found = ShopRow(
            number,
            self._key(number, cells),
            self._text(number, cells, Column.NAME),
            self._text(number, cells, Column.REGION) or "",
            self._staff(number, cells, Column.STAFF),
            self._staff(number, cells, Column.BACKUP),
            self._cap(number, cells),
            Column.DAILY_CAP in self._heads,
            self._tags(number, cells),
            self._text(number, cells, Column.REMARK),
            self._text(number, cells, Column.WELCOME),
        )
        return found if before == self._problems.count else None

    def _text(self, number: int, cells: Sequence[object], column: Column) -> str | None:
        return self._heads.cell(number, cells, column) if column in self._heads else None

    def _key(self, number: int, cells: Sequence[object]) -> str:
        before = self._problems.count
        key = self._heads.cell(number, cells, Column.CODE, identifier)
        if before == self._problems.count:
            self._check_key(number, key)
        return key

    def _check_key(self, number: int, key: str) -> None:
        if not key:
            self._problems.add(say("is empty; fill it in or delete the row"), row=number, column=Column.CODE)
        elif not is_key(key):
            what = say("{code!r} is no key of a code; write letters, digits, '.', '_' or '-'", code=key)
            self._problems.add(what, row=number, column=Column.CODE)
        elif key in self._rows:
            what = say("{code!r} stands in row {first} too; keep one of them", code=key, first=self._rows[key])
            self._problems.add(what, row=number, column=Column.CODE)
        else:
            self._rows[key] = number

    def _staff(self, number: int, cells: Sequence[object], column: Column) -> Mapping[str, int] | None:
        """Return the employees of a cell, as ``zhangsan*3;lisi``, each with his weight."""
        if column not in self._heads:
            return None
        found: dict[str, int] = {}
        for each in listed(self._heads.cell(number, cells, column)):
            name, star, weight = each.replace("＊", "*").replace("×", "*").rpartition("*")
            try:
                staff_id = identifier(clean(name if star else each))
                found[staff_id] = _whole(clean(weight), HEAVIEST, say("a weight"), least=1) if star else 1
            except InputError as error:
                self._problems.add(sentence_of(error), row=number, column=column)
        return found

    def _cap(self, number: int, cells: Sequence[object]) -> int | None:
        text = self._text(number, cells, Column.DAILY_CAP)
        if not text:
            return None
        try:
            return _whole(text, LARGEST_CAP, say("a daily cap"), least=0)
        except InputError as error:
            self._problems.add(sentence_of(error), row=number, column=Column.DAILY_CAP)
            return None

    def _tags(self, number: int, cells: Sequence[object]) -> tuple[str, ...] | None:
        text = self._text(number, cells, Column.TAGS)
        return None if text is None else listed(text)


def _whole(text: str, most: int, what: Sentence, *, least: int) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    if not is_number or not least <= int(text) <= most:
        raise InputError(
            say(
                "holds {text!r}; {what} is a whole number from {least} to {most:,}",
                text=text,
                what=what,
                least=least,
                most=most,
            )
        )
    return int(text)


def is_key(text: str) -> bool:
    """Return whether a text may be the key of a code."""
    try:
        check_key("key", text)
    except InputError:
        return False
    return True
