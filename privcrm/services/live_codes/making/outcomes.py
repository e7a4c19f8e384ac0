"""What became of a live code that was to be made, changed or deleted."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

__all__ = ["CodeOutcome", "CodeState"]


class CodeState(StrEnum):
    """How a code stands after it was asked for.

    ``created``: it is at the vendor now. ``kept``: it is kept here, and has no code at the vendor yet, or needs none.
    ``unchanged``: it was there already, and as it is to be. ``changed``: what it is to be was changed. ``deleted``.
    ``orphaned``: it is deleted here, but the vendor did not delete its code. ``waiting``: its order stands still, see
    the job. ``unknown``: nobody can tell whether the vendor made it, until somebody resolves the job's item.
    ``failed``: it was refused.
    """

    CREATED = "created"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    DELETED = "deleted"
    ORPHANED = "orphaned"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    FAILED = "failed"


@frozen
class CodeOutcome:
    """What became of one code.

    ``number`` is ours (-1 for none); ``message`` says what is wrong and what to do. ``dropped`` are employees whom the
    vendor refused, with its words: the code was made without them, and they are tried again later. ``pictured`` tells
    whether its picture was archived.
    """

    key: str
    state: CodeState
    number: int = -1
    message: str = ""
    dropped: Mapping[str, str] = field(factory=dict[str, str])
    job_id: str = ""
    pictured: bool = False

    @property
    def is_well(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.state not in (CodeState.ORPHANED, CodeState.WAITING, CodeState.UNKNOWN, CodeState.FAILED)
