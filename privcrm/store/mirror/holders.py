"""Who wears a tag: relations that live, streamed in the order of members and employees."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from attrs import field, frozen

from privcrm.store.database import Connection, Database, Row, in_pages, marks
from privcrm.store.mirror.marks import Kind, Marks

__all__ = ["Holder", "Holders"]

PAGE: Final = 1_000
DROPPED_AT_ONCE: Final = 500

_WORN: Final = """
SELECT t.member, t.staff, t.tag, m.member_id, s.shown_id FROM privcrm_follow_tag t
JOIN privcrm_follow f ON f.company = t.company AND f.member = t.member AND f.staff = t.staff AND f.live = 1
JOIN privcrm_member m ON m.company = t.company AND m.number = t.member
JOIN privcrm_staff s ON s.company = t.company AND s.number = t.staff
WHERE t.company = ? AND t.tag IN ({tags}) AND (t.member, t.staff, t.tag) > (?, ?, ?)
ORDER BY t.member, t.staff, t.tag LIMIT ?
"""
_FORMER: Final = """
SELECT h.member, h.staff, m.member_id, s.shown_id, CASE WHEN t.tag IS NULL THEN 0 ELSE 1 END
FROM privcrm_deleted_tag_holder h
JOIN privcrm_follow f ON f.company = h.company AND f.member = h.member AND f.staff = h.staff AND f.live = 1
JOIN privcrm_member m ON m.company = h.company AND m.number = h.member
JOIN privcrm_staff s ON s.company = h.company AND s.number = h.staff
LEFT JOIN privcrm_follow_tag t ON t.company = h.company AND t.member = h.member AND t.staff = h.staff AND t.tag = ?
WHERE h.company = ? AND h.tag = ? AND (h.member, h.staff) > (?, ?) ORDER BY h.member, h.staff LIMIT ?
"""
_NO_TAG: Final = -1


@frozen
class Holder:
    """A living relation, and which of the tags asked about (by number) hang on it."""

    member_id: str = field(repr=False)
    staff_id: str
    tags: frozenset[int]


class Holders:
    """Answers from the mirror; memory stays flat whatever the number of relations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company
        self._marks = Marks(database)

    def of(self, tags: Sequence[int]) -> Iterator[Holder]:
        """Yield the relations that wear at least one of these tags."""
        rows = in_pages(
            self._database,
            _WORN.format(tags=marks(tags)),
            (self._company, *tags),
            (_NO_TAG, _NO_TAG, _NO_TAG),
            PAGE,
        )
        for _, group in groupby(rows, key=lambda row: row[:2]):
            worn = list(group)
            yield Holder(worn[0][3], worn[0][4], frozenset(row[2] for row in worn))

    def former(self, tag: int, other: int | None = None) -> Iterator[Holder]:
        """Yield the relations that wore a deleted tag until a listing took it off; ``tags`` tells of ``other``."""
        other = _NO_TAG if other is None else other
        rows = in_pages(self._database, _FORMER, (other, self._company, tag), (_NO_TAG, _NO_TAG), PAGE)
        for _, _, member_id, staff_id, wears in rows:
            yield Holder(member_id, staff_id, frozenset([other] if wears else []))

    def living(self) -> tuple[int, int]:
        """Return how many relations live, and at how many employees."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT COUNT(*), COUNT(DISTINCT staff) FROM privcrm_follow WHERE company = ? AND live = 1",
                self._company,
            )
        return (0, 0) if row is None else (row[0], row[1])

    def drop(self, tag: int) -> None:
        """Take a tag that is no more off every relation, and forget who wore it, in short transactions."""
        rows = in_pages(
            self._database,
            "SELECT member, staff FROM privcrm_follow_tag WHERE company = ? AND tag = ? AND (member, staff) > (?, ?)"
            " ORDER BY member, staff LIMIT ?",
            (self._company, tag),
            (_NO_TAG, _NO_TAG),
            DROPPED_AT_ONCE,
        )
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) >= DROPPED_AT_ONCE:
                self._drop(tag, batch)
                batch = []
        self._drop(tag, batch)
        self._forget(tag)

    def _drop(self, tag: int, pairs: Sequence[Row]) -> None:
        with self._database.transaction() as connection:
            connection.run_many(
                "DELETE FROM privcrm_follow_tag WHERE company = ? AND member = ? AND staff = ? AND tag = ?",
                [(self._company, *pair, tag) for pair in pairs],
            )
            self._marks.put(connection, [(Kind.TAG, str(tag), member) for member, _ in pairs])

    def _forget(self, tag: int) -> None:
        while True:
            with self._database.transaction() as connection:
                if not self._forget_some(connection, tag):
                    return

    def _forget_some(self, connection: Connection, tag: int) -> int:
        rows = connection.all(
            "SELECT member, staff FROM privcrm_deleted_tag_holder WHERE company = ? AND tag = ? LIMIT ?",
            *(self._company, tag, DROPPED_AT_ONCE),
        )
        return connection.run_many(
            "DELETE FROM privcrm_deleted_tag_holder WHERE company = ? AND tag = ? AND member = ? AND staff = ?",
            [(self._company, tag, *row) for row in rows],
        )
