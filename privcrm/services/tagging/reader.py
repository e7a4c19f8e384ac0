"""From what the caller hands over, a file or values, to a stream of rows."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from privcrm.services.files.problems import Problems
from privcrm.services.files.rows import rows_of
from privcrm.services.files.sentences import say
from privcrm.services.tagging.columns import Layout, knows
from privcrm.services.tagging.rows import Key, TagRow

Source = str | Path | Iterable[TagRow | Mapping[str, Any]]


def name_of(source: Source) -> str:
    """Return what messages call the source: a file's name, without the folders it lies in."""
    return Path(source).name if isinstance(source, str | Path) else "rows"


def read_rows(source: Source, key: Key, problems: Problems) -> Iterator[TagRow]:
    """Yield the rows of a list; what is wrong goes to ``problems`` and the reading goes on.

    Raises ``InputError`` for a file that is no table at all.
    """
    rows = (
        _of_file(Path(source), key, problems) if isinstance(source, str | Path) else _of_values(source, key, problems)
    )
    nothing = True
    for row in rows:
        nothing = False
        yield row
    if nothing and not problems.count:
        problems.add(say("has no rows below its header; add at least one"))


def _of_file(path: Path, key: Key, problems: Problems) -> Iterator[TagRow]:
    return rows_of(path, knows, lambda headers, row: Layout(headers, key, problems, row).row, problems)


def _of_values(rows: Iterable[TagRow | Mapping[str, Any]], key: Key, problems: Problems) -> Iterator[TagRow]:
    layouts: dict[tuple[str, ...], Layout] = {}  # of a million mappings nearly all have the same keys
    for position, given in enumerate(rows, 1):
        number, cells = _cells(given, key, position)
        headers = tuple(cells)
        if headers not in layouts:
            layouts[headers] = Layout(headers, key, problems, number)
        row = layouts[headers].row(number, tuple(cells.values()))
        if row is not None:
            yield row


def _cells(given: TagRow | Mapping[str, Any], key: Key, position: int) -> tuple[int, dict[str, object]]:
    """Return a value as a numbered line, so that it passes the checks of a file."""
    if isinstance(given, TagRow):
        values = {key.value: given.key, "staff_id": given.staff_id, "add": given.add, "remove": given.remove}
        return given.row, {header: _cell(value) for header, value in values.items()}
    number = given.get("row", position)
    return int(number), {header: _cell(value) for header, value in given.items() if header != "row"}


def _cell(value: object) -> object:
    return ";".join(map(str, value)) if isinstance(value, list | tuple) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
