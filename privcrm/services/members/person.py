"""A person as the store knows them: all their ids, numbers and identities."""

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from privcrm.services.members.redaction import Redaction
from privcrm.store import Connection
from privcrm.store.database import marks
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.persons import Persons
from privcrm.store.tombstones import Tombstones

__all__ = ["Person", "find_person", "reference_of"]

_TELLING: Final = 12
"""Characters of a text that stands by chance nowhere else; the application's own ids may be small numbers."""


@frozen
class Person:
    """One person. ``numbers`` are those of the members with ``ids``, of whom the store may know none.

    ``identities`` are (kind, value), hashed or not; those that belong to somebody else as well are ``shared``.
    ``details`` are texts kept of them, as they are stored. ``tombstones`` gives for each id the hash by which the
    person is spoken of once they are erased.
    """

    company: str
    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    identities: tuple[tuple[str, str], ...] = field(repr=False)
    shared: frozenset[tuple[str, str]] = field(repr=False)
    details: tuple[str, ...] = field(repr=False)
    tombstones: Mapping[str, str]

    @property
    def redaction(self) -> Redaction:
        """What takes the person out of texts."""
        return Redaction({member_id: reference_of(hashed) for member_id, hashed in self.tombstones.items()})

    @property
    def traces(self) -> tuple[bytes, ...]:
        """What must not be found in the raw file any more."""
        long = (*(each[1] for each in self.identities if each not in self.shared), *self.details)
        texts = (*self.ids, *(text for text in long if len(text) >= _TELLING))
        return tuple(text.encode() for text in dict.fromkeys(texts))


def reference_of(tombstone: str) -> str:
    """Return what stands in a text where the person's id stood."""
    return f"erased-{tombstone}"


def find_person(connection: Connection, tombstones: Tombstones, company: str, numbers: Numbers, given: str) -> Person:
    """Return the person with this member id, all merged ids included; of somebody unknown only the id."""
    persons = Persons(company)
    found = sorted(persons.same(connection, numbers.members(connection, [given]).values()))
    identities = persons.identities(connection, found)
    ids = sorted({given, *identities.pop("member_id", ())})
    all_of_them = [(kind, value) for kind, values in identities.items() for value in sorted(values)]
    return Person(
        company,
        tuple(ids),
        tuple(found),
        tuple(all_of_them),
        frozenset(each for each in all_of_them if _is_shared(connection, company, each, found)),
        tuple(_details(connection, company, found)),
        {member_id: tombstones.hash(member_id) for member_id in ids},
    )


def _is_shared(connection: Connection, company: str, identity: tuple[str, str], numbers: list[int]) -> bool:
    row = connection.one(
        "SELECT 1 FROM privcrm_identity WHERE company = ? AND kind = ? AND value = ?"
        f" AND member NOT IN ({marks(numbers)}) LIMIT 1",
        *(company, *identity, *numbers),
    )
    return row is not None


def _details(connection: Connection, company: str, numbers: list[int]) -> list[str]:
    if not numbers:
        return []
    wanted = marks(numbers)
    rows = connection.all(
        f"SELECT details FROM privcrm_member WHERE company = ? AND number IN ({wanted})"
        f" UNION SELECT details FROM privcrm_follow WHERE company = ? AND member IN ({wanted})",
        *(company, *numbers, company, *numbers),
    )
    return [row[0] for row in rows if row[0]]
