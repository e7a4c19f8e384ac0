"""Everything that is wrong with an input, collected before anything is sent."""

from privcrm.errors import InputError

SHOWN = 20


class Problems:
    """Collects sentences: the first twenty are kept, all are counted, and a broken million-row file costs no memory."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._shown: list[str] = []
        self.count = 0

    def add(self, what: str, *, row: int | None = None, column: str = "") -> None:
        """Note one problem, which says its cure, with its place."""
        self.count += 1
        if self.count <= SHOWN:
            self._shown.append(f"{self._place(row, column)}: {what}")

    def sentences(self) -> tuple[str, ...]:
        """Return what was kept, and how many more there are."""
        hidden = self.count - len(self._shown)
        return (*self._shown, f"... and {hidden} more") if hidden else tuple(self._shown)

    def refuse(self) -> None:
        """Raise ``InputError`` with everything found, if anything was."""
        if self.count:
            many = "1 problem" if self.count == 1 else f"{self.count} problems"
            sentences = self.sentences()
            listed = "\n".join(f"  {sentence}" for sentence in sentences)
            raise InputError(f"{self._source}: {many}; nothing was sent\n{listed}", sentences)

    def _place(self, row: int | None, column: str) -> str:
        parts = [self._source]
        if row is not None:
            parts.append(f"row {row}")
        if column:
            parts.append(f"column {column}")
        return ", ".join(parts)
