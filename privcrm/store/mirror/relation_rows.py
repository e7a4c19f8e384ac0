"""The rows of relations: reading them, and changing single ones."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from privcrm.models.ids import staff_key
from privcrm.store.database import Connection, Database, Row, in_pages, marks
from privcrm.store.lookup import Wanted, rows_by_number
from privcrm.store.mirror.entries import day_of
from privcrm.store.mirror.fresh import Pair
from privcrm.store.mirror.kept import Kept, marks_of
from privcrm.store.mirror.marks import Kind, Marks
from privcrm.store.mirror.truth import DELETED_BY_MEMBER

__all__ = ["RelationRows"]

EXPECTED_A_PAGE: Final = 2_000

_KEPT: Final = "digest, live, created_at, add_way, state, operator_id, ended_at, ended_how, gone_at, as_of, begun_at"
_FOLLOWS_OF: Final = Wanted(f"member, staff, {_KEPT}", "follow", "member")
_TAGS_OF: Final = Wanted("member, staff, tag", "follow_tag", "member")
_ID_OF: Final = Wanted("number, member_id", "member", "number")


class RelationRows:
    """The rows of a company. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database) -> None:
        self._company = database.company
        self._marks = Marks(database)

    def lock(self, connection: Connection) -> None:
        """Let one writer at a time compare and write: SQLite has but one anyway."""
        if not connection.is_sqlite:
            connection.run("SELECT pg_advisory_xact_lock(hashtext(?))", f"privcrm relations {self._company}")

    def kept(self, connection: Connection, members: Iterable[int]) -> dict[Pair, Kept]:
        """Return what is kept of all relations of these members."""
        found: dict[Pair, Kept] = {}
        rows = rows_by_number(connection, _FOLLOWS_OF, self._company, members)
        for member, staff, *rest in rows:
            found[member, staff] = Kept(*rest)
        return found

    def locked(self, connection: Connection, pair: Pair) -> Kept | None:
        """Return what is kept of a relation, which stays so until the transaction ends."""
        self.change(connection, pair, "live = live")
        return self.kept(connection, [pair[0]]).get(pair)

    def tags(self, connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, set[int]]:
        """Return the tags on these relations."""
        wanted = set(pairs)
        found: dict[Pair, set[int]] = {}
        members = dict.fromkeys(member for member, _ in wanted)
        for member, staff, tag in rows_by_number(connection, _TAGS_OF, self._company, members):
            if (member, staff) in wanted:
                found.setdefault((member, staff), set()).add(tag)
        return found

    def pair(self, connection: Connection, staff_id: str, member_id: str) -> Pair | None:
        """Return the numbers of a member and an employee who are both known."""
        row = connection.one(
            "SELECT m.number, s.number FROM privcrm_member m JOIN privcrm_staff s ON s.company = m.company"
            " WHERE m.company = ? AND m.member_id = ? AND s.staff_id = ?",
            *(self._company, member_id, staff_key(staff_id)),
        )
        return None if row is None else (row[0], row[1])

    def pair_and_tags(
        self, connection: Connection, staff_id: str, member_id: str, tag_ids: Sequence[str]
    ) -> tuple[Pair | None, dict[str, int]]:
        """Return the same, and the numbers of those of these tags that are known: all by one statement."""
        rows = connection.all(
            "SELECT m.number, s.number, t.tag_id, t.number FROM privcrm_member m"
            " JOIN privcrm_staff s ON s.company = m.company AND s.staff_id = ?"
            f" LEFT JOIN privcrm_tag t ON t.company = m.company AND t.tag_id IN ({marks(tag_ids) or 'NULL'})"
            " WHERE m.company = ? AND m.member_id = ?",
            *(staff_key(staff_id), *tag_ids, self._company, member_id),
        )
        pair = (rows[0][0], rows[0][1]) if rows else None
        return pair, {tag_id: number for *_, tag_id, number in rows if tag_id is not None}

    def staff_with_live(self, connection: Connection) -> set[int]:
        """Return the numbers of the employees who have a live relation."""
        found = connection.all(
            "SELECT s.number FROM privcrm_staff s WHERE s.company = ? AND EXISTS"
            " (SELECT 1 FROM privcrm_follow f WHERE f.company = s.company AND f.staff = s.number AND f.live = 1)",
            self._company,
        )
        return {number for (number,) in found}

    def expected_of(self, database: Database, staff: int) -> Iterator[int]:
        """Yield the numbers of the members in an employee's list, page by page: also who deleted the employee."""
        rows = in_pages(
            database,
            "SELECT member FROM privcrm_follow WHERE company = ? AND staff = ? AND gone_at = 0"
            f" AND (live = 1 OR ended_how = '{DELETED_BY_MEMBER}') AND member > ? ORDER BY member LIMIT ?",
            (self._company, staff),
            (-1,),
            EXPECTED_A_PAGE,
        )
        return (member for (member,) in rows)

    def member_ids(self, connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
        """Return the ids of members by their numbers."""
        return dict(rows_by_number(connection, _ID_OF, self._company, numbers))

    def insert_bare(self, connection: Connection, pair: Pair, now: float) -> None:
        """Write a relation of which nothing is known yet."""
        connection.run(
            "INSERT INTO privcrm_follow (company, member, staff, state, as_of) VALUES (?, ?, ?, '', ?)",
            self._company,
            *pair,
            now,
        )

    def change(self, connection: Connection, pair: Pair, what: str, *values: object) -> None:
        """Change columns of a relation: ``what`` is of our own making, ``values`` are bound."""
        connection.run(
            f"UPDATE privcrm_follow SET {what} WHERE company = ? AND member = ? AND staff = ?",
            *values,
            self._company,
            *pair,
        )

    def touch(self, connection: Connection, pair: Pair, now: float) -> bool:
        """Let the next listing write a relation whatever it says; return whether it lives, else nothing is done."""
        touched = connection.run(
            "UPDATE privcrm_follow SET digest = '', as_of = CASE WHEN ? > 0 THEN ? ELSE as_of END"
            " WHERE company = ? AND member = ? AND staff = ? AND live = 1",
            *(now, now, self._company, *pair),
        )
        return touched > 0

    def take_off(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Take tags off: rows of (company, member, employee, tag)."""
        connection.run_many(
            "DELETE FROM privcrm_follow_tag WHERE company = ? AND member = ? AND staff = ? AND tag = ?", rows
        )

    def stop(self, connection: Connection, pairs: Sequence[Pair]) -> None:
        """Move the tags of relations that are about to end into their memory, and mark what they were counted in."""
        held = self.tags(connection, pairs)
        kept = self.kept(connection, {member for member, _ in pairs})
        connection.run_many(
            "UPDATE privcrm_follow SET last_tags = ? WHERE company = ? AND member = ? AND staff = ?",
            [(json.dumps(sorted(tags)), self._company, *pair) for pair, tags in held.items()],
        )
        self.take_off(connection, [(self._company, *pair, tag) for pair, tags in held.items() for tag in tags])
        found = [(pair, kept[pair]) for pair in pairs if pair in kept]
        gone = [mark for pair, each in found for mark in marks_of(pair, day_of(each.created_at), each.state)]
        self._marks.put(
            connection, [*gone, *((Kind.TAG, str(tag), pair[0]) for pair, tags in held.items() for tag in tags)]
        )
