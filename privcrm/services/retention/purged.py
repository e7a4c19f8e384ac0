"""What a purge did, and how far it is."""

from collections.abc import Callable, Mapping

from attrs import frozen

__all__ = ["Purged", "Report", "RetentionProgress"]


@frozen
class Purged:
    """How many rows went, or would go, by rule; what goes with them is not counted. ``dry_run``: nothing went."""

    rows: Mapping[str, int]
    dry_run: bool

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.rows.values())


@frozen
class RetentionProgress:
    """The rule that is being applied, and how many rows of it are done."""

    rule: str
    done: int


Report = Callable[[RetentionProgress], None]
