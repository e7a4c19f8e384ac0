"""The columns of a list of shops, and turning a line into a row."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from attrs import frozen

from privcrm.models.shop import LONGEST_CODE
from privcrm.services.files.heads import Heads, Words
from privcrm.services.files.problems import Problems
from privcrm.services.files.sentences import say

__all__ = ["Column", "Layout", "ShopRow", "knows"]


class Column(StrEnum):
    """The columns that mean something; every other column is an attribute of the shop."""

    CODE = "code"
    NAME = "name"
    REGION = "region"
    MANAGER = "manager"
    DEPARTMENTS = "departments"
    STAFF = "staff"


WORDS: Final = Words(
    {
        "code": Column.CODE,
        "门店编码": Column.CODE,
        "name": Column.NAME,
        "门店名称": Column.NAME,
        "region": Column.REGION,
        "区域": Column.REGION,
        "manager": Column.MANAGER,
        "店长": Column.MANAGER,
        "departments": Column.DEPARTMENTS,
        "部门": Column.DEPARTMENTS,
        "staff": Column.STAFF,
        "员工": Column.STAFF,
    }
)


def knows(header: object) -> bool:
    """Return whether a header stands for a column that has a meaning of its own."""
    return WORDS.column(header) is not None


@frozen
class ShopRow:
    """One line: the texts of the columns that the list has, and the attributes it gives."""

    row: int
    texts: Mapping[Column, str]
    attributes: Mapping[str, str]

    @property
    def code(self) -> str:
        """The code of the shop."""
        return self.texts[Column.CODE]


class Layout:
    """Where the columns of one list are, and how its lines are read."""

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
        texts = {column: self._heads.cell(number, cells, column) for column in Column if column in self._heads}
        attributes = {header: self._heads.other(number, cells, header) for header in self._heads.others}
        if before == self._problems.count:
            self._check_code(number, texts[Column.CODE])
        return ShopRow(number, texts, attributes) if before == self._problems.count else None

    def _check_code(self, number: int, code: str) -> None:
        if not code:
            self._problems.add(say("is empty; fill it in or delete the row"), row=number, column=Column.CODE)
        elif len(code) > LONGEST_CODE:
            what = say("has more than {most:,} characters; shorten it", most=LONGEST_CODE)
            self._problems.add(what, row=number, column=Column.CODE)
        elif code in self._rows:
            what = say("{code!r} stands in row {first} too; keep one of them", code=code, first=self._rows[code])
            self._problems.add(what, row=number, column=Column.CODE)
        else:
            self._rows[code] = number
