"""What a move would do, before anything is sent."""

from attrs import frozen

from privcrm.jobs import ItemDraft
from privcrm.services.tag_library.items import TARGET
from privcrm.services.tagging.relation import Relation

__all__ = ["MovePreview", "Tally"]


@frozen
class MovePreview:
    """The figures of a plan.

    ``holders`` relations wear what is replaced; ``changes`` of them need a call, the rest wear the target already.
    ``calls_reading`` were spent to find that out, ``calls_writing`` are still to come, and at most ``calls_verifying``
    to read back. At the limits in force all take ``seconds``, until ``finish_at`` (unix seconds). ``target`` and
    ``deletes`` are full names; ``creates`` says that the target is made.
    """

    target: str
    creates: bool
    deletes: tuple[str, ...]
    holders: int
    changes: int
    calls_reading: int
    calls_writing: int
    calls_verifying: int
    seconds: float
    finish_at: float


class Tally:
    """Counts the items of a plan as they pass by."""

    def __init__(self) -> None:
        self.holders = 0
        self.changes = 0

    def note(self, item: ItemDraft) -> ItemDraft:
        """Count one item and return it."""
        self.holders += 1
        self.changes += TARGET not in Relation.of_payload(item.payload).present
        return item
