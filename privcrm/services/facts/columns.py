"""The columns of a list of facts: whose they are, where they come from, and one column for each fact."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models.fact import LONGEST_KEY, FactKey, FactType, KnownValue
from privcrm.models.phones import normalised
from privcrm.services.facts.values import Guess, moment_of, parse
from privcrm.services.files.cells import clean, filled, identifier
from privcrm.services.files.heads import Heads, Words
from privcrm.services.files.problems import Problems, sentence_of
from privcrm.services.files.sentences import say

__all__ = ["Column", "FactRow", "Layout", "knows"]


class Column(StrEnum):
    """The columns that are no facts; the values are the names used in messages."""

    MEMBER_ID = "member_id"
    UNIONID = "unionid"
    PHONE = "phone"
    CARD_NO = "card_no"
    SOURCE = "source"
    DATE = "date"


WORDS: Final = Words(
    {
        "member_id": Column.MEMBER_ID,
        "external_userid": Column.MEMBER_ID,
        "客户ID": Column.MEMBER_ID,
        "unionid": Column.UNIONID,
        "phone": Column.PHONE,
        "手机号": Column.PHONE,
        "card_no": Column.CARD_NO,
        "卡号": Column.CARD_NO,
        "source": Column.SOURCE,
        "来源": Column.SOURCE,
        "date": Column.DATE,
        "日期": Column.DATE,
    }
)


_TOO_LONG: Final = "has more than {most:,} characters; shorten it"


def _short(text: str) -> str:
    if len(clean(text)) > LONGEST_KEY:
        raise InputError(say(_TOO_LONG, most=LONGEST_KEY))
    return clean(text)


def knows(header: object) -> bool:
    """Return whether a header is that of a column which is no fact."""
    return WORDS.column(header) is not None


@frozen
class FactRow:
    """What one line tells of one person; ``at`` is unix seconds, None if the line does not say."""

    of: str = field(repr=False)
    source: str
    at: float | None
    values: tuple[tuple[str, KnownValue], ...] = field(repr=False)


@frozen
class _FactColumn:
    name: str
    index: int
    declared: FactType | None
    guess: Guess = field(factory=Guess)

    @property
    def type(self) -> FactType:
        return self.declared or self.guess.type


class Layout:
    """Where the columns of one list are, and how its lines are read.

    ``types`` are those that were found before, by the names of facts: then nothing is guessed.
    """

    def __init__(
        self,
        headers: Sequence[object],
        key: FactKey,
        problems: Problems,
        types: dict[str, FactType] | None = None,
        *,
        row: int | None = None,
    ) -> None:
        self._key = Column(key.value)
        self._problems = problems
        self._heads = Heads(headers, WORDS, problems, row)
        self._heads.require(self._key)
        self._columns: dict[str, _FactColumn] = {}
        for header, index in self._heads.others.items():
            self._place(header, index, types, row)
        if not self._columns and not problems.count:
            problems.add(say("there is no column with a fact; head one with the fact's name"), row=row)

    @property
    def types(self) -> dict[str, FactType]:
        """The types of the facts, by name, as far as lines were read."""
        return {column.name: column.type for column in self._columns.values()}

    def row(self, number: int, cells: Sequence[object]) -> FactRow | None:
        """Return a line as a row; None for a blank line, and for a wrong one, which is noted."""
        before = self._problems.count
        if not self._heads.takes(number, cells):
            return None
        of = self._of(number, cells, before)
        source = self._heads.cell(number, cells, Column.SOURCE, _short)
        at = self._at(number, cells)
        values = tuple(self._values(number, cells))
        return None if self._problems.count > before else FactRow(of, source, at, values)

    def _place(self, header: str, index: int, types: dict[str, FactType] | None, row: int | None) -> None:
        name, colon, suffix = header.replace("：", ":").rpartition(":")
        name, declared = (clean(name), clean(suffix).lower()) if colon else (header, "")
        if declared and declared not in set(FactType):
            what = say("ends in no type; the types are {types}", types=", ".join(FactType))
            self._problems.add(what, row=row, column=header)
        elif not name or name in self._columns:
            self._problems.add(say("names no fact, or one that another column has; rename it"), row=row, column=header)
        elif len(name) > LONGEST_KEY:
            self._problems.add(say(_TOO_LONG, most=LONGEST_KEY), row=row, column=header)
        else:
            found = (types or {}).get(name) or (FactType(declared) if declared else None)
            self._columns[name] = _FactColumn(name, index, found)
            self._problems.headings[name] = header

    def _of(self, number: int, cells: Sequence[object], before: int) -> str:
        found = self._heads.cell(number, cells, self._key, identifier)
        what = None
        if not found:
            what = say("is empty; fill it in or delete the row")
        elif self._key is Column.PHONE:
            found = normalised(found) or ""
            what = None if found else say("is no phone number; correct it or delete the row")
        elif len(found) > LONGEST_KEY:
            what = say(_TOO_LONG, most=LONGEST_KEY)
        if what is not None and self._problems.count == before:
            self._problems.add(what, row=number, column=self._key)
        return found

    def _at(self, number: int, cells: Sequence[object]) -> float | None:
        cell = self._heads.raw(cells, Column.DATE)
        if not filled(cell):
            return None
        try:
            return moment_of(cell)
        except InputError as error:
            self._problems.add(sentence_of(error), row=number, column=Column.DATE)
            return None

    def _values(self, number: int, cells: Sequence[object]) -> Iterator[tuple[str, KnownValue]]:
        for column in self._columns.values():
            cell = cells[column.index] if column.index < len(cells) else None
            if not filled(cell):
                continue
            try:
                if column.declared is None:
                    column.guess.see(cell)
                yield column.name, parse(column.declared or FactType.TEXT, cell)
            except InputError as error:
                self._problems.add(sentence_of(error), row=number, column=column.name)
