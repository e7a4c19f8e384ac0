"""The groups that visitors may be sent to at this moment: few, however many stand full behind a code."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database

__all__ = ["OpenRoom", "OpenRooms"]

# Word for word the condition of the index.
_OPEN: Final = "g.state IN ('open', 'soft_full')"


@frozen
class OpenRoom:
    """A group with room: how many are inside, and from how many on nobody comes in by scanning."""

    group_id: str
    part: int
    seats: int
    scan_cap: int


class OpenRooms:
    """Finds them, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def of_code(self, connection: Connection, code: int, *, pictured_at: float | None = None) -> Sequence[OpenRoom]:
        """Return the groups of a code with room, in their order; with a time only those with a picture valid then."""
        join, values = ("", ()) if pictured_at is None else (_PICTURED, (pictured_at,))
        rows = connection.all(
            f"SELECT g.group_id, g.part, g.seats, g.scan_cap FROM privcrm_code_group g{join}"
            f" WHERE g.company = ? AND g.code = ? AND {_OPEN} ORDER BY g.place, g.group_id",
            *(*values, self._company, code),
        )
        return [OpenRoom(*row) for row in rows]

    def any(self, connection: Connection, code: int) -> bool:
        """Tell whether any group of a code has room."""
        row = connection.one(
            f"SELECT 1 FROM privcrm_code_group g WHERE g.company = ? AND g.code = ? AND {_OPEN} LIMIT 1",
            *(self._company, code),
        )
        return row is not None

    def full_since(self, connection: Connection, code: int) -> float | None:
        """Return since when the newest group of a code is full (unix seconds); None where none ever was."""
        row = connection.one(
            "SELECT g.full_at FROM privcrm_code_group g WHERE g.company = ? AND g.code = ? AND g.state <> 'retired'"
            " AND g.state IN ('scan_full', 'hard_full') ORDER BY g.place DESC LIMIT 1",
            *(self._company, code),
        )
        return None if row is None else float(row[0])


_PICTURED: Final = (
    " JOIN privcrm_code_group_image i ON i.company = g.company AND i.code = g.code AND i.group_id = g.group_id"
    " AND i.expires_at > ?"
)
