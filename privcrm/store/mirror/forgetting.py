"""Forgetting relations that ended long ago."""

from collections.abc import Sequence
from typing import Final

from privcrm.store.database import Connection, Database, Row
from privcrm.store.mirror.marks import EVERYBODY, Kind, Marks
from privcrm.store.mirror.relations import Relations
from privcrm.store.purging import still_old
from privcrm.store.retention import Rule

__all__ = ["RelationRemover"]

_AS_OF: Final = """
UPDATE privcrm_member SET as_of = (SELECT MAX(f.as_of) FROM privcrm_follow f
WHERE f.company = privcrm_member.company AND f.member = privcrm_member.number)
WHERE company = ? AND number = ? AND as_of < (SELECT MAX(f.as_of) FROM privcrm_follow f
WHERE f.company = privcrm_member.company AND f.member = privcrm_member.number)
"""
_LEDGER: Final = """
DELETE FROM privcrm_known_follow WHERE company = ?
AND member_id = (SELECT m.member_id FROM privcrm_member m WHERE m.company = ? AND m.number = ?)
AND staff_id = (SELECT s.staff_id FROM privcrm_staff s WHERE s.company = ? AND s.number = ?)
"""


class RelationRemover:
    """Deletes relations with all that hangs on them; the member is known to have been seen until then."""

    def __init__(self, database: Database, rule: Rule) -> None:
        self._company = database.company
        self._rule = rule
        self._relations = Relations(database)
        self._marks = Marks(database)

    def chosen(self, connection: Connection, keys: Sequence[Row], before: float) -> Sequence[Row]:
        """Return all of them."""
        del connection, before
        return keys

    def remove(self, connection: Connection, keys: Sequence[Row], before: float) -> int:
        """Delete them by the numbers of member and employee."""
        self._relations.lock(connection)
        pairs = still_old(connection, self._company, self._rule, keys, before)
        company = self._company
        connection.run_many(_AS_OF, [(company, member) for member in dict.fromkeys(pair[0] for pair in pairs)])
        connection.run_many(_LEDGER, [(company, company, member, company, staff) for member, staff in pairs])
        for table in ("follow_tag", "tag_rule_hit", "follow"):
            connection.run_many(
                f"DELETE FROM privcrm_{table} WHERE company = ? AND member = ? AND staff = ?",
                [(company, *pair) for pair in pairs],
            )
        self._marks.put(connection, [(Kind.DELETED_STAFF, EVERYBODY, member) for member, _ in pairs])
        return len(pairs)
