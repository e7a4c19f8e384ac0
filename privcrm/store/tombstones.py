"""Who was erased: kept as keyed hashes, so that a synchronisation does not bring them back."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from privcrm.clock import Clock
from privcrm.store.audit import Audit
from privcrm.store.database import Connection, Database, marks
from privcrm.store.vault import Vault

__all__ = ["Tombstones", "reference_of"]

T = TypeVar("T")

ASKED_AT_ONCE: Final = 500
_REFERENCE: Final = "erased-"


def reference_of(tombstone: str) -> str:
    """Return what stands in a text where the id of an erased person stood."""
    return f"{_REFERENCE}{tombstone}"


class Tombstones:
    """The tombstones of a company. Every method works inside the transaction whose connection it is given.

    Who asks there whether somebody was erased may write until that transaction ends: setting a tombstone waits for it,
    so that what is deleted after it is all there is. (SQLite has but one writer anyway.)
    """

    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._company = database.company
        self._vault = vault
        self._audit = audit
        self._clock = clock

    def hash(self, member_id: str) -> str:
        """Return the reference under which an erased person may be spoken of."""
        return self._vault.hash("tombstone", member_id)

    def put(self, connection: Connection, member_id: str) -> str:
        """Set a tombstone, or renew the one that stands, and return its hash."""
        return self._put(connection, self.hash(member_id))

    def put_identity(self, connection: Connection, kind: str, value: str) -> None:
        """Set one for an identity (a kind and its keyed hash): see ``forgotten``."""
        self._put(connection, self._hash_of(kind, value))

    def is_erased(
        self, connection: Connection, member_ids: Iterable[str], *, added_at: float | None = None
    ) -> set[str]:
        """Return those of these members who were erased: nothing of them may be written.

        Whoever was added at ``added_at`` (unix seconds) is back, if that was after it. What stands for an erased
        person in a text is an erased person.
        """
        self._wait(connection, "_shared")
        wanted = list(member_ids)
        found = {each for each in wanted if each.startswith(_REFERENCE)}
        if self._are_none(connection):
            return found
        erased = self._among(connection, {self.hash(each): each for each in wanted})
        return found | {each for each, at in erased.items() if added_at is None or added_at <= at}

    def forgotten(self, connection: Connection, identities: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of these identities (kind, keyed hash) that belonged to an erased person and are nobody's now.

        Facts that hang on them would be kept of nobody.
        """
        self._wait(connection, "_shared")
        if self._are_none(connection):
            return set()
        erased = self._among(connection, {self._hash_of(*each): each for each in identities})
        return {each for each in erased if not self._is_anybodys(connection, *each)}

    def lift(self, connection: Connection, member_id: str, *, added_at: float, who: str = "event") -> bool:
        """Take a tombstone away because the person was added after it; return whether there was one. The audit tells.

        An add from before it, which a vendor may tell late or twice, lifts nothing.
        """
        self._wait(connection, "_shared")
        if self._are_none(connection):
            return False
        reference = self.hash(member_id)
        gone = connection.run(
            "DELETE FROM privcrm_tombstone WHERE company = ? AND hash = ? AND at < ?",
            *(self._company, reference, added_at),
        )
        if gone:
            self._audit.write(connection, who, "member.tombstone_lifted", tombstone=reference)
        return gone > 0

    def _put(self, connection: Connection, reference: str) -> str:
        self._wait(connection)
        connection.run(
            "INSERT INTO privcrm_tombstone (company, hash, at) VALUES (?, ?, ?)"
            " ON CONFLICT (company, hash) DO UPDATE SET at = excluded.at",
            self._company,
            reference,
            self._clock.time(),
        )
        return reference

    def _hash_of(self, kind: str, value: str) -> str:
        return self._vault.hash("tombstone", f"{kind}\0{value}")

    def _wait(self, connection: Connection, how: str = "") -> None:
        """Let those who ask and those who erase wait for each other's transactions."""
        if not connection.is_sqlite:
            lock = f"privcrm tombstones {self._company}"
            connection.one(f"SELECT pg_advisory_xact_lock{how}(hashtext(?))", lock)

    def _among(self, connection: Connection, hashes: Mapping[str, T]) -> dict[T, float]:
        """Return what has a tombstone, and since when."""
        wanted, found = list(hashes), dict[T, float]()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            rows = connection.all(
                f"SELECT hash, at FROM privcrm_tombstone WHERE company = ? AND hash IN ({marks(some)})",
                self._company,
                *some,
            )
            found.update({hashes[reference]: at for reference, at in rows})
        return found

    def _is_anybodys(self, connection: Connection, kind: str, value: str) -> bool:
        sql = "SELECT 1 FROM privcrm_identity WHERE company = ? AND kind = ? AND value = ? LIMIT 1"
        return connection.one(sql, self._company, kind, value) is not None

    def _are_none(self, connection: Connection) -> bool:
        """Spare the hashing where nobody was ever erased."""
        row = connection.one("SELECT 1 FROM privcrm_tombstone WHERE company = ? LIMIT 1", self._company)
        return row is None
