"""Tables of which any row may speak of anybody, in its text."""

from collections.abc import Generator
from typing import Any, Final

from attrs import field, frozen

from privcrm.services.members.person import Person
from privcrm.store import Connection, Database
from privcrm.store.database import Row, marks

__all__ = ["Scan", "Texts"]

PAGE: Final = 200
ROUNDS: Final = 5


@frozen
class Scan:
    """Finds the rows of a table that name a person in one of the ``texts``; ``more`` come along.

    Where there is a ``subject``, a row about one person says so there and is found by it; the texts of others' rows are
    not read, only of those about nobody or several.
    """

    table: str
    key: tuple[str, ...]
    texts: tuple[str, ...]
    more: tuple[str, ...] = ()
    subject: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What stands in each row that is found: the key within the company, the texts, and what comes along."""
        return (*self.key, *self.texts, *self.more)

    def rows(self, connection: Connection, person: Person) -> Generator[Row]:
        """Yield the rows."""
        holds = "instr" if connection.is_sqlite else "strpos"
        redaction, first = person.redaction, len(self.key)
        any_of = " OR ".join(f"{holds}({name}, ?) > 0" for name in self.texts for _ in redaction.needles)
        params = redaction.needles * len(self.texts)
        if self.subject:
            any_of = f"{self.subject} IN ({marks(person.ids)}) OR ({self.subject} = '' AND ({any_of}))"
            params = (*person.ids, *params)
        sql = f"SELECT {', '.join(self.names)} FROM privcrm_{self.table} WHERE company = ? AND ({any_of})"
        for row in connection.stream(sql, person.company, *params):
            if redaction.is_in(row[first : first + len(self.texts)]):
                yield row


@frozen
class Texts:
    """Rows found by reading the ``texts`` of all; ``key`` is the primary key within the company.

    ``told`` are further columns of an export. ``subject`` is the column that says whom a row is about, ``ending`` what
    becomes of one that is about the person.
    """

    table: str
    key: tuple[str, ...]
    texts: tuple[str, ...]
    told: tuple[str, ...] = ()
    subject: str = field(default="", kw_only=True)
    ending: str = field(default="", kw_only=True)

    @property
    def columns(self) -> tuple[str, ...]:
        """The texts."""
        return self.texts

    def rows(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """Return the rows that name the person."""
        scan = Scan(self.table, self.key, self.texts, self.told, self.subject)
        return [dict(zip(scan.names, row, strict=True)) for row in scan.rows(connection, person)]

    def erase(self, database: Database, person: Person, now: float) -> int:
        """Take the person out of the texts, in short transactions; return how many rows were changed."""
        del now
        changed = 0
        for _ in range(ROUNDS):
            with database.connect() as connection:
                found = list(Scan(self.table, self.key, self.texts, subject=self.subject).rows(connection, person))
            done = 0
            for start in range(0, len(found), PAGE):
                with database.transaction() as connection:
                    done += sum(self._erase(connection, person, row) for row in found[start : start + PAGE])
            changed += done
            if done == len(found):
                break
        return changed

    def _erase(self, connection: Connection, person: Person, row: Row) -> int:
        key, texts = row[: len(self.key)], dict(zip(self.texts, row[len(self.key) :], strict=True))
        redaction, ending = person.redaction, ""
        named = {name: redaction.of(text).text for name, text in texts.items()}
        if texts.get(self.subject) in person.ids:
            ending = f", {self.ending}"
            named = {name: text for name, text in named.items() if f"{name} = " not in self.ending}
        changes = ", ".join(f"{name} = ?" for name in named)
        # As it was read, or not at all: what somebody else wrote meanwhile must not be lost.
        where = " AND ".join(f"{name} = ?" for name in (*self.key, *texts))
        return connection.run(
            f"UPDATE privcrm_{self.table} SET {changes}{ending} WHERE company = ? AND {where}",
            *(*named.values(), person.company, *key, *texts.values()),
        )
