"""What became of the codes of shops."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from attrs import field, frozen

__all__ = ["HEADERS", "ShopCodeOutcome", "ShopCodeState"]

HEADERS: Final = ("row", "code", "name", "region", "state", "message", "dropped")
"""The columns of ``ShopCodeOutcome.cells``."""


class ShopCodeState(StrEnum):
    """What a row did, or in a preview would do.

    ``missing``: there is such a code, and no row names it; it stays. ``orphaned``, ``waiting``, ``unknown``, ``failed``
    and ``kept`` are as ``CodeState`` has them.
    """

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    KEPT = "kept"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    FAILED = "failed"


@frozen
class ShopCodeOutcome:
    """What became of the code of one shop; ``row`` is the line of the file, 0 for none."""

    row: int
    key: str
    state: ShopCodeState
    name: str = ""
    region: str = ""
    message: str = ""
    dropped: Mapping[str, str] = field(factory=dict[str, str])

    @property
    def is_well(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.state not in (ShopCodeState.WAITING, ShopCodeState.UNKNOWN, ShopCodeState.FAILED)

    @property
    def cells(self) -> Sequence[str]:
        """The outcome as a row of a spreadsheet, under ``HEADERS``."""
        dropped = "; ".join(f"{staff_id}: {why}" for staff_id, why in self.dropped.items())
        row = str(self.row) if self.row else ""
        return (row, self.key, self.name, self.region, self.state.value, self.message, dropped)
