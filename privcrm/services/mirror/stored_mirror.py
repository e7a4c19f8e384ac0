"""The mirror in the store."""

import json
from collections.abc import Collection, Generator, Iterable, Sequence
from typing import Protocol

from privcrm.clock import Clock, SystemClock
from privcrm.models import Group, GroupId, MemberId, OwnerState, StaffId, staff_key
from privcrm.services.mirror.mirror import KnownFollow, KnownGroup, Roster
from privcrm.store.database import Connection, Database, Row, in_pages, marks
from privcrm.store.mirror.marks import EVERYBODY, Kind, Marks
from privcrm.store.mirror.numbers import Numbers

__all__ = ["StoredMirror"]

PAGE = 1_000
ASKED_AT_ONCE = 200

_FOLLOW = "staff_id, member_id, since, noted_at, lives"
_GROUP = "group_id, owner_id, name, versions, current_to, noted_at, lives"
_GROUP_WITH_PEOPLE = f"g.{_GROUP.replace(', ', ', g.')}, m.user_id, m.is_staff"
_PUT_FOLLOW = """
INSERT INTO privcrm_known_follow (company, staff_id, member_id, since, noted_at, lives) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (company, staff_id, member_id)
DO UPDATE SET since = excluded.since, noted_at = excluded.noted_at, lives = excluded.lives
"""
_PUT_GROUP = """
INSERT INTO privcrm_known_group (company, group_id, owner_id, name, versions, current_to, noted_at, lives)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, group_id)
DO UPDATE SET owner_id = excluded.owner_id, name = excluded.name, versions = excluded.versions,
current_to = excluded.current_to, noted_at = excluded.noted_at, lives = excluded.lives
"""
_JOIN = """
INSERT INTO privcrm_known_group_member (company, group_id, user_id, is_staff) VALUES (?, ?, ?, ?)
ON CONFLICT (company, group_id, user_id) DO UPDATE SET is_staff = excluded.is_staff
"""


class Erased(Protocol):
    """Tells who was erased, as ``Tombstones.is_erased`` does."""

    def __call__(self, connection: Connection, member_ids: Iterable[str], *, added_at: float | None = None) -> set[str]:
        """Return those of these members who were erased, and not added after it."""
        ...


