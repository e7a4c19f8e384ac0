"""Pictures of groups' own codes, which people upload and vendors let expire."""

from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

from privcrm.store.database import Connection, Database

__all__ = ["GroupImage", "GroupImages"]

MOST_OF_A_TEXT: Final = 20


@frozen
class GroupImage:
    """A picture of a group's code; ``says`` is the text in it, "" where nobody decoded it. Times are unix seconds."""

    code: int
    group_id: str
    media_type: str
    content: bytes = field(repr=False)
    says: str = field(repr=False)
    uploaded_at: float
    expires_at: float

    def is_valid(self, now: float) -> bool:
        """Tell whether it still leads into the group at a time."""
        return now < self.expires_at


class GroupImages:
    """The pictures of the groups of a company, one for each group of a code, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def put(self, connection: Connection, image: GroupImage) -> None:
        """Keep a picture in place of the group's last one."""
        connection.run(
            "INSERT INTO privcrm_code_group_image"
            " (company, code, group_id, media_type, content, says, uploaded_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, code, group_id) DO UPDATE SET"
            " media_type = excluded.media_type, content = excluded.content, says = excluded.says,"
            " uploaded_at = excluded.uploaded_at, expires_at = excluded.expires_at",
            *(self._company, image.code, image.group_id, image.media_type, image.content, image.says),
            *(image.uploaded_at, image.expires_at),
        )

    def get(self, connection: Connection, code: int, group_id: str) -> GroupImage | None:
        """Return the picture of a group, expired or not, or None."""
        row = connection.one(
            "SELECT code, group_id, media_type, content, says, uploaded_at, expires_at FROM privcrm_code_group_image"
            " WHERE company = ? AND code = ? AND group_id = ?",
            *(self._company, code, group_id),
        )
        if row is None:
            return None
        code_number, group, media_type, content, *rest = row
        return GroupImage(code_number, group, media_type, bytes(content), *rest)

    def expiries(self, connection: Connection, code: int) -> dict[str, float]:
        """Return when the picture of each group of a code expires."""
        rows = connection.all(
            "SELECT i.group_id, i.expires_at FROM privcrm_code_group_image i JOIN privcrm_code_group g"
            " ON g.company = i.company AND g.code = i.code AND g.group_id = i.group_id AND g.state <> 'retired'"
            " WHERE i.company = ? AND i.code = ?",
            *(self._company, code),
        )
        return dict(rows)

    def saying(self, connection: Connection, code: int, says: str) -> Sequence[str]:
        """Return the groups of a code whose picture holds a text."""
        rows = connection.all(
            "SELECT group_id FROM privcrm_code_group_image WHERE company = ? AND code = ? AND says = ?"
            " ORDER BY group_id LIMIT ?",
            *(self._company, code, says, MOST_OF_A_TEXT),
        )
        return [group_id for (group_id,) in rows]
