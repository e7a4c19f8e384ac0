"""What became of every row, for programs and as a file."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import field, frozen

from privcrm.jobs import Item, OutcomeState
from privcrm.services.tagging.relation import Relation, TagTable

COLUMNS: Final = ("row", "member_id", "staff_id", "outcome", "reason", "code", "message", "added", "removed")
# A cell that begins with one of these is run as a formula by some spreadsheet; full-width forms count as well.
_FORMULA_LEADS: Final = "=+-@\t\r\n＝＋－＠"


@frozen
class RowOutcome:
    """What became of one row at one employee.

    ``member_id`` and ``staff_id`` are empty where the row found nobody; phones and unionids are not repeated, ``row``
    tells which it was. ``reason`` and ``code`` are for programs (``code`` may be the vendor's), ``message`` is for
    people. ``added`` and ``removed`` are full names of the tags that this row changed.
    """

    row: int
    member_id: str
    staff_id: str
    outcome: OutcomeState
    reason: str = ""
    code: int | str | None = None
    message: str = ""
    added: tuple[str, ...] = field(default=())
    removed: tuple[str, ...] = ()


def rows_of_item(item: Item, table: TagTable) -> Iterator[RowOutcome]:
    """Yield the outcome of each row that an item stands for."""
    relation = Relation.of_payload(item.payload)
    outcome = item.outcome
    done = outcome.state is OutcomeState.DONE
    for wish in relation.wishes:
        yield RowOutcome(
            wish.row,
            relation.member_id,
            relation.staff_id,
            outcome.state,
            outcome.reason,
            outcome.code,
            outcome.message,
            _names(wish.add, relation.add, table) if done else (),
            _names(wish.remove, relation.remove, table) if done else (),
        )


def cells_of(outcome: RowOutcome) -> tuple[str, ...]:
    """Return an outcome as the texts of a line of ``COLUMNS``."""
    return (
        str(outcome.row),
        outcome.member_id,
        outcome.staff_id,
        outcome.outcome.value,
        outcome.reason,
        "" if outcome.code is None else str(outcome.code),
        outcome.message,
        ";".join(outcome.added),
        ";".join(outcome.removed),
    )


def write_csv(lines: Iterable[Sequence[str]], path: Path) -> int:
    """Write the cells of outcomes as UTF-8 with a byte-order mark, no cell a formula; return the number of lines.

    A cell that a spreadsheet would run gets a single quote in front; one that begins with a quote gets a second, so
    that taking one quote off such a cell always gives back what it was.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for count, cells in enumerate(lines, 1):  # noqa: B007 - the number of the last line is what is returned
            writer.writerow(map(safe_cell, cells))
    return count


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith((*_FORMULA_LEADS, "'")) else text


def _names(wanted: tuple[int, ...], changed: tuple[int, ...], table: TagTable) -> tuple[str, ...]:
    return tuple(table.refs[number].title for number in wanted if number in changed)
