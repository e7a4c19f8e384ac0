"""From rows to wishes: names become tags, and what the reading of members has to know is noted on the way."""

from collections.abc import Callable, Iterable, Iterator

from privcrm.errors import InputError
from privcrm.models import staff_key
from privcrm.services.files.problems import Problems, sentence_of
from privcrm.services.files.sentences import say
from privcrm.services.tagging.names import TagLibrary, TagRef
from privcrm.services.tagging.presence import Sketch
from privcrm.services.tagging.relation import TagTable, Wish
from privcrm.services.tagging.rows import Key, TagRow
from privcrm.services.tagging.scratch import Matching, Staged, wish_of

Resolve = Callable[[str], tuple[TagRef, ...]]


class Intake:
    """Takes in the rows of one list; ``keys`` and ``staff_named`` tell whose members have to be read."""

    def __init__(self, key: Key, library: TagLibrary, table: TagTable, problems: Problems, matching: Matching) -> None:
        self.rows = 0
        self.keys = Sketch()
        self.staff_named: set[str] = set()
        self.every_row_names_staff = True
        self._library = library
        self._table = table
        self._problems = problems
        self._put = wish_of if key is Key.MEMBER_ID else matching.wish

    def staged(self, rows: Iterable[TagRow]) -> Iterator[Staged]:
        """Yield the rows without problems, ready for the stage."""
        for row in rows:
            wish = self._wish(row)
            if wish is not None:
                self._note(row)
                yield self._put(row.key, wish)

    def _note(self, row: TagRow) -> None:
        self.rows += 1
        self.keys.add(row.key)
        if row.staff_id:
            self.staff_named.add(staff_key(row.staff_id))
        else:
            self.every_row_names_staff = False

    def _wish(self, row: TagRow) -> Wish | None:
        before = self._problems.count
        add = self._numbers(row, row.add, self._library.to_add, "add")
        remove = self._numbers(row, row.remove, self._library.to_remove, "remove")
        for number in sorted(set(add) & set(remove)):
            title = self._table.refs[number].title
            self._problems.add(
                say("tag {tag!r} is in add and in remove; keep one", tag=title), row=row.row, column="add"
            )
        return None if self._problems.count > before else Wish(row.row, row.staff_id, add, remove)

    def _numbers(self, row: TagRow, cells: Iterable[str], resolve: Resolve, column: str) -> tuple[int, ...]:
        refs: list[TagRef] = []
        for cell in cells:
            try:
                refs += resolve(cell)
            except InputError as error:
                self._problems.add(sentence_of(error), row=row.row, column=column)
        return tuple(dict.fromkeys(map(self._table.number, refs)))
