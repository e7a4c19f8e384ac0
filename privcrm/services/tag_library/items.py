"""The items of a move: one for each relation, and the last one, which verifies and deletes."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from attrs import evolve

from privcrm.jobs import Item, ItemDraft, Outcome
from privcrm.models import Member, staff_key
from privcrm.services.tag_library.resolving import Swap
from privcrm.services.tagging.plan import NO_CHANGE
from privcrm.services.tagging.relation import Relation, TagTable, Wish
from privcrm.store.database import Database
from privcrm.store.mirror.holders import Holder, Holders
from privcrm.store.mirror.numbers import Numbers

__all__ = [
    "FINISH",
    "SWAPPED",
    "TARGET",
    "draft_of",
    "held_by_mirror",
    "held_by_vendor",
    "is_finish",
    "is_lacking",
    "lacking",
    "relation_of",
]

TARGET: Final = 0
"""The number of the target in the table of a move."""

FINISH: Final = ItemDraft("finish", {"finish": True})

SWAPPED: Final = "swapped"


def is_finish(item: Item) -> bool:
    """Tell whether this is the item that ends a move."""
    return "finish" in item.payload


def relation_of(item: Item) -> Relation:
    """Return the relation of an item, with the tag that made room on a full relation as one taken off."""
    relation = Relation.of_payload(item.payload)
    swapped = (item.outcome.before or {}).get(SWAPPED)
    if swapped is None:
        return relation
    return evolve(relation, wishes=tuple(evolve(wish, remove=(swapped,)) for wish in relation.wishes))


def draft_of(member_id: str, staff_id: str, present: Iterable[int]) -> ItemDraft:
    """Return the item that puts the target on a relation; ``present`` are the tags of the move that hang there."""
    relation = _wanting(member_id, staff_id, present)
    outcome = Outcome.skipped(NO_CHANGE) if TARGET in relation.present else None
    return ItemDraft(f"{member_id}/{staff_key(staff_id)}", relation.to_payload(), subject=member_id, outcome=outcome)


def held_by_vendor(members: Iterable[Member], table: TagTable) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield member, employee and tags of each listed relation that wears a source."""
    for member in members:
        for follow in member.follows:
            present = table.numbers_on(follow)
            if set(present) - {TARGET}:
                yield member.member_id, follow.staff_id, present


def is_lacking(present: Collection[int]) -> bool:
    """Tell whether a source hangs on a relation, and the target does not."""
    return TARGET not in present and bool(present)


def lacking(members: Iterable[Member], table: TagTable) -> Iterator[Relation]:
    """Yield the listed relations that wear a source and not the target, as an item would name them."""
    for member_id, staff_id, present in held_by_vendor(members, table):
        if is_lacking(present):
            yield _wanting(member_id, staff_id, present)


def held_by_mirror(database: Database, swap: Swap) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield member, employee and tags of each relation that wears, or wore, what is replaced."""
    numbers = _numbers(database, swap)
    target = numbers.get(TARGET)
    holders = Holders(database)
    if swap.restored is not None:
        worn = swap.restored.number
        yield from _told(holders.of([worn] if target is None else [worn, target]), {target: TARGET, worn: 1})
        yield from _told(holders.former(worn, target), {target: TARGET}, all_of_them=True)
    elif sources := [number for place, number in numbers.items() if place != TARGET]:
        asked = sources if target is None else [*sources, target]
        yield from _told(holders.of(asked), {number: place for place, number in numbers.items()})


def _wanting(member_id: str, staff_id: str, present: Iterable[int]) -> Relation:
    return Relation(member_id, staff_id, (Wish(0, staff_id, (TARGET,)),), tuple(sorted(present)))


def _told(
    holders: Iterable[Holder], places: "dict[int | None, int] | dict[int, int]", *, all_of_them: bool = False
) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    for holder in holders:
        present = {place for number, place in places.items() if number in holder.tags}
        if all_of_them or present - {TARGET}:
            yield holder.member_id, holder.staff_id, tuple(sorted(present))


def _numbers(database: Database, swap: Swap) -> dict[int, int]:
    """Return the mirror's numbers of the tags of a move, by their places in its table."""
    refs = swap.table.refs
    with database.connect() as connection:
        known = Numbers(database).tags(connection, [ref.tag_id for ref in refs if ref.tag_id])
    return {place: known[ref.tag_id] for place, ref in enumerate(refs) if ref.tag_id in known}
