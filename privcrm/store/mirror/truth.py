"""What bitmaps are made from: the rows of which each kind is true, read whole or for some members."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from typing import Any, Final

from attrs import frozen

from privcrm.store.database import Connection, Row, marks
from privcrm.store.mirror.marks import EVERYBODY, Kind, Mark

__all__ = ["SOURCES", "Members", "Source", "collected", "true_ones"]

ASKED_AT_ONCE: Final = 500
DELETED_BY_MEMBER: Final = "deleted_by_member"

Members = dict[Kind, "defaultdict[Any, array[int]]"]
"""For each kind, the members of each key."""


@frozen
class Source:
    """Rows from which bitmaps of some kinds are made in one pass.

    ``place`` are the columns by which they are read in order, the member's number first; ``collect`` gives each row's
    member to the keys that it is true of.
    """

    kinds: frozenset[Kind]
    sql: str
    place: tuple[str, ...]
    first: tuple[int | str, ...]
    collect: Callable[[Iterable[Row], Members], None]

    @property
    def pages(self) -> str:
        """The statement that reads a page of all rows: takes company, the last place, and the page's size."""
        place = ", ".join(self.place)
        return f"{self.sql} AND ({place}) > ({marks(self.place)}) ORDER BY {place} LIMIT ?"

    def of_members(self, connection: Connection, company: str, members: Sequence[int]) -> Iterable[Row]:
        """Return the rows of these members: a handful for each."""
        return chain.from_iterable(
            connection.all(f"{self.sql} AND {self.place[0]} IN ({marks(some)})", company, *some)
            for some in (members[start : start + ASKED_AT_ONCE] for start in range(0, len(members), ASKED_AT_ONCE))
        )


def collected(source: Source, rows: Iterable[Row]) -> Members:
    """Return the members of each key, by kind, that these rows tell of; a member may come twice."""
    members: Members = {kind: defaultdict(_numbers) for kind in source.kinds}
    source.collect(rows, members)
    return members


def true_ones(connection: Connection, company: str, marked: Collection[Mark]) -> set[Mark]:
    """Return those of these memberships that are true by the rows."""
    found: set[Mark] = set()
    for source in SOURCES:
        asked = sorted({member for kind, _, member in marked if kind in source.kinds})
        if asked:
            told = collected(source, source.of_members(connection, company, asked))
            found.update(
                (kind, str(key), member)
                for kind, keys in told.items()
                for key, members in keys.items()
                for member in members
            )
    return found.intersection(marked)


def _numbers() -> "array[int]":
    return array("I")


def _collect_follows(rows: Iterable[Row], to: Members) -> None:
    customers, deleted = to[Kind.CUSTOMER][EVERYBODY], to[Kind.DELETED_STAFF][EVERYBODY]
    of_staff, of_channel, of_day = to[Kind.STAFF], to[Kind.CHANNEL], to[Kind.DAY]
    for member, staff, state, day, live, ended_how in rows:
        if live:
            customers.append(member)
            of_staff[staff].append(member)
            of_day[day].append(member)
            if state:
                of_channel[state].append(member)
        elif ended_how == DELETED_BY_MEMBER:
            deleted.append(member)


def _collect_tags(rows: Iterable[Row], to: Members) -> None:
    of_tag = to[Kind.TAG]
    for member, _, tag in rows:
        of_tag[tag].append(member)


def _collect_groups(rows: Iterable[Row], to: Members) -> None:
    of_group, anybody = to[Kind.GROUP], to[Kind.ANY_GROUP][EVERYBODY]
    for member, group_id in rows:
        of_group[group_id].append(member)
        anybody.append(member)


SOURCES: Final = (
    Source(
        frozenset({Kind.CUSTOMER, Kind.STAFF, Kind.CHANNEL, Kind.DAY, Kind.DELETED_STAFF}),
        "SELECT member, staff, state, day, live, ended_how FROM privcrm_follow WHERE company = ?",
        ("member", "staff"),
        (-1, -1),
        _collect_follows,
    ),
    Source(
        frozenset({Kind.TAG}),
        "SELECT member, staff, tag FROM privcrm_follow_tag WHERE company = ?",
        ("member", "staff", "tag"),
        (-1, -1, -1),
        _collect_tags,
    ),
    Source(
        frozenset({Kind.GROUP, Kind.ANY_GROUP}),
        "SELECT m.number, g.group_id FROM privcrm_member m"
        " JOIN privcrm_known_group_member g ON g.company = m.company AND g.user_id = m.member_id AND g.is_staff = 0"
        " JOIN privcrm_known_group k ON k.company = g.company AND k.group_id = g.group_id AND k.lives = 1"
        " WHERE m.company = ?",
        ("m.number", "g.group_id"),
        (-1, ""),
        _collect_groups,
    ),
)
