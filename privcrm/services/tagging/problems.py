"""Everything that is wrong with an input, collected before anything is sent."""

from attrs import define, field

from privcrm.errors import InputError

SHOWN = 20


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
        hidden = self.count - len(self.rows)
        rows = ", ".join(map(str, self.rows)) + (f" and {hidden} more" if hidden else "")
        return f", {'row' if self.count == 1 else 'rows'} {rows}"


class Problems:
    """Collects what is wrong: the first twenty different things are kept, all are counted.

    So a tag misspelt in every row does not hide what else is wrong, and a broken million-row file costs no memory.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._kept: dict[tuple[str, str], _Repeated] = {}
        self.count = 0

    def add(self, what: str, *, row: int | None = None, column: str = "") -> None:
        """Note one problem, which says its cure, with its place."""
        self.count += 1
        kept = self._kept.get((column, what))
        if kept is None and len(self._kept) < SHOWN:
            kept = self._kept[column, what] = _Repeated()
        if kept is not None:
            kept.add(row)

    def sentences(self) -> tuple[str, ...]:
        """Return what was kept, and how many more there are."""
        told = tuple(
            f"{self._source}{kept.place()}{f', column {column}' if column else ''}: {what}"
            for (column, what), kept in self._kept.items()
        )
        hidden = self.count - sum(kept.count for kept in self._kept.values())
        return (*told, f"... and {hidden} more") if hidden else told

    def refuse(self) -> None:
        """Raise ``InputError`` with everything found, if anything was."""
        if self.count:
            many = "1 problem" if self.count == 1 else f"{self.count} problems"
            sentences = self.sentences()
            listed = "\n".join(f"  {sentence}" for sentence in sentences)
            raise InputError(f"{self._source}: {many}; nothing was sent\n{listed}", sentences)
