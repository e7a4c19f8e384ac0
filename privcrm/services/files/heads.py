"""The heads of a list: which words head which column, where each column is, and taking its cells."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

from privcrm.errors import InputError
from privcrm.services.files.bounds import MOST_CHARACTERS
from privcrm.services.files.cells import clean, filled, text_of
from privcrm.services.files.problems import Problems, sentence_of
from privcrm.services.files.sentences import say

__all__ = ["Heads", "Words"]

C = TypeVar("C", bound=StrEnum)


class Words(Generic[C]):
    """The words by which a kind of list names its columns, compared without case, width and outer spaces."""

    def __init__(self, words: Mapping[str, C]) -> None:
        self._words = words
        self._in_small = {word.lower(): column for word, column in words.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def column(self, header: object) -> C | None:
        """Return the column that a header stands for, or None for one that means nothing here."""
        return self._in_small.get(clean(unicodedata.normalize("NFKC", str(header or ""))).lower())

    def for_column(self, column: C) -> str:
        """Return the words for a column, for a message."""
        return " or ".join(word for word, meant in self._words.items() if meant is column)


class Heads(Generic[C]):
    """Where the columns of one list are; what is wrong with heads and cells goes to ``problems``."""

    def __init__(self, headers: Sequence[object], words: Words[C], problems: Problems, row: int | None = None) -> None:
        self._words = words
        self._problems = problems
        self._row = row
        self._headers = [str(header or "") for header in headers]
        self._at: dict[C, int] = {}
        self.others: dict[str, int] = {}
        """Where the columns are that mean nothing here, by their heads; those without a head are left out."""
        for index, header in enumerate(headers):
            self._place(index, header)

    def __contains__(self, column: C) -> bool:
        return column in self._at

    def require(self, column: C) -> None:
        """Note a problem if a column is missing."""
        if column not in self._at:
            words = self._words.for_column(column)
            what = say("column {column} is missing; head it {words}", column=str(column), words=words)
            self._problems.add(what, row=self._row)

    def takes(self, number: int, cells: Sequence[object]) -> bool:
        """Return whether a line is a row to be read: not blank, and not wrong as a whole, which is noted."""
        if not any(map(filled, cells)):
            return False
        if any(map(filled, cells[len(self._headers) :])):
            what = say("has more cells than the header; quote cells that hold the delimiter")
            self._problems.add(what, row=number)
            return False
        self._check_texts(number, cells)
        return True

    def cell(self, number: int, cells: Sequence[object], column: C, cleaned: Callable[[str], str] = clean) -> str:
        """Return the text in a column, "" if there is none; what it holds instead of text is noted."""
        index = self._at.get(column)
        return "" if index is None else self._text(number, cells, index, column, cleaned)

    def raw(self, cells: Sequence[object], column: C) -> object:
        """Return what stands in a column as the file holds it, None if there is nothing."""
        index = self._at.get(column)
        return cells[index] if index is not None and index < len(cells) else None

    def other(self, number: int, cells: Sequence[object], header: str) -> str:
        """Return the text in one of the ``others``."""
        return self._text(number, cells, self.others[header], header, clean)

    def _place(self, index: int, header: object) -> None:
        shown, column = self._headers[index], self._words.column(header)
        if column is None:
            if name := clean(shown):
                self.others.setdefault(name, index)
        elif column in self._at:
            first = self._headers[self._at[column]]
            what = say("{first!r} and {second!r} are the same column; delete one", first=first, second=shown)
            self._problems.add(what, row=self._row)
        else:
            self._at[column] = index
            self._problems.headings[column] = shown

    def _check_texts(self, number: int, cells: Sequence[object]) -> None:
        """Refuse what no spreadsheet could hold: cells of endless text, and a NUL, which ends a text elsewhere."""
        for cell, heading in zip(cells, self._headers, strict=False):
            if isinstance(cell, str) and len(cell) > MOST_CHARACTERS:
                what = say("has more than {most:,} characters; shorten it", most=MOST_CHARACTERS)
                self._problems.add(what, row=number, column=heading)
            elif isinstance(cell, str) and "\0" in cell:
                self._problems.add(say("holds a NUL character; type it again"), row=number, column=heading)

    def _text(
        self, number: int, cells: Sequence[object], index: int, column: str, cleaned: Callable[[str], str]
    ) -> str:
        if index >= len(cells):
            return ""
        try:
            return cleaned(text_of(cells[index]))
        except InputError as error:
            self._problems.add(sentence_of(error), row=number, column=column)
            return ""
