"""Everything that is wrong with an input, collected before anything is done."""

from attrs import define, field

from privcrm.errors import InputError
from privcrm.services.files.sentences import Sentence, say

SHOWN = 20
NOTHING_SENT = say("nothing was sent")
NOTHING_WRITTEN = say("nothing was written")


@define
class _Repeated:
    """One thing that is wrong in any number of rows; the first twenty of them are named."""

    count: int = 0
    rows: list[int] = field(factory=list[int])

    def add(self, row: int | None) -> None:
        self.count += 1
        if row is not None and len(self.rows) < SHOWN:
            self.rows.append(row)

    def place(self) -> str:
        if not self.rows:
            return ""
        rows = say(", ".join(map(str, sorted(self.rows))))
        if self.count == 1:
            return say(", row {rows}", rows=rows)
        hidden = self.count - len(self.rows)
        return (
            say(", rows {rows} and {hidden} more", rows=rows, hidden=hidden)
            if hidden
            else say(", rows {rows}", rows=rows)
        )


class Problems:
    """Collects what is wrong: the first twenty different things are kept, all are counted.

    So a tag misspelt in every row does not hide what else is wrong, and a broken million-row file costs no memory.
    """

    def __init__(self, source: str, untouched: Sentence = NOTHING_SENT) -> None:
        self._source = source
        self._untouched = untouched
        self.headings: dict[str, str] = {}
        """What the list itself calls a column: that is what people find again."""
        self._kept: dict[tuple[str, Sentence], _Repeated] = {}
        self.count = 0

    def add(self, what: Sentence, *, row: int | None = None, column: str = "") -> None:
        """Note one problem, which says its cure, with its place; the same in the same row is one."""
        column = self.headings.get(column, column)
        kept = self._kept.get((column, what))
        if kept is not None and row in kept.rows:
            return
        self.count += 1
        if kept is None and len(self._kept) < SHOWN:
            kept = self._kept[column, what] = _Repeated()
        if kept is not None:
            kept.add(row)

    def sentences(self) -> tuple[Sentence, ...]:
        """Return what was kept, and how many more there are."""
        told = tuple(self._sentence(column, what, kept) for (column, what), kept in self._kept.items())
        hidden = self.count - sum(kept.count for kept in self._kept.values())
        return (*told, say("... and {hidden} more", hidden=hidden)) if hidden else told

    def refuse(self) -> None:
        """Raise ``InputError`` with everything found, if anything was."""
        if self.count:
            sentences = self.sentences()
            listed = say("\n".join(f"  {sentence}" for sentence in sentences))
            many = say("1 problem") if self.count == 1 else say("{count} problems", count=self.count)
            told = say(
                "{source}: {many}; {untouched}\n{listed}",
                source=self._source,
                many=many,
                untouched=self._untouched,
                listed=listed,
            )
            raise InputError(told, sentences)

    def _sentence(self, column: str, what: Sentence, kept: _Repeated) -> Sentence:
        where = say(", column {column}", column=column) if column else ""
        return say("{source}{rows}{column}: {what}", source=self._source, rows=kept.place(), column=where, what=what)


def sentence_of(error: InputError) -> Sentence:
    """Return what a single problem says, ready to be translated."""
    what = error.problems[0]
    return what if isinstance(what, Sentence) else say("{what}", what=what)


def refusal(source: str, what: Sentence) -> InputError:
    """Return the error that refuses a file as a whole; ``source`` names it without the folders it lies in."""
    return InputError(say("{source}: {what}", source=source, what=what))
