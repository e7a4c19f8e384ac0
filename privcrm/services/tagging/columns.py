"""The columns of a tagging list: which words head them, and turning a line into a row."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from privcrm.errors import InputError
from privcrm.services.tagging.bounds import MOST_CHARACTERS
from privcrm.services.tagging.cells import clean, identifier, phone, text_of
from privcrm.services.tagging.problems import Problems, sentence_of
from privcrm.services.tagging.rows import Key, TagRow
from privcrm.services.tagging.sentences import say


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
                what = say("{first!r} and {second!r} are the same column; delete one", first=first, second=str(header))
                problems.add(what, row=row)
            else:
                self._at[column] = index
                problems.headings[column] = self._headers[index]
        self._check(row)

    def _check(self, row: int | None) -> None:
        wanted = Column(self._key.value)
        if wanted not in self._at:
            what = say("column {column} is missing; head it {words}", column=str(wanted), words=_words_for(wanted))
            self._problems.add(what, row=row)
        if Column.ADD not in self._at and Column.REMOVE not in self._at:
            words = say("{first} or {second}", first=_words_for(Column.ADD), second=_words_for(Column.REMOVE))
            what = say("there is neither a column add nor a column remove; head one {words}", words=words)
            self._problems.add(what, row=row)

    def row(self, number: int, cells: Sequence[object]) -> TagRow | None:
        """Return a line as a row; None for a blank line, and for a wrong one, which is noted."""
        if not any(map(filled, cells)):
            return None
        if any(map(filled, cells[self._width :])):
            what = say("has more cells than the header; quote cells that hold the delimiter")
            self._problems.add(what, row=number)
            return None
        before = self._problems.count
        self._check_texts(number, cells)
        key = self._cell(number, cells, Column(self._key.value), _CLEAN_KEY[self._key])
        staff_id = self._cell(number, cells, Column.STAFF_ID, identifier)
        add = self._cell(number, cells, Column.ADD, clean)
        remove = self._cell(number, cells, Column.REMOVE, clean)
        if not key and before == self._problems.count:
            what = say("is empty; fill it in or delete the row")
            self._problems.add(what, row=number, column=Column(self._key.value))
        if self._problems.count > before:
            return None
        return TagRow(number, key, staff_id or None, (add,) if add else (), (remove,) if remove else ())

    def _check_texts(self, number: int, cells: Sequence[object]) -> None:
        """Refuse what no spreadsheet could hold: cells of endless text, and a NUL, which ends a text elsewhere."""
        for cell, heading in zip(cells, self._headers, strict=False):
            if isinstance(cell, str) and len(cell) > MOST_CHARACTERS:
                what = say("has more than {most:,} characters; shorten it", most=MOST_CHARACTERS)
                self._problems.add(what, row=number, column=heading)
            elif isinstance(cell, str) and "\0" in cell:
                self._problems.add(say("holds a NUL character; type it again"), row=number, column=heading)

    def _cell(self, number: int, cells: Sequence[object], column: Column, cleaned: Callable[[str], str]) -> str:
        index = self._at.get(column)
        if index is None or index >= len(cells):
            return ""
        try:
            return cleaned(text_of(cells[index]))
        except InputError as error:
            self._problems.add(sentence_of(error), row=number, column=column)
            return ""


def filled(cell: object) -> bool:
    """Return whether a cell holds anything but white space."""
    return cell is not None and cell != "" and (not isinstance(cell, str) or bool(clean(cell)))


def _words_for(column: Column) -> str:
    return " or ".join(word for word, meant in WORDS.items() if meant is column)
