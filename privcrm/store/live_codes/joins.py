"""Who came into which group of a code and how, and how many came by it in each hour."""

import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database, Row, in_pages, marks

__all__ = ["Arrival", "Came", "Hour", "Inside", "Joins", "Unlisted"]

ASKED_AT_ONCE: Final = 200
PAGE: Final = 500

Hour = int
"""Hours since 1970 (UTC): a unix time divided by 3600."""

_ARRIVAL: Final = "m.number, k.user_id, k.joined_at, k.scene, k.state"
_PEOPLE: Final = (
    "privcrm_known_group_member k JOIN privcrm_member m ON m.company = k.company AND m.member_id = k.user_id"
    " WHERE k.company = ? AND k.group_id = ? AND k.is_staff = 0"
)
_IN_ORDER: Final = "ORDER BY +m.number"
"""With a plus, or SQLite goes through all members of the company for having them in order."""


class Came(StrEnum):
    """How somebody came into a group.

    ``by_code``; ``again``: by the code, though in another of its groups already; ``otherwise``; or ``before`` the group
    stood behind the code.
    """

    BY_CODE = "by_code"
    AGAIN = "again"
    OTHERWISE = "otherwise"
    BEFORE = "before"


@frozen
class Inside:
    """A group as the mirror knows it: ``people`` inside, staff included, as of ``as_of`` (unix seconds).

    ``versions`` are the last of its list of members, the newest at the end; what happened before ``current_to`` (the
    vendor's clock) is in it.
    """

    group_id: str
    owner_id: str
    name: str
    versions: Sequence[str]
    current_to: int
    as_of: float
    lives: bool
    people: int

    @property
    def version(self) -> str:
        """The newest version of the list, "" for none."""
        return self.versions[-1] if self.versions else ""


@frozen
class Arrival:
    """A member in a group, by number; ``scene`` and ``state`` are "" where the group was not read since they came."""

    member: int
    member_id: str
    joined_at: int
    scene: str
    state: str


@frozen
class Unlisted:
    """A living group that stands behind no code; ``has_state``: somebody came into it by a state of a code of ours."""

    group_id: str
    name: str
    owner_id: str
    has_state: bool = False