class StoredMirror:
    """A ``Mirror`` of a company in its store.

    Who comes into a group is known as a member from then on, and bitmaps of groups are marked. ``erased`` tells which
    of some members were erased: they are in no group for us.
    """

    def __init__(self, database: Database, clock: Clock | None = None, erased: Erased | None = None) -> None:
        self._database = database
        self._company = database.company
        self._clock = clock or SystemClock()
        self._erased = erased
        self._numbers = Numbers(database)
        self._marks = Marks(database)

    def staff(self) -> dict[str, int]:
        """Return how many members each employee had, who was ever listed to the end."""
        rows = in_pages(
            self._database,
            "SELECT staff_id, follows FROM privcrm_known_staff WHERE company = ? AND staff_id > ?"
            " ORDER BY staff_id LIMIT ?",
            (self._company,),
            ("",),
            PAGE,
        )
        return dict(rows)

    def follows(self, staff_id: str) -> Generator[KnownFollow]:
        """Yield the relations of an employee, ended ones that are still remembered among them."""
        rows = in_pages(
            self._database,
            f"SELECT member_id, {_FOLLOW} FROM privcrm_known_follow"
            " WHERE company = ? AND staff_id = ? AND member_id > ? ORDER BY member_id LIMIT ?",
            (self._company, staff_key(staff_id)),
            ("",),
            PAGE,
        )
        return (_follow(row[1:]) for row in rows)

    def groups(self) -> Generator[KnownGroup]:
        """Yield the groups that live."""
        rows = in_pages(
            self._database,
            f"SELECT {_GROUP} FROM privcrm_known_group WHERE company = ? AND lives = 1 AND group_id > ?"
            " ORDER BY group_id LIMIT ?",
            (self._company,),
            ("",),
            PAGE,
        )
        return (_group(row) for row in rows)

    def group_and_roster(self, group_id: str) -> tuple[KnownGroup, dict[str, bool]] | None:
        """Return a group, dismissed or not, and who is in it: one statement, so that both are of one moment."""
        with self._database.connect() as connection:
            rows = connection.all(
                f"SELECT {_GROUP_WITH_PEOPLE} FROM privcrm_known_group g LEFT JOIN privcrm_known_group_member m"
                " ON m.company = g.company AND m.group_id = g.group_id WHERE g.company = ? AND g.group_id = ?",
                self._company,
                group_id,
            )
        if not rows:
            return None
        roster = {user_id: bool(is_staff) for *_, user_id, is_staff in rows if user_id is not None}
        return _group(rows[0][:-2]), roster

    def erased(self, member_ids: Iterable[str]) -> set[str]:
        """Look for tombstones."""
        if self._erased is None:
            return set()
        with self._database.connect() as connection:
            return self._erased(connection, list(member_ids))

    def swept_at(self) -> float | None:
        """Return the time as of which everything was listed last; None if that never came to its end."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT at FROM privcrm_known_mark WHERE company = ? AND name = 'swept'", self._company
            )
        return None if row is None else row[0]

    # -- in a transaction

    def follow(self, connection: Connection, staff_id: str, member_id: str) -> KnownFollow | None:
        """Return a relation, ended or not."""
        where = "WHERE company = ? AND staff_id = ? AND member_id = ?"
        mine = (self._company, staff_key(staff_id), member_id)
        connection.run(f"UPDATE privcrm_known_follow SET lives = lives {where}", *mine)  # locks the row
        row = connection.one(f"SELECT {_FOLLOW} FROM privcrm_known_follow {where}", *mine)
        return None if row is None else _follow(row)

    def group(self, connection: Connection, group_id: str) -> KnownGroup | None:
        """Return a group, dismissed or not."""
        where, mine = "WHERE company = ? AND group_id = ?", (self._company, group_id)
        connection.run(f"UPDATE privcrm_known_group SET lives = lives {where}", *mine)  # locks the row
        row = connection.one(f"SELECT {_GROUP} FROM privcrm_known_group {where}", *mine)
        return None if row is None else _group(row)

    def roster(self, connection: Connection, group_id: str) -> dict[str, bool]:
        """Return who is in a group: a few hundred."""
        rows = connection.all(
            "SELECT user_id, is_staff FROM privcrm_known_group_member WHERE company = ? AND group_id = ?",
            self._company,
            group_id,
        )
        return {user_id: bool(is_staff) for user_id, is_staff in rows}

    def staff_among(self, connection: Connection, user_ids: Collection[str]) -> set[str]:
        """Return those of these ids that are known to be staff, in the form under which they are compared."""
        asked = sorted({staff_key(user_id) for user_id in user_ids})
        found: set[str] = set()
        for start in range(0, len(asked), ASKED_AT_ONCE):
            some = asked[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT staff_id FROM privcrm_known_staff WHERE company = ? AND staff_id IN ({marks(some)})"
                " UNION SELECT user_id FROM privcrm_known_group_member"
                f" WHERE company = ? AND user_id IN ({marks(some)}) AND is_staff = 1",
                *(self._company, *some),
                *(self._company, *some),
            )
            found.update(user_id for (user_id,) in rows)
        return found

    def put_follows(self, connection: Connection, follows: Sequence[KnownFollow]) -> None:
        """Write relations, in place of what is there; of who was erased only one that began after it."""
        erased = self._erased_among(connection, [each.member_id for each in follows])
        rows = [
            (self._company, staff_key(each.staff_id), each.member_id, each.since, each.noted_at, int(each.lives))
            for each in follows
            if each.member_id not in erased or self._is_back(connection, each)
        ]
        connection.run_many(_PUT_FOLLOW, rows)

    def put_staff(self, connection: Connection, staff_id: str, follows: int, forget_before: float) -> None:
        """Note that an employee was listed to the end; relations that ended and were noted before go."""
        mine = (self._company, staff_key(staff_id))
        connection.run(
            "INSERT INTO privcrm_known_staff (company, staff_id, follows) VALUES (?, ?, ?)"
            " ON CONFLICT (company, staff_id) DO UPDATE SET follows = excluded.follows",
            *mine,
            follows,
        )
        connection.run(
            "DELETE FROM privcrm_known_follow WHERE company = ? AND staff_id = ? AND lives = 0 AND noted_at < ?",
            *mine,
            forget_before,
        )

    def put_group(self, connection: Connection, group: KnownGroup) -> None:
        """Write a group, in place of what is there; its roster stays."""
        connection.run(
            _PUT_GROUP,
            self._company,
            group.group_id,
            group.owner_id,
            group.name,
            json.dumps(group.versions),
            group.current_to,
            group.noted_at,
            int(group.lives),
        )
        if not group.lives:
            self._mark(connection, group.group_id, self.roster(connection, group.group_id))

    def put_details(self, connection: Connection, group: Group, owner_state: OwnerState | None) -> None:
        """Write when a group was made and how its people came, as it was read; the owner's state only if told."""
        mine = (self._company, group.group_id)
        connection.run(
            "UPDATE privcrm_known_group SET created_at = ?, owner_state = COALESCE(?, owner_state)"
            " WHERE company = ? AND group_id = ?",
            *(group.created_at or 0, None if owner_state is None else str(owner_state), *mine),
        )
        rows = connection.all(
            "SELECT user_id, joined_at, scene, invited_by, state FROM privcrm_known_group_member"
            " WHERE company = ? AND group_id = ?",
            *mine,
        )
        kept = {user_id: tuple(details) for user_id, *details in rows}
        erased = self._erased_among(connection, sorted({each.invited_by for each in group.members} - {""}))
        told = {
            staff_key(each.user_id) if each.is_staff else each.user_id: (
                *(each.joined_at or 0, str(each.scene)),
                *("" if each.invited_by in erased else each.invited_by, each.state),
            )
            for each in group.members
        }
        connection.run_many(
            "UPDATE privcrm_known_group_member SET joined_at = ?, scene = ?, invited_by = ?, state = ?"
            " WHERE company = ? AND group_id = ? AND user_id = ?",
            [(*details, *mine, user_id) for user_id, details in told.items() if kept.get(user_id, details) != details],
        )

    def without_erased(self, connection: Connection, roster: Roster) -> Roster:
        """Leave out who has a tombstone."""
        people = [user_id for user_id, is_staff in roster.items() if not is_staff]
        erased = self._erased_among(connection, people)
        if not erased:
            return roster
        return {user_id: is_staff for user_id, is_staff in roster.items() if user_id not in erased}

    def put_roster(self, connection: Connection, group_id: str, roster: Roster) -> None:
        """Write who is in a group, in place of who was."""
        had = self.roster(connection, group_id)
        roster = self.without_erased(connection, roster)
        new = {user_id: is_staff for user_id, is_staff in roster.items() if had.get(user_id) is not is_staff}
        self.move(connection, group_id, new, had.keys() - roster.keys())

    def move(self, connection: Connection, group_id: str, joined: Roster, left: Collection[str]) -> None:
        """Let people come into a group and leave it."""
        mine = (self._company, group_id)
        joined = self.without_erased(connection, joined)
        connection.run_many(_JOIN, [(*mine, user_id, int(is_staff)) for user_id, is_staff in joined.items()])
        connection.run_many(
            "DELETE FROM privcrm_known_group_member WHERE company = ? AND group_id = ? AND user_id = ?",
            [(*mine, user_id) for user_id in left],
        )
        people = [user_id for user_id, is_staff in joined.items() if not is_staff]
        now = self._clock.time()
        self._numbers.met(connection, [*people, *left], now)
        self._numbers.ensure_members(connection, people, now)
        self._mark(connection, group_id, [*joined, *left])

    def _erased_among(self, connection: Connection, member_ids: Sequence[str]) -> set[str]:
        return self._erased(connection, member_ids) if self._erased and member_ids else set()

    def _is_back(self, connection: Connection, follow: KnownFollow) -> bool:
        if self._erased is None or not follow.lives:
            return False
        return not self._erased(connection, [follow.member_id], added_at=follow.since)

    def put_swept_at(self, connection: Connection, at: float) -> None:
        """Note that everything was listed as of then."""
        connection.run(
            "INSERT INTO privcrm_known_mark (company, name, at) VALUES (?, 'swept', ?)"
            " ON CONFLICT (company, name) DO UPDATE SET at = excluded.at",
            self._company,
            at,
        )

    def _mark(self, connection: Connection, group_id: str, people: Iterable[str]) -> None:
        """Have bitmaps of groups look again at those of these people who are members."""
        numbers = self._numbers.members(connection, people).values()
        self._marks.put(connection, [(Kind.GROUP, group_id, number) for number in numbers])
        self._marks.put(connection, [(Kind.ANY_GROUP, EVERYBODY, number) for number in numbers])


def _follow(row: Row) -> KnownFollow:
    staff_id, member_id, since, noted_at, lives = row
    return KnownFollow(StaffId(staff_id), MemberId(member_id), since, noted_at, bool(lives))


def _group(row: Row) -> KnownGroup:
    group_id, owner_id, name, versions, current_to, noted_at, lives = row
    return KnownGroup(GroupId(group_id), owner_id, name, tuple(json.loads(versions)), current_to, noted_at, bool(lives))
