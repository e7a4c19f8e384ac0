"""The columns of a tagging list: which words head them, and turning a line into a row."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from privcrm.services.files.cells import identifier, phone
from privcrm.services.files.heads import Heads, Words
from privcrm.services.files.problems import Problems
from privcrm.services.files.sentences import say
from privcrm.services.tagging.rows import Key, TagRow


class Column(StrEnum):
    """The columns that mean something; the values are the names used in messages."""

    MEMBER_ID = "member_id"
    PHONE = "phone"
    UNIONID = "unionid"
    STAFF_ID = "staff_id"
    ADD = "add"
    REMOVE = "remove"


WORDS: Final = Words(
    {
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
)
_CLEAN_KEY: Final[Mapping[Key, Callable[[str], str]]] = {
    Key.MEMBER_ID: identifier,
    Key.PHONE: phone,
    Key.UNIONID: identifier,
}


def knows(header: object) -> bool:
    """Return whether a header stands for a column that tagging uses."""
    return WORDS.column(header) is not None


class Layout:
    """Where the columns of one list are, and how its lines are read."""

    def __init__(self, headers: Sequence[object], key: Key, problems: Problems, row: int | None = None) -> None:
        self._key = key
        self._problems = problems
        self._heads = Heads(headers, WORDS, problems, row)
        self._heads.require(Column(key.value))
        if Column.ADD not in self._heads and Column.REMOVE not in self._heads:
            words = say(
                "{first} or {second}", first=WORDS.for_column(Column.ADD), second=WORDS.for_column(Column.REMOVE)
            )
            what = say("there is neither a column add nor a column remove; head one {words}", words=words)
            problems.add(what, row=row)

    def row(self, number: int, cells: Sequence[object]) -> TagRow | None:
        """Return a line as a row; None for a blank line, and for a wrong one, which is noted."""
        before = self._problems.count
        if not self._heads.takes(number, cells):
            return None
        key = self._heads.cell(number, cells, Column(self._key.value), _CLEAN_KEY[self._key])
        staff_id = self._heads.cell(number, cells, Column.STAFF_ID, identifier)
        add = self._heads.cell(number, cells, Column.ADD)
        remove = self._heads.cell(number, cells, Column.REMOVE)
        if not key and before == self._problems.count:
            what = say("is empty; fill it in or delete the row")
            self._problems.add(what, row=number, column=Column(self._key.value))
        if self._problems.count > before:
            return None
        return TagRow(number, key, staff_id or None, (add,) if add else (), (remove,) if remove else ())
