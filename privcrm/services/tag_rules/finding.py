"""Whom the triggers of a rule mean, asked of the mirror."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from privcrm.errors import ConfigurationError
from privcrm.models.segments import Condition
from privcrm.models.tag_rule import (
    AddedBetween,
    ChannelIs,
    FactIs,
    HappenedAtLeast,
    JoinedGroup,
    Matches,
    StateContains,
    TagRule,
    Trigger,
)
from privcrm.services.tag_rules.hits import Pair
from privcrm.store.database import Connection, Database, Row, in_pages, marks
from privcrm.store.mirror.numbers import Numbers

__all__ = ["Finding", "SelectMembers"]

SelectMembers = Callable[[Condition], Iterable[str]]
"""Takes a segment's expression and returns the ids of its members."""

PAGE: Final = 1_000
ASKED_AT_ONCE: Final = 500
_DAY: Final = 86_400
_NOBODY: Final = (-1, -1)

_LIVE: Final = """
SELECT f.member, f.staff, f.created_at FROM privcrm_follow f WHERE f.company = ? AND f.live = 1{more}
AND (f.member, f.staff) > (?, ?) ORDER BY f.member, f.staff LIMIT ?
"""
_IN_GROUPS: Final = """
 AND f.member IN (SELECT m.number FROM privcrm_member m JOIN privcrm_known_group_member g
 ON g.company = m.company AND g.user_id = m.member_id AND g.is_staff = 0
 WHERE m.company = ? AND g.group_id IN ({groups}))
"""
_GROUPS: Final = {
    "group_id": "?",
    "tagged": "SELECT t.group_id FROM privcrm_group_tag t WHERE t.company = ? AND t.name = ?",
    "name_contains": (
        "SELECT k.group_id FROM privcrm_known_group k"
        " WHERE k.company = ? AND k.lives = 1 AND REPLACE(k.name, ?, '') <> k.name"
    ),
}
_OFTEN: Final = """
 AND f.member IN (SELECT e.member FROM privcrm_tag_rule_event e
 WHERE e.company = ? AND e.rule = ? AND e.at > ? GROUP BY e.member HAVING COUNT(*) >= ?)
"""


class Finding:
    """Answers from the mirror, streamed. ``select`` answers segments and facts; without it those are refused."""

    def __init__(self, database: Database, select: SelectMembers | None = None) -> None:
        self._database = database
        self._company = database.company
        self._select = select
        self._numbers = Numbers(database)

    def pairs(self, rule: TagRule, trigger: Trigger, now: float) -> Iterator[Pair]:
        """Yield the living relations that a trigger means now. Raises what ``select`` raises."""
        match trigger:
            case StateContains():
                return self._live(" AND REPLACE(f.state, ?, '') <> f.state", trigger.keyword)
            case ChannelIs():
                return self._live(" AND f.state = ?", trigger.state)
            case AddedBetween():
                return ((row[0], row[1]) for row in self._rows("") if trigger.holds(row[2]))
            case JoinedGroup():
                groups, params = self._groups(trigger)
                return self._live(_IN_GROUPS.format(groups=groups), self._company, *params)
            case HappenedAtLeast():
                since = now - trigger.days * _DAY
                return self._live(_OFTEN, self._company, rule.id, since, trigger.times)
            case FactIs() | Matches():
                return self._selected(trigger.condition)

    def followers(self, connection: Connection, members: Iterable[int]) -> list[Pair]:
        """Return the living relations of these members."""
        wanted, found = list(members), list[Pair]()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                "SELECT member, staff FROM privcrm_follow WHERE company = ? AND live = 1"  # noqa: S608 - question marks
                f" AND member IN ({marks(some)}) ORDER BY member, staff",
                self._company,
                *some,
            )
            found += [(member, staff) for member, staff in rows]
        return found

    def is_meant(self, connection: Connection, trigger: JoinedGroup, group_id: str) -> bool:
        """Tell whether a group is one of those that a trigger speaks of."""
        if trigger.group_id:
            return trigger.group_id == group_id
        groups, params = self._groups(trigger)
        row = connection.one(f"SELECT 1 FROM ({groups}) AS found WHERE group_id = ?", *params, group_id)  # noqa: S608 - constants
        return row is not None

    def _groups(self, trigger: JoinedGroup) -> tuple[str, tuple[str, ...]]:
        if trigger.group_id:
            return _GROUPS["group_id"], (trigger.group_id,)
        name = "tagged" if trigger.tagged else "name_contains"
        return _GROUPS[name], (self._company, trigger.tagged or trigger.name_contains)

    def _live(self, more: str, *params: object) -> Iterator[Pair]:
        return ((row[0], row[1]) for row in self._rows(more, *params))

    def _rows(self, more: str, *params: object) -> Iterator[Row]:
        return in_pages(self._database, _LIVE.format(more=more), (self._company, *params), _NOBODY, PAGE)

    def _selected(self, condition: Condition) -> Iterator[Pair]:
        if self._select is None:
            raise ConfigurationError("a rule about facts or a segment needs segments: run it through crm.tag_rules")
        source = iter(self._select(condition))
        while some := list(islice(source, ASKED_AT_ONCE)):
            with self._database.connect() as connection:
                pairs = self.followers(connection, self._numbers.members(connection, some).values())
            yield from pairs
