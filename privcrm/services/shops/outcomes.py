"""What became of the rows of a list of shops."""

from enum import StrEnum

from attrs import frozen

__all__ = ["ShopImport", "ShopOutcome", "ShopState"]


class ShopState(StrEnum):
    """What a row did, or would do."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    """No row names the shop, and it was asked to remove such shops."""


@frozen
class ShopOutcome:
    """What became of one shop; ``row`` is the line of the file, 0 for a shop that no row names."""

    row: int
    code: str
    state: ShopState


@frozen
class ShopImport:
    """An import: an outcome for each row, in their order, then the shops that were removed."""

    outcomes: tuple[ShopOutcome, ...]

    def count(self, state: ShopState) -> int:
        """Return how many shops ended like this."""
        return sum(each.state is state for each in self.outcomes)
