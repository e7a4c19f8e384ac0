"""From a list of shops to shops: everything is looked up and compared before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from attrs import evolve

from privcrm.errors import InputError
from privcrm.models import StaffId
from privcrm.models.shop import Shop
from privcrm.services.files.cells import identifier, listed
from privcrm.services.files.problems import NOTHING_WRITTEN, Problems, sentence_of
from privcrm.services.files.rows import rows_of
from privcrm.services.files.sentences import say
from privcrm.services.shops.columns import Column, Layout, ShopRow, knows
from privcrm.services.shops.people import People

__all__ = ["changed_shops", "read_rows"]

T = TypeVar("T", bound=str)


def read_rows(path: Path) -> tuple[list[ShopRow], Problems]:
    """Return the rows of a CSV or XLSX file and what is wrong with them; raises ``InputError`` for what is no list."""
    problems = Problems(path.name, NOTHING_WRITTEN)
    rows = list(rows_of(path, knows, lambda headers, row: Layout(headers, problems, row).row, problems))
    if not rows and not problems.count:
        problems.add(say("has no rows below its header; add at least one"))
    return rows, problems


def changed_shops(
    rows: Sequence[ShopRow], known: Mapping[str, Shop], people: People, problems: Problems
) -> list[tuple[ShopRow, Shop]]:
    """Return what the rows make of the shops that are known, or of new ones; what is unknown in them is noted.

    A column that the list lacks leaves what is known; an empty cell takes it away.
    """
    return [(row, _changed(row, known.get(row.code, Shop(row.code)), people, problems)) for row in rows]


def _changed(row: ShopRow, shop: Shop, people: People, problems: Problems) -> Shop:
    texts = row.texts

    def each(column: Column, look_up: Callable[[str], T]) -> tuple[T, ...]:
        return tuple(sorted(set(_looked_up(row, column, listed(texts[column]), look_up, problems))))

    shop = evolve(
        shop,
        name=texts.get(Column.NAME, shop.name),
        region=texts.get(Column.REGION, shop.region),
        attributes=_attributes(shop, row),
    )
    if Column.MANAGER in texts:
        managers = each(Column.MANAGER, lambda text: people.employee(identifier(text)))
        if len(managers) > 1:
            problems.add(say("names several employees; keep one"), row=row.row, column=Column.MANAGER)
        shop = evolve(shop, manager_id=managers[0] if managers else StaffId(""))
    if Column.DEPARTMENTS in texts:
        shop = evolve(shop, department_ids=each(Column.DEPARTMENTS, people.department))
    if Column.STAFF in texts:
        shop = evolve(shop, staff_ids=each(Column.STAFF, lambda text: people.employee(identifier(text))))
    return shop


def _attributes(shop: Shop, row: ShopRow) -> Mapping[str, str]:
    return {name: text for name, text in {**shop.attributes, **row.attributes}.items() if text}


def _looked_up(
    row: ShopRow, column: Column, texts: Sequence[str], look_up: Callable[[str], T], problems: Problems
) -> list[T]:
    found: list[T] = []
    for text in texts:
        try:
            found.append(look_up(text))
        except InputError as error:
            problems.add(sentence_of(error), row=row.row, column=column)
    return found