class Joins:
    """Arrivals in the groups of a company's codes. Methods with a connection work inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    # -- what the mirror knows

    def inside(self, connection: Connection, group_id: str, *, lock: bool = True) -> Inside | None:
        """Return a group as the mirror has it, or None; with ``lock`` nobody changes it until the transaction ends."""
        mine = (self._company, group_id)
        if lock:
            connection.run("UPDATE privcrm_known_group SET lives = lives WHERE company = ? AND group_id = ?", *mine)
        row = connection.one(
            "SELECT owner_id, name, versions, current_to, noted_at, lives, (SELECT count(*) FROM"
            " privcrm_known_group_member k WHERE k.company = g.company AND k.group_id = g.group_id)"
            " FROM privcrm_known_group g WHERE company = ? AND group_id = ?",
            *mine,
        )
        return None if row is None else _inside(group_id, row)

    def arrivals(self, connection: Connection, group_id: str, user_ids: Iterable[str]) -> Sequence[Arrival]:
        """Return those of these people who are members in a group now."""
        wanted, found = list(dict.fromkeys(user_ids)), list[Arrival]()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT {_ARRIVAL} FROM {_PEOPLE} AND k.user_id IN ({marks(some)}) {_IN_ORDER}",
                *(self._company, group_id, *some),
            )
            found += [Arrival(*row) for row in rows]
        return found

    def unnoted(self, connection: Connection, code: int, group_id: str) -> Sequence[Arrival]:
        """Return the members in a group of a code of whom no arrival is noted: a few hundred at most."""
        rows = connection.all(
            f"SELECT {_ARRIVAL} FROM {_PEOPLE} AND NOT EXISTS (SELECT 1 FROM privcrm_code_join j"
            " WHERE j.company = k.company AND j.code = ? AND j.group_id = k.group_id AND j.member = m.number)"
            f" {_IN_ORDER}",
            *(self._company, group_id, code),
        )
        return [Arrival(*row) for row in rows]

    def states_in(self, connection: Connection, group_id: str) -> Sequence[str]:
        """Return the channel states with which members came into a group, as far as it was read."""
        rows = connection.all(
            "SELECT DISTINCT state FROM privcrm_known_group_member"
            " WHERE company = ? AND group_id = ? AND is_staff = 0 AND state <> '' LIMIT ?",
            *(self._company, group_id, PAGE),
        )
        return [state for (state,) in rows]

    def may_be_new(self, connection: Connection, group_id: str, since: float) -> bool:
        """Tell whether a group may have been opened for a code that is there since then (unix seconds).

        Not one that is older, nor one with somebody inside of whom it is known how they came: what they came by tells
        whose group it is, and no name.
        """
        row = connection.one(
            "SELECT 1 FROM privcrm_known_group g WHERE g.company = ? AND g.group_id = ? AND g.created_at >= ?"
            " AND NOT EXISTS (SELECT 1 FROM privcrm_known_group_member k WHERE k.company = g.company"
            " AND k.group_id = g.group_id AND k.is_staff = 0 AND k.scene <> '')",
            *(self._company, group_id, int(since)),
        )
        return row is not None

    def unlisted(self) -> Generator[Unlisted]:
        """Yield the living groups that never stood behind a code, by id."""
        rows = in_pages(
            self._database,
            "SELECT g.group_id, g.name, g.owner_id, CASE WHEN EXISTS (SELECT 1 FROM privcrm_known_group_member k"
            " JOIN privcrm_code_state s ON s.company = k.company AND s.state = k.state WHERE k.company = g.company"
            " AND k.group_id = g.group_id AND k.state <> '') THEN 1 ELSE 0 END"
            " FROM privcrm_known_group g WHERE g.company = ? AND g.lives = 1"
            " AND g.group_id > ? AND NOT EXISTS (SELECT 1 FROM privcrm_code_group c WHERE c.company = g.company"
            " AND c.group_id = g.group_id) ORDER BY g.group_id LIMIT ?",
            (self._company,),
            ("",),
            PAGE,
        )
        return (Unlisted(group_id, name, owner_id, bool(has_state)) for group_id, name, owner_id, has_state in rows)

    def home_of(self, connection: Connection, code: int, member: int, besides: str) -> str | None:
        """Return the group of a code in which somebody is who came into another one, ``besides``; None if in none.

        Of several it is the one into which they came first.
        """
        row = connection.one(
            "SELECT j.group_id FROM privcrm_code_join j"
            " JOIN privcrm_member m ON m.company = j.company AND m.number = j.member"
            " JOIN privcrm_known_group_member k ON k.company = j.company AND k.group_id = j.group_id"
            " AND k.user_id = m.member_id"
            " JOIN privcrm_known_group g ON g.company = j.company AND g.group_id = j.group_id AND g.lives = 1"
            " WHERE j.company = ? AND j.code = ? AND j.member = ? AND j.group_id <> ?"
            " ORDER BY j.at, j.group_id LIMIT 1",
            *(self._company, code, member, besides),
        )
        return None if row is None else str(row[0])

    def group_with(self, connection: Connection, code: int, member_id: str) -> str | None:
        """Return the group of a code in which a member is, the first by place; None if in none."""
        row = connection.one(
            "SELECT c.group_id FROM privcrm_known_group_member k JOIN privcrm_code_group c"
            " ON c.company = k.company AND c.group_id = k.group_id AND c.code = ?"
            " WHERE k.company = ? AND k.user_id = ? AND k.is_staff = 0 ORDER BY c.place, c.group_id LIMIT 1",
            *(code, self._company, member_id),
        )
        return None if row is None else str(row[0])

    # -- what came of it

    def note(
        self, connection: Connection, code: int, group_id: str, arrivals: Mapping[int, int], came: Came
    ) -> Sequence[int]:
        """Note when (unix seconds) members, by number, came into a group; return those of whom that is news."""
        return [
            member
            for member, at in sorted(arrivals.items())
            if connection.run(
                "INSERT INTO privcrm_code_join (company, code, member, group_id, how, at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                *(self._company, code, member, group_id, came.value, at),
            )
        ]

    def count_hours(self, connection: Connection, code: int, hours: Mapping[Hour, int]) -> None:
        """Add arrivals to the hours in which they were."""
        connection.run_many(
            "INSERT INTO privcrm_code_hour (company, code, hour, joins) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (company, code, hour) DO UPDATE SET joins = privcrm_code_hour.joins + excluded.joins",
            [(self._company, code, hour, count) for hour, count in sorted(hours.items())],
        )

    def by_hour(self, connection: Connection, code: int, since: Hour) -> dict[Hour, int]:
        """Return how many came by a code in each hour since one; hours without anybody are left out."""
        rows = connection.all(
            "SELECT hour, joins FROM privcrm_code_hour WHERE company = ? AND code = ? AND hour >= ?"
            " ORDER BY hour DESC LIMIT ?",
            *(self._company, code, since, PAGE),
        )
        return {int(hour): int(joins) for hour, joins in reversed(rows)}

    def lately(self, connection: Connection, code: int, since: float) -> int:
        """Return how many came by a code since a time (unix seconds)."""
        row = connection.one(
            "SELECT count(*) FROM privcrm_code_join WHERE company = ? AND code = ? AND at >= ? AND how = 'by_code'",
            *(self._company, code, since),
        )
        return int(row[0]) if row else 0

    def latest(self, connection: Connection, code: int, most: int) -> Sequence[float]:
        """Return when the last ones came by a code (unix seconds), the newest first."""
        rows = connection.all(
            "SELECT at FROM privcrm_code_join WHERE company = ? AND code = ? AND how = 'by_code'"
            " ORDER BY at DESC LIMIT ?",
            *(self._company, code, most),
        )
        return [float(at) for (at,) in rows]


def _inside(group_id: str, row: Row) -> Inside:
    owner_id, name, versions, current_to, noted_at, lives, people = row
    return Inside(group_id, owner_id, name, json.loads(versions), current_to, noted_at, bool(lives), int(people))
