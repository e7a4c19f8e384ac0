"""A person as the store knows them: all their ids, numbers and identities."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen

from privcrm.services.members.redaction import Redaction
from privcrm.store import Connection
from privcrm.store.database import marks
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.mirror.persons import Persons
from privcrm.store.tombstones import Tombstones, reference_of

__all__ = ["Person", "all_in_one", "find_person"]

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


def find_person(connection: Connection, tombstones: Tombstones, company: str, numbers: Numbers, given: str) -> Person:
    """Return the person with this member id, all merged ids included; of somebody unknown only the id."""
    found = sorted(Persons(company).same(connection, numbers.members(connection, [given]).values()))
    person = all_in_one(connection, company, found)
    ids = sorted({given, *person.ids})
    return evolve(
        person,
        ids=tuple(ids),
        details=tuple(_details(connection, company, found)),
        tombstones={member_id: tombstones.hash(member_id) for member_id in ids},
    )


def all_in_one(connection: Connection, company: str, numbers: Sequence[int]) -> Person:
    """Return these members (some hundred at most), whoever they are, as one person without details and tombstones."""
    identities = Persons(company).identities(connection, numbers)
    ids = sorted(identities.pop("member_id", ()))
    all_of_them = [(kind, value) for kind, values in identities.items() for value in sorted(values)]
    shared = frozenset(_shared(connection, company, numbers))
    return Person(company, tuple(ids), tuple(numbers), tuple(all_of_them), shared, (), {})


def _shared(connection: Connection, company: str, numbers: Sequence[int]) -> list[tuple[str, str]]:
    """Return the identities of these members that belong to somebody else as well; some of them twice."""
    if not numbers:
        return []
    wanted = marks(numbers)
    rows = connection.all(
        f"SELECT i.kind, i.value FROM privcrm_identity i WHERE i.company = ? AND i.member IN ({wanted})"
        " AND EXISTS (SELECT 1 FROM privcrm_identity o WHERE o.company = i.company AND o.kind = i.kind"
        f" AND o.value = i.value AND o.member NOT IN ({wanted}))",
        *(company, *numbers, *numbers),
    )
    return [(kind, value) for kind, value in rows]


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
