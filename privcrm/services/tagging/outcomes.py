"""What became of every row."""

from collections.abc import Iterator
from typing import Final

from attrs import field, frozen

from privcrm.jobs import Item, OutcomeState
from privcrm.services.tagging.relation import Relation, TagTable

COLUMNS: Final = ("row", "member_id", "staff_id", "outcome", "reason", "code", "message", "added", "removed")


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


def _names(wanted: tuple[int, ...], changed: tuple[int, ...], table: TagTable) -> tuple[str, ...]:
    return tuple(table.refs[number].title for number in wanted if number in changed)
