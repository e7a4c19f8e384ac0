"""What segments answer."""

from attrs import frozen

__all__ = ["SavedSegment", "SegmentCount"]


@frozen
class SegmentCount:
    """How many members an expression selects, by data of which age.

    ``expression`` is shown with the names of today. ``oldest`` and ``newest`` are when the relations of an employee
    were last read (unix seconds); None if somebody's never were.
    """

    members: int
    expression: str
    oldest: float | None
    newest: float | None


@frozen
class SavedSegment:
    """A segment by name; ``expression`` is shown with the names of today.

    ``frozen`` says why it cannot be used until it is saved anew: what it speaks of was deleted. "" if it can.
    """

    name: str
    expression: str
    frozen: str
    created_at: float
    created_by: str
