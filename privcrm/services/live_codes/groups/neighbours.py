"""What group codes ask of the parts beside them: who opens the next group, who gates, who reads pictures."""

from collections.abc import Callable
from typing import Protocol

from privcrm.models.codes import GroupLiveCode
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.generations import Generation

__all__ = ["Committed", "NextGroups", "ReadsPicture"]

Committed = Callable[[Connection, int], int]
"""Returns how many people have committed themselves to a code, by its number."""
ReadsPicture = Callable[[bytes], str]
"""Returns the text in the picture of a code, "" where none can be read."""


class NextGroups(Protocol):
    """The one way in which a code comes by its next group: what ``Overflow`` is."""

    def next_group(self, row: CodeRow, code: GroupLiveCode, why: str) -> Generation:
        """Have the next group opened if the groups are full, and return what came of it."""
        ...

    def try_again(self, row: CodeRow, code: GroupLiveCode, why: str) -> Generation:
        """Go on with a generation that waits, now that something has changed."""
        ...

    def arrived(self, connection: Connection, row: CodeRow, group_id: str) -> Generation:
        """Say that the vendor opened a group, which is adopted."""
        ...

    def opens_at_vendor(self, connection: Connection, row: CodeRow, code: GroupLiveCode) -> bool:
        """Tell whether the vendor's code is to open groups by itself now."""
        ...
