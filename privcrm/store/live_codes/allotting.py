"""Groups on their way behind a code: which are in front, which are spare, and the taking of a spare one.

A spare group is taken by a conditional update, so that two who want one never get the same.
"""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from privcrm.models.codes import GroupCapacity
from privcrm.store.database import Connection, Database
from privcrm.store.live_codes.groups import RoomState

__all__ = ["Allotments", "FrontGroup"]

MOST_LOOKED_AT: Final = 5
"""Groups that a vendor's code holds, and so those that are asked about before another one is opened."""


@frozen
class FrontGroup:
    """A group that visitors are led to, and behind which of the code's vendor codes it stands.

    ``is_full``: nobody more was let in by scanning when that was counted last.
    """

    group_id: str
    part: int
    capacity: GroupCapacity
    is_full: bool = False


class Allotments:
    """The spare groups of a company's codes and those in front, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def in_front(self, connection: Connection, code: int, *, pictured_at: float | None = None) -> Sequence[FrontGroup]:
        """Return the newest groups that visitors may be led to; with a time only those with a picture valid then."""
        only, values = ("", ()) if pictured_at is None else (f" AND {_PICTURED}", (pictured_at,))
        rows = connection.all(
            "SELECT group_id, part, state, scan_cap, hard_cap, staff_seats FROM privcrm_code_group g"
            f" WHERE company = ? AND code = ? AND state NOT IN ('spare', 'retired'){only}"
            " ORDER BY place DESC, group_id LIMIT ?",
            *(self._company, code, *values, MOST_LOOKED_AT),
        )
        return [
            FrontGroup(group_id, part, GroupCapacity(*caps), is_full=RoomState(state).is_full)
            for group_id, part, state, *caps in rows
        ]

    def spare(self, connection: Connection, code: int, most: int, *, pictured_at: float | None = None) -> Sequence[str]:
        """Return the ids of spare groups that nobody has taken, in their order."""
        only, values = ("", ()) if pictured_at is None else (f" AND {_PICTURED}", (pictured_at,))
        rows = connection.all(
            "SELECT group_id FROM privcrm_code_group g WHERE company = ? AND code = ? AND state = 'spare'"
            f" AND part = 0{only} ORDER BY place, group_id LIMIT ?",
            *(self._company, code, *values, most),
        )
        return [group_id for (group_id,) in rows]

    def open(self, connection: Connection, code: int, group_id: str, now: float) -> bool:
        """Put a spare group in front; return whether it was still spare."""
        opened = connection.run(
            "UPDATE privcrm_code_group SET state = 'open', opened_at = ?"
            " WHERE company = ? AND code = ? AND group_id = ? AND state = 'spare' AND part = 0",
            *(now, self._company, code, group_id),
        )
        return opened > 0

    def reserve(self, connection: Connection, code: int, group_id: str, part: int) -> bool:
        """Set a spare group aside for a vendor's code that is being made; return whether it was still spare."""
        reserved = connection.run(
            "UPDATE privcrm_code_group SET part = ?"
            " WHERE company = ? AND code = ? AND group_id = ? AND state = 'spare' AND part = 0",
            *(part, self._company, code, group_id),
        )
        return reserved > 0

    def reserved(self, connection: Connection, code: int, part: int) -> Sequence[str]:
        """Return the groups set aside for a vendor's code."""
        rows = connection.all(
            "SELECT group_id FROM privcrm_code_group WHERE company = ? AND code = ? AND part = ? AND state = 'spare'"
            " ORDER BY place, group_id",
            *(self._company, code, part),
        )
        return [group_id for (group_id,) in rows]

    def open_reserved(self, connection: Connection, code: int, part: int, now: float) -> None:
        """Put the groups of a vendor's code in front, now that it is made."""
        connection.run(
            "UPDATE privcrm_code_group SET state = 'open', opened_at = ?"
            " WHERE company = ? AND code = ? AND part = ? AND state = 'spare'",
            *(now, self._company, code, part),
        )

    def free_reserved(self, connection: Connection, code: int, part: int) -> None:
        """Let the groups set aside for a vendor's code be spare again, since it was not made."""
        connection.run(
            "UPDATE privcrm_code_group SET part = 0 WHERE company = ? AND code = ? AND part = ? AND state = 'spare'",
            *(self._company, code, part),
        )


_PICTURED: Final = (
    "EXISTS (SELECT 1 FROM privcrm_code_group_image i WHERE i.company = g.company AND i.code = g.code"
    " AND i.group_id = g.group_id AND i.expires_at > ?)"
)
