"""Who is who: by which ids a person is known, and which ids are one person."""

from collections.abc import Generator, Iterable
from random import Random
from typing import Final

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.ids import MemberId
from privcrm.models.phones import normalised
from privcrm.services.files.cells import plain
from privcrm.store import Connection, Store
from privcrm.store.database import in_pages, marks
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.persons import Persons
from privcrm.store.vault import HASHED_KINDS, Vault

__all__ = ["Duplicate", "Identities"]

PAGE: Final = 500
SOURCE: Final = "application"

_SHARED: Final = """
SELECT a.kind, a.value, a.member, b.member, m.member_id, n.member_id
FROM privcrm_identity a
JOIN privcrm_identity b ON b.company = a.company AND b.kind = a.kind AND b.value = a.value AND b.member > a.member
JOIN privcrm_member m ON m.company = a.company AND m.number = a.member
JOIN privcrm_member n ON n.company = b.company AND n.number = b.member
WHERE a.company = ? AND (a.kind, a.value, a.member, b.member) > (?, ?, ?, ?)
ORDER BY a.kind, a.value, a.member, b.member LIMIT ?
"""


@frozen
class Duplicate:
    """Two member ids that share an identity of this kind, and may be one person: for somebody to decide."""

    first: MemberId
    second: MemberId
    kind: str


