"""Tags that were deleted, and who wore them: what it takes to bring one back."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database, Row, marks

__all__ = ["DeletedTag", "DeletedTags"]

ASKED_AT_ONCE: Final = 500
MOST_FOUND: Final = 1_000

_FOUND: Final = """
SELECT t.number, t.tag_id, t.name, COALESCE(g.name, ''), t.deleted_at FROM privcrm_tag t
LEFT JOIN privcrm_tag_group g ON g.company = t.company AND g.group_id = t.group_id
WHERE t.company = ? AND t.deleted_at > 0 AND (t.tag_id = ? OR t.name = ?) ORDER BY t.deleted_at DESC LIMIT ?
"""


@frozen
class DeletedTag:
    """A tag that is no more; ``deleted_at`` is when that was noticed (unix seconds)."""

    number: int
    tag_id: str
    name: str
    group: str
    deleted_at: float


class DeletedTags:
    """The deleted tags of a company. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def find(self, connection: Connection, text: str) -> list[DeletedTag]:
        """Return the deleted tags of this id or name, the last one deleted first."""
        rows = connection.all(_FOUND, self._company, text, text, MOST_FOUND)
        return [DeletedTag(*row) for row in rows]

    def among(self, connection: Connection, tag_ids: Sequence[str]) -> set[str]:
        """Return those of these ids that belong to deleted tags."""
        found = set[str]()
        for start in range(0, len(tag_ids), ASKED_AT_ONCE):
            some = tag_ids[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT tag_id FROM privcrm_tag WHERE company = ? AND deleted_at > 0 AND tag_id IN ({marks(some)})",
                self._company,
                *some,
            )
            found.update(tag_id for (tag_id,) in rows)
        return found

    def mark(self, connection: Connection, tag_ids: Sequence[str], at: float) -> None:
        """Note that tags are no more; who wears them by the mirror goes on doing so until it is read again."""
        connection.run_many(
            "UPDATE privcrm_tag SET deleted_at = ?, as_of = ? WHERE company = ? AND tag_id = ? AND deleted_at = 0",
            [(at, at, self._company, tag_id) for tag_id in tag_ids],
        )

    def remember(self, connection: Connection, worn: Sequence[Row]) -> None:
        """Keep those of these (company, member, staff, tag) rows whose tag was deleted: a listing takes them off."""
        tags = sorted({row[3] for row in worn})
        gone = set[int]()
        for start in range(0, len(tags), ASKED_AT_ONCE):
            some = tags[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT number FROM privcrm_tag WHERE company = ? AND deleted_at > 0 AND number IN ({marks(some)})",
                self._company,
                *some,
            )
            gone.update(number for (number,) in rows)
        connection.run_many(
            "INSERT INTO privcrm_deleted_tag_holder (company, member, staff, tag) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [row for row in worn if row[3] in gone],
        )
