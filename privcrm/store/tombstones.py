"""Who was erased: kept as keyed hashes, so that a synchronisation does not bring them back."""

from collections.abc import Iterable
from typing import Final

from privcrm.clock import Clock
from privcrm.store.audit import Audit
from privcrm.store.database import Connection, Database, marks
from privcrm.store.vault import Vault

__all__ = ["Tombstones"]

ASKED_AT_ONCE: Final = 500


class Tombstones:
    """The tombstones of a company. Every method works inside the transaction whose connection it is given."""

    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._company = database.company
        self._vault = vault
        self._audit = audit
        self._clock = clock

    def hash(self, member_id: str) -> str:
        """Return the reference under which an erased person may be spoken of."""
        return self._vault.hash("tombstone", member_id)

    def put(self, connection: Connection, member_id: str) -> str:
        """Set a tombstone and return its hash; one that stands stays as it is."""
        reference = self.hash(member_id)
        connection.run(
            "INSERT INTO privcrm_tombstone (company, hash, at) VALUES (?, ?, ?) ON CONFLICT (company, hash) DO NOTHING",
            self._company,
            reference,
            self._clock.time(),
        )
        return reference

    def is_erased(self, connection: Connection, member_ids: Iterable[str]) -> set[str]:
        """Return those of these members who were erased: nothing of them may be written but a new add."""
        if self._are_none(connection):
            return set()
        hashes = {self.hash(member_id): member_id for member_id in member_ids}
        wanted, found = list(hashes), set[str]()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT hash FROM privcrm_tombstone WHERE company = ? AND hash IN ({marks(some)})",
                self._company,
                *some,
            )
            found.update(hashes[row[0]] for row in rows)
        return found

    def lift(self, connection: Connection, member_id: str, *, who: str = "event") -> bool:
        """Take a tombstone away, because the person was added anew; the audit tells. Return whether there was one."""
        if self._are_none(connection):
            return False
        reference = self.hash(member_id)
        gone = connection.run("DELETE FROM privcrm_tombstone WHERE company = ? AND hash = ?", self._company, reference)
        if gone:
            self._audit.write(connection, who, "member.tombstone_lifted", tombstone=reference)
        return gone > 0

    def _are_none(self, connection: Connection) -> bool:
        """Spare the hashing where nobody was ever erased."""
        row = connection.one("SELECT 1 FROM privcrm_tombstone WHERE company = ? LIMIT 1", self._company)
        return row is None
