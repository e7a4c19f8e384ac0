"""What became of facts that were handed in."""

from attrs import frozen

from privcrm.models.fact import FactType

__all__ = ["FactCounts", "FactImport"]


@frozen
class FactCounts:
    """How many facts were ``given``, and how many of them were news; the others were known, or older than what is."""

    given: int
    written: int


@frozen
class FactImport:
    """What a file holds, and what became of it. ``types`` are those of its columns, by the names of the facts."""

    rows: int
    types: dict[str, FactType]
    counts: FactCounts
    dry_run: bool = False
