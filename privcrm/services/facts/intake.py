"""A file of facts, read twice: to find everything wrong with it and the types of its columns, then to be written."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import field, frozen

from privcrm.models.fact import Fact, FactKey, FactType
from privcrm.services.facts.columns import FactRow, Layout, knows
from privcrm.services.files.problems import NOTHING_WRITTEN, Problems, refusal
from privcrm.services.files.rows import ReadRow, rows_of
from privcrm.services.files.sentences import say

__all__ = ["Checked", "check", "facts_of"]


@frozen
class Checked:
    """A file without mistakes, as it stood when it was read; ``made_at`` is unix seconds."""

    path: Path
    rows: int
    facts: int
    types: dict[str, FactType]
    made_at: float
    stamp: tuple[int, int] = field(repr=False)


def check(path: Path, key: FactKey) -> Checked:
    """Read a file to its end. Raises ``InputError`` with everything wrong in it."""
    problems = Problems(path.name, NOTHING_WRITTEN)
    layouts: list[Layout] = []

    def layout(headers: Sequence[object], row: int) -> ReadRow[FactRow]:
        layouts.append(Layout(headers, key, problems, row=row))
        return layouts[0].row

    rows = facts = 0
    for row in rows_of(path, knows, layout, problems):
        rows += 1
        facts += len(row.values)
    if not rows and not problems.count:
        problems.add(say("has no rows below its header; add at least one"))
    problems.refuse()
    return Checked(path, rows, facts, layouts[0].types, path.stat().st_mtime, _stamp(path))


def facts_of(checked: Checked, key: FactKey, source: str) -> Iterator[Fact]:
    """Yield the facts of a file that was checked. Raises ``InputError`` if it is another one by now.

    Where a row does not say as of when, it is the time at which the file was last changed, so that the same file
    always tells the same.
    """
    problems = Problems(checked.path.name, NOTHING_WRITTEN)

    def layout(headers: Sequence[object], row: int) -> ReadRow[FactRow]:
        return Layout(headers, key, problems, checked.types, row=row).row

    for row in rows_of(checked.path, knows, layout, problems):
        for name, value in row.values:
            at = checked.made_at if row.at is None else row.at
            yield Fact(name, value, key, row.of, row.source or source, at)
    if problems.count or _stamp(checked.path) != checked.stamp:
        raise refusal(checked.path.name, say("was changed while it was read; import it again"))


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
