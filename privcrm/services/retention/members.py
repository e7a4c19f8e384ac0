"""Forgetting members who were not seen for long."""

from collections.abc import Sequence
from typing import Final

from privcrm.services.members.holdings import ROWS
from privcrm.services.members.memberships import memberships
from privcrm.services.members.person import all_in_one
from privcrm.store import Connection, Database
from privcrm.store.database import Row
from privcrm.store.mirror.marks import Marks
from privcrm.store.mirror.persons import Persons
from privcrm.store.mirror.relations import Relations
from privcrm.store.purging import still_old
from privcrm.store.retention import Rule

__all__ = ["MemberRemover"]

# These are found by reading all rows of their tables, which takes too long here. The first two hold numbers, which are
# nobody's without the member, and have rules of their own; who invited others into a group is told by the vendor again
# as long as there is the group; files are told of and forgotten by erasures.
LEFT_OUT: Final = frozenset(
    {
        ("tag_rule_event", "member"),
        ("deleted_tag_holder", "member"),
        ("known_group_member", "invited_by"),
        ("file", "path"),
    }
)
_ROWS: Final = tuple(each for each in ROWS if (each.table, each.columns[0]) not in LEFT_OUT)


class MemberRemover:
    """Deletes members with all rows that are theirs, as an erasure does, but without a tombstone: they may come back.

    A person of several member ids goes when all of them are old.
    """

    def __init__(self, database: Database, rule: Rule) -> None:
        self._company = database.company
        self._rule = rule
        self._relations = Relations(database)
        self._persons = Persons(database.company)
        self._marks = Marks(database)

    def chosen(self, connection: Connection, keys: Sequence[Row], before: float) -> Sequence[Row]:
        """Leave out whose other ids are not old."""
        if not keys or not self._persons.any_merged(connection):
            return keys
        numbers = {number for (number,) in keys}
        others = sorted(self._persons.same(connection, numbers) - numbers)
        old = {number for (number,) in still_old(connection, self._company, self._rule, [(n,) for n in others], before)}
        stay = self._persons.same(connection, set(others) - old)
        return [key for key in keys if key[0] not in stay]

    def remove(self, connection: Connection, keys: Sequence[Row], before: float) -> int:
        """Delete them by their numbers."""
        self._relations.lock(connection)
        old = still_old(connection, self._company, self._rule, keys, before)
        numbers = [number for (number,) in self.chosen(connection, old, before)]
        if numbers:
            if self._marks.are_wanted(connection):
                self._marks.put(connection, memberships(connection, self._company, numbers))
            everybody = all_in_one(connection, self._company, numbers)
            for each in _ROWS:
                each.erase(connection, everybody)
        return len(numbers)
