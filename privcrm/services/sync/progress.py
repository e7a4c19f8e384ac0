"""How far a synchronisation is."""

from collections.abc import Callable
from enum import StrEnum

from attrs import frozen

__all__ = ["Report", "SyncProgress", "SyncStage"]


class SyncStage(StrEnum):
    """What is being read; stages come in this order."""

    TAGS = "tags"
    STAFF = "staff"
    MEMBERS = "members"
    GROUPS = "groups"


@frozen
class SyncProgress:
    """``done`` tags, employees, relations or groups of a stage; ``total`` is None where it cannot be known."""

    stage: SyncStage
    done: int
    total: int | None = None


Report = Callable[[SyncProgress], None]
