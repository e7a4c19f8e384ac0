"""Whose a tag is once another has taken its place: what rules put stays theirs, what people put stays people's."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from attrs import field, frozen

from privcrm.models import staff_key
from privcrm.store.database import Connection, Database, marks
from privcrm.store.mirror.numbers import Numbers

__all__ = ["Ownership", "Worn"]

AT_ONCE: Final = 500

_GIVE_UP: Final = """
UPDATE privcrm_tag_rule_hit SET state = 'already'
WHERE company = ? AND member = ? AND staff = ? AND tag_id = ? AND state = 'put'
"""


@frozen
class Worn:
    """A relation that wears several tags, by id, of which one will be left."""

    member_id: str = field(repr=False)
    staff_id: str
    tag_ids: frozenset[str]


class Ownership:
    """The hits of rules under ids that change, in short transactions.

    Each step may be done again after a kill: at worst a rule gives up what is its own, and the tag stays.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company
        self._numbers = Numbers(database)

    def give_up_shared(self, worn: Iterable[Worn]) -> None:
        """Let the one tag that is left be no rule's where somebody else put one of those that it stands for."""
        source = iter(worn)
        while some := list(islice(source, AT_ONCE)):
            with self._database.transaction() as connection:
                self._give_up(connection, some)

    def move(self, replaced: Iterable[str], tag_id: str) -> None:
        """Let what rules put under the old ids count as put under the new one."""
        for old in replaced:
            while self._move_some(old, tag_id):
                pass

    def _give_up(self, connection: Connection, some: Sequence[Worn]) -> None:
        members = self._numbers.members(connection, [each.member_id for each in some])
        staff = self._numbers.staff(connection, [each.staff_id for each in some])
        put = self._put(connection, sorted(members.values()))
        for each in some:
            pair = members.get(each.member_id, -1), staff.get(staff_key(each.staff_id), -1)
            ours = put.get(pair, set()) & each.tag_ids
            if not ours >= each.tag_ids:
                connection.run_many(_GIVE_UP, [(self._company, *pair, tag_id) for tag_id in sorted(ours)])

    def _put(self, connection: Connection, members: Sequence[int]) -> dict[tuple[int, int], set[str]]:
        """Return by relation which tags rules put there."""
        found: dict[tuple[int, int], set[str]] = {}
        for member, staff, tag_id in connection.all(
            "SELECT member, staff, tag_id FROM privcrm_tag_rule_hit"  # noqa: S608 - question marks
            f" WHERE company = ? AND state = 'put' AND member IN ({marks(members)})",
            self._company,
            *members,
        ):
            found.setdefault((member, staff), set()).add(tag_id)
        return found

    def _move_some(self, old: str, tag_id: str) -> int:
        with self._database.transaction() as connection:
            rows = connection.all(
                "SELECT rule, member, staff FROM privcrm_tag_rule_hit WHERE company = ? AND tag_id = ? LIMIT ?",
                *(self._company, old, AT_ONCE),
            )
            connection.run_many(
                "INSERT INTO privcrm_tag_rule_hit"
                " (company, rule, member, staff, tag_id, state, why, job_id, at, removed_at)"
                " SELECT company, rule, member, staff, ?, state, why, job_id, at, removed_at FROM privcrm_tag_rule_hit"
                " WHERE company = ? AND tag_id = ? AND rule = ? AND member = ? AND staff = ? ON CONFLICT DO NOTHING",
                [(tag_id, self._company, old, *row) for row in rows],
            )
            return connection.run_many(
                "DELETE FROM privcrm_tag_rule_hit"
                " WHERE company = ? AND tag_id = ? AND rule = ? AND member = ? AND staff = ?",
                [(self._company, old, *row) for row in rows],
            )
