"""Changed ids of employees: told by an event, or proposed and decided by a person."""

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.models import staff_key
from privcrm.store.audit import Audit
from privcrm.store.database import Connection, Database
from privcrm.store.mirror.directory import Directory
from privcrm.store.mirror.proposals import Proposals, Rename
from privcrm.store.mirror.renaming import Renaming

__all__ = ["Renames"]


class Renames:
    """The renames of a company. An employee whose id vanished has not left by that."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._directory = Directory(database)
        self._proposals = Proposals(database)
        self._renaming = Renaming(database)

    def proposed(self) -> list[Rename]:
        """Return the renames that wait for a decision."""
        with self._database.connect() as connection:
            return self._proposals.proposed(connection)

    def confirm(self, old: str, new: str, who: str) -> None:
        """Let everything that names ``old`` name ``new``, in one transaction.

        Raises ``InputError`` if that is not proposed.
        """
        with self._database.transaction(durable=True) as connection:
            self._decide(connection, old, new, "confirmed", who)
            self._renaming.rename(connection, old, new, self._clock.time())

    def reject(self, old: str, new: str, who: str) -> None:
        """Note that these are two employees; it is not proposed again. Raises ``InputError`` if it is not proposed."""
        with self._database.transaction(durable=True) as connection:
            self._decide(connection, old, new, "rejected", who)

    def told(self, old: str, new: str) -> bool:
        """Rename as an event told; return False if nobody is known by the old id (any more)."""
        with self._database.transaction(durable=True) as connection:
            renamed = self._renaming.rename(connection, old, new, self._clock.time())
            if renamed:
                self._audit.write(connection, "event", "staff.renamed", old=old, new=new)
            return renamed

    def _decide(self, connection: Connection, old: str, new: str, state: str, who: str) -> None:
        rows = self._directory.get(connection, [old, new])
        pair = [rows[key].number for key in (staff_key(old), staff_key(new)) if key in rows]
        if len(set(pair)) != 2 or not self._proposals.decide(connection, pair[0], pair[1], state, who):  # noqa: PLR2004 - two
            raise InputError(
                f"no renaming of {old!r} to {new!r} is proposed: privcrm sync renames lists those that are"
            )
        self._audit.write(connection, who, f"staff.rename_{state}", old=old, new=new)
