"""The columns of a tagging list: which words head them, and turning a line into a row."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from privcrm.errors import InputError
from privcrm.services.tagging.cells import clean, identifier, phone, text_of
from privcrm.services.tagging.problems import Problems
from privcrm.services.tagging.rows import Key, TagRow


class Column(StrEnum):
    """The columns that mean something; the values are the names used in messages."""

    MEMBER_ID = "member_id"
    PHONE = "phone"
    UNIONID = "unionid"
    STAFF_ID = "staff_id"
    ADD = "add"
    REMOVE = "remove"


WORDS: Final[Mapping[str, Column]] = {
    "member_id": Column.MEMBER_ID,
    "external_userid": Column.MEMBER_ID,
    "客户ID": Column.MEMBER_ID,
    "phone": Column.PHONE,
    "手机号": Column.PHONE,
    "unionid": Column.UNIONID,
    "staff_id": Column.STAFF_ID,
    "userid": Column.STAFF_ID,
    "员工账号": Column.STAFF_ID,
    "add": Column.ADD,
    "添加标签": Column.ADD,
    "remove": Column.REMOVE,
    "移除标签": Column.REMOVE,
}
_WORDS_IN_SMALL: Final = {word.lower(): column for word, column in WORDS.items()}
_CLEAN_KEY: Final[Mapping[Key, Callable[[str], str]]] = {
    Key.MEMBER_ID: identifier,
    Key.PHONE: phone,
    Key.UNIONID: identifier,
}


def column_named(header: object) -> Column | None:
    """Return the column that a header stands for, or None for one that tagging does not use."""
    return _WORDS_IN_SMALL.get(clean(unicodedata.normalize("NFKC", str(header or ""))).lower())


class Layout:
    """Where the columns of one list are, and how its lines are read."""

    def __init__(self, headers: Sequence[object], key: Key, problems: Problems, row: int | None = None) -> None:
        self._key = key
        self._problems = problems
        self._width = len(headers)
        self._at: dict[Column, int] = {}
        self._headers = [str(header or "") for header in headers]
        for index, header in enumerate(headers):
            column = column_named(header)
            if column is None:
                continue
            if column in self._at:
                first = self._headers[self._at[column]]
                problems.add(f"{first!r} and {header!r} are the same column; delete one", row=row, column=column)
            else:
                self._at[column] = index
        self._check(row)

    def _check(self, row: int | None) -> None:
        wanted = Column(self._key.value)
        if wanted not in self._at:
            self._problems.add(f"column {wanted} is missing; head it {_words_for(wanted)}", row=row)
        if Column.ADD not in self._at and Column.REMOVE not in self._at:
            words = f"{_words_for(Column.ADD)} or {_words_for(Column.REMOVE)}"
            self._problems.add(f"there is neither a column add nor a column remove; head one {words}", row=row)

    def row(self, number: int, cells: Sequence[object]) -> TagRow | None:
        """Return a line as a row; None for a blank line, and for a wrong one, which is noted."""
        if not any(map(filled, cells)):
            return None
        if any(map(filled, cells[self._width :])):
            self._problems.add("has more cells than the header; quote cells that hold the delimiter", row=number)
            return None
        before = self._problems.count
        key = self._cell(number, cells, Column(self._key.value), _CLEAN_KEY[self._key])
        staff_id = self._cell(number, cells, Column.STAFF_ID, identifier)
        add = self._cell(number, cells, Column.ADD, clean)
        remove = self._cell(number, cells, Column.REMOVE, clean)
        if not key and before == self._problems.count:
            heading = self._heading(Column(self._key.value))
            self._problems.add("is empty; fill it in or delete the row", row=number, column=heading)
        if self._problems.count > before:
            return None
        return TagRow(number, key, staff_id or None, (add,) if add else (), (remove,) if remove else ())

    def _cell(self, number: int, cells: Sequence[object], column: Column, cleaned: Callable[[str], str]) -> str:
        index = self._at.get(column)
        if index is None or index >= len(cells):
            return ""
        try:
            return cleaned(text_of(cells[index]))
        except InputError as error:
            self._problems.add(str(error), row=number, column=self._heading(column))
            return ""

    def _heading(self, column: Column) -> str:
        """Return what the list itself calls a column."""
        return self._headers[self._at[column]] if column in self._at else str(column)


def filled(cell: object) -> bool:
    """Return whether a cell holds anything but white space."""
    return cell is not None and cell != "" and (not isinstance(cell, str) or bool(clean(cell)))


def _words_for(column: Column) -> str:
    return " or ".join(word for word, meant in WORDS.items() if meant is column)