class Identities:
    """The identities of a company's members."""

    def __init__(self, store: Store, vault: Vault, random: Random) -> None:
        self._store = store
        self._database = store.database
        self._company = store.company
        self._vault = vault
        self._random = random
        self._numbers = Numbers(store.database)
        self._persons = Persons(store.company)

    def resolve(self, **known: str | None) -> tuple[MemberId, ...]:
        """Return all ids of everybody who has each of these: kinds of identity and their values in the clear."""
        given = {kind: value for kind, value in known.items() if value}
        if not given:
            raise InputError(f"nothing to look for: give one of {', '.join(known)}")
        with self._database.connect() as connection:
            found: set[int] | None = None
            for kind, value in given.items():
                persons = self._persons.same(connection, self._having(connection, kind, value))
                found = persons if found is None else found & persons
            return self._ids(connection, found or ())

    def same(self, member_id: str) -> tuple[MemberId, ...]:
        """Return all ids of a person, this one first."""
        with self._database.connect() as connection:
            numbers = self._persons.same(connection, self._numbers.members(connection, [member_id]).values())
            ids = self._ids(connection, numbers)
        return tuple(sorted(ids, key=lambda each: (each != member_id, each)))

    def link(self, member_id: str, kind: str, value: str) -> None:
        """Let an identity belong to a member."""
        with self._database.transaction(durable=True) as connection:
            connection.run(
                "INSERT INTO privcrm_identity (company, kind, value, member, source, since) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (company, kind, value, member) DO NOTHING",
                *(self._company, kind, self._kept(kind, value), self._number(connection, member_id)),
                *(SOURCE, self._store.clock.time()),
            )

    def unlink(self, member_id: str, kind: str, value: str) -> bool:
        """Take an identity that was linked away again; return whether it was there."""
        with self._database.transaction(durable=True) as connection:
            gone = connection.run(
                "DELETE FROM privcrm_identity WHERE company = ? AND kind = ? AND value = ? AND member = ?",
                *(self._company, kind, self._kept(kind, value), self._number(connection, member_id)),
            )
        return gone > 0

    def merge(self, kept: str, absorbed: str, *, reason: str, who: str) -> str:
        """Let two ids be one person, and return the id by which that is taken back."""
        merge_id = f"m{self._random.getrandbits(64):016x}"
        with self._database.transaction(durable=True) as connection:
            first, second = self._number(connection, kept), self._number(connection, absorbed)
            if second in self._persons.same(connection, [first]):
                raise InputError("the two ids are one person already")
            connection.run(
                "INSERT INTO privcrm_person_merge (company, id, kept, absorbed, reason, who, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(self._company, merge_id, first, second, reason, who, self._store.clock.time()),
            )
            self._store.audit.write(connection, who, "member.merged", merge=merge_id)
        return merge_id

    def split(self, merge_id: str, *, who: str) -> None:
        """Take a merge back: everything is as if it had never been."""
        with self._database.transaction(durable=True) as connection:
            split = connection.run(
                "UPDATE privcrm_person_merge SET split_at = ?, split_by = ?"
                " WHERE company = ? AND id = ? AND split_at = 0",
                *(self._store.clock.time(), who, self._company, merge_id),
            )
            if not split:
                raise InputError(f"there is no merge {merge_id!r} that was not split yet")
            self._store.audit.write(connection, who, "member.split", merge=merge_id)

    def duplicates(self) -> Generator[Duplicate]:
        """Yield the pairs that share an identity and are not one person yet; once for each identity they share."""
        rows = in_pages(self._database, _SHARED, (self._company,), ("", "", -1, -1), PAGE)
        for kind, _value, first, second, first_id, second_id in rows:
            with self._database.connect() as connection:
                if second in self._persons.same(connection, [first]):
                    continue
            yield Duplicate(MemberId(first_id), MemberId(second_id), str(kind))

    def elsewhere(self, member_id: str) -> tuple[tuple[str, MemberId], ...]:
        """Return (company, member id) of the same person at companies of the same identity space."""
        with self._database.connect() as connection:
            numbers = self._persons.same(connection, self._numbers.members(connection, [member_id]).values())
            own = self._persons.identities(connection, numbers)
            found: set[tuple[str, MemberId]] = set()
            for company in self._vault.neighbours(connection):
                for kind in HASHED_KINDS:
                    found |= _having_there(connection, company, kind, own.get(kind, ()))
        return tuple(sorted(found))

    def _having(self, connection: Connection, kind: str, value: str) -> set[int]:
        if kind == "member_id":
            return set(self._numbers.members(connection, [value]).values())
        rows = connection.all(
            "SELECT member FROM privcrm_identity WHERE company = ? AND kind = ? AND value = ?",
            *(self._company, kind, self._kept(kind, value)),
        )
        return {row[0] for row in rows}

    def _kept(self, kind: str, value: str) -> str:
        """Return a value as the store keeps it."""
        if kind == "phone":
            phone = normalised(value)
            if phone is None:
                raise InputError("phone is no phone number; write it as 13800138000 or +85261234567")
            value = phone
        elif kind == "card_no":
            value = plain(value)
        return self._vault.hash(kind, value) if kind in HASHED_KINDS else value

    def _number(self, connection: Connection, member_id: str) -> int:
        number = self._numbers.members(connection, [member_id]).get(member_id)
        if number is None:
            raise InputError(f"the store knows no member {member_id!r}; run privcrm sync first")
        return number

    def _ids(self, connection: Connection, numbers: Iterable[int]) -> tuple[MemberId, ...]:
        wanted = sorted(numbers)
        ids: list[MemberId] = []
        for start in range(0, len(wanted), PAGE):
            some = wanted[start : start + PAGE]
            ids += [
                MemberId(member_id)
                for (member_id,) in connection.all(
                    f"SELECT member_id FROM privcrm_member WHERE company = ? AND number IN ({marks(some)})",
                    *(self._company, *some),
                )
            ]
        return tuple(sorted(ids))


def _having_there(connection: Connection, company: str, kind: str, values: Iterable[str]) -> set[tuple[str, MemberId]]:
    wanted = list(values)
    if not wanted:
        return set()
    rows = connection.all(
        "SELECT m.member_id FROM privcrm_identity i JOIN privcrm_member m ON m.company = i.company"
        f" AND m.number = i.member WHERE i.company = ? AND i.kind = ? AND i.value IN ({marks(wanted)})",
        *(company, kind, *wanted),
    )
    return {(company, MemberId(row[0])) for row in rows}
