"""What a synchronisation did, counted; kept in the store, so that one that was resumed tells all of it."""

from collections.abc import Mapping
from typing import Self

from attrs import asdict, define, fields_dict

__all__ = ["Counts"]


@define
class Counts:
    """What was read and what became of it.

    ``listed`` relations: ``added``, ``changed`` and ``unchanged`` are written or not; ``retagged`` are those of the
    changed whose tags differ, ``revised`` those whose fields do. ``vanished`` are live in the mirror and no more at the
    vendor. ``erased`` persons stay away. ``without_id``, ``without_follow`` are entries of which nothing could be
    kept; ``unknown_staff`` relations are kept, their employee is in no list. ``restarted`` listings began anew,
    ``cut`` ones could not be read to their end: nothing is missing because of them.
    """

    listed: int = 0
    added: int = 0
    changed: int = 0
    retagged: int = 0
    revised: int = 0
    unchanged: int = 0
    vanished: int = 0
    erased: int = 0
    without_id: int = 0
    without_follow: int = 0
    unknown_staff: int = 0
    tags_changed: int = 0
    tags_deleted: int = 0
    staff_changed: int = 0
    staff_missing: int = 0
    renames_proposed: int = 0
    groups_listed: int = 0
    groups_changed: int = 0
    groups_gone: int = 0
    restarted: int = 0
    cut: int = 0
    calls: int = 0

    @classmethod
    def of(cls, values: Mapping[str, int]) -> Self:
        """Return counts that were kept, by another release perhaps."""
        return cls(**{name: value for name, value in values.items() if name in fields_dict(cls)})

    def values(self) -> dict[str, int]:
        """Return all of them by name."""
        return asdict(self)
