"""What can be ordered of the tag library. Tags are named ``Tag``, ``Group/Tag``, or by id."""

from collections.abc import Iterable

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models.fields import ids_in

__all__ = ["Merge", "Move", "Order", "Restore"]


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(ids_in("Merge.sources", given))


@frozen
class Merge:
    """Everybody who wears one of ``sources`` wears ``target``; then the sources are deleted."""

    sources: tuple[str, ...] = field(converter=_names)
    target: str

    def __attrs_post_init__(self) -> None:
        if not self.sources:
            raise InputError("Merge takes at least one tag to merge, none was given")


@frozen
class Move:
    """``tag`` comes into ``group`` (a name or an id; a new name makes a group): a new tag takes its place."""

    tag: str
    group: str


@frozen
class Restore:
    """``tag``, deleted at the vendor, is made anew in its group and put on all who wore it and are still there."""

    tag: str


Order = Merge | Move | Restore
