"""The company's live codes, and to which of them a channel state belongs."""

from collections.abc import Generator, Iterable
from enum import StrEnum
from random import Random, SystemRandom
from typing import Final

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.codes.state import new_secret, state_of
from privcrm.store.database import Connection, Database, Row, in_pages

__all__ = ["CodeKind", "CodeLife", "CodeRow", "CodeRows"]

PAGE: Final = 500
_COLUMNS: Final = "number, key, kind, name, spec, life, created_at, created_by, changed_at, opened_at, next_due"


class CodeKind(StrEnum):
    """What a live code leads to."""

    STAFF = "staff"
    GROUP = "group"


class CodeLife(StrEnum):
    """Where a live code stands: kept only, at the vendor but not published (a draft), in use, or deleted."""

    WANTED = "wanted"
    DRAFT = "draft"
    OPEN = "open"
    DELETED = "deleted"


@frozen
class CodeRow:
    """A live code; ``spec`` is JSON, times are unix seconds. ``number`` is ours and stands in the states we make."""

    number: int
    key: str
    kind: CodeKind
    name: str
    spec: str
    life: CodeLife
    created_at: float
    created_by: str
    changed_at: float
    opened_at: float
    next_due: float


class CodeRows:
    """The live codes of a company. Methods with a connection work inside the caller's transaction.

    ``rng`` is what makes states hard to guess.
    """

    def __init__(self, database: Database, rng: Random | None = None) -> None:
        self._database = database
        self._company = database.company
        self._rng = rng or SystemRandom()

    def add(
        self, connection: Connection, key: str, kind: CodeKind, *, name: str, spec: str, now: float, who: str = ""
    ) -> CodeRow:
        """Keep a new code and return it; raises ``InputError`` for a key that is taken, also by a deleted one."""
        # The counter first: on PostgreSQL whoever adds the same key at the same time waits here, and then finds it.
        row = connection.one(
            "INSERT INTO privcrm_counter (company, name, value) VALUES (?, 'live_code', 1)"
            " ON CONFLICT (company, name) DO UPDATE SET value = privcrm_counter.value + 1 RETURNING value",
            self._company,
        )
        if self.get(connection, key) is not None:
            raise InputError(f"there is a live code {key!r} already: change it, or choose another key")
        number = int(row[0]) if row else 0
        connection.run(
            f"INSERT INTO privcrm_live_code (company, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
            *(self._company, number, key, kind.value, name, spec, CodeLife.WANTED.value, now, who, now),
        )
        return CodeRow(number, key, kind, name, spec, CodeLife.WANTED, now, who, now, 0.0, 0.0)

    def change(self, connection: Connection, number: int, *, name: str, spec: str, now: float) -> None:
        """Keep what a code is to be from now on."""
        connection.run(
            "UPDATE privcrm_live_code SET name = ?, spec = ?, changed_at = ? WHERE company = ? AND number = ?",
            *(name, spec, now, self._company, number),
        )

    def set_changed(self, connection: Connection, number: int, now: float) -> None:
        """Let a code count as changed now, whatever it is to be."""
        connection.run(
            "UPDATE privcrm_live_code SET changed_at = ? WHERE company = ? AND number = ?", now, self._company, number
        )

    def set_life(self, connection: Connection, number: int, life: CodeLife, now: float) -> None:
        """Keep where a code stands; the first time it is open is remembered."""
        connection.run(
            "UPDATE privcrm_live_code SET life = ?,"
            " opened_at = CASE WHEN ? = 'open' AND opened_at = 0 THEN ? ELSE opened_at END"
            " WHERE company = ? AND number = ?",
            *(life.value, life.value, now, self._company, number),
        )

    def set_due(self, connection: Connection, number: int, at: float) -> None:
        """Keep when a code is to be looked at next (unix seconds), 0 for never."""
        connection.run(
            "UPDATE privcrm_live_code SET next_due = ? WHERE company = ? AND number = ?", at, self._company, number
        )

    def get(self, connection: Connection, key: str) -> CodeRow | None:
        """Return a code by its key, or None."""
        return self._one(connection, "key = ?", key)

    def of_number(self, connection: Connection, number: int) -> CodeRow | None:
        """Return a code by its number, or None."""
        return self._one(connection, "number = ?", number)

    def known(self, connection: Connection, key: str) -> CodeRow:
        """Return a code by its key; raises ``InputError`` where none has it."""
        found = self.get(connection, key)
        if found is None:
            raise InputError(f"there is no live code {key!r}: see `privcrm live-code list`")
        return found

    def list(self, kind: CodeKind | None = None, *, after: int = -1) -> Generator[CodeRow]:
        """Yield the codes of a kind, or all, by number, from beyond one on; deleted ones too."""
        only, values = (" AND kind = ?", [kind.value]) if kind else ("", list[str]())
        rows = in_pages(
            self._database,
            f"SELECT {_COLUMNS} FROM privcrm_live_code WHERE company = ?{only} AND number > ? ORDER BY number LIMIT ?",
            (self._company, *values),
            (after,),
            PAGE,
        )
        return (_code(row) for row in rows)

    # -- states

    def claim_state(self, connection: Connection, number: int, part: int, state: str = "") -> str:
        """Say that a state belongs to a code, and return it; "" is that of its vendor's code, or has one made.

        A state keeps its code for ever, for members came by it. Raises ``InputError`` for one of another code.
        """
        state = state or self._kept_state(connection, number, part) or state_of(number, part, new_secret(self._rng))
        connection.run(
            "INSERT INTO privcrm_code_state (company, state, code, part) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            *(self._company, state, number, part),
        )
        owner = self.of_state(connection, state)
        if owner != (number, part):
            raise InputError("this state belongs to another live code already: a state tells by which code people came")
        return state

    def of_state(self, connection: Connection, state: str) -> tuple[int, int] | None:
        """Return number and part of the code to which a state belongs, or None: states are looked up, not parsed."""
        row = connection.one(
            "SELECT code, part FROM privcrm_code_state WHERE company = ? AND state = ?", self._company, state
        )
        return None if row is None else (int(row[0]), int(row[1]))

    def of_states(self, connection: Connection, states: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return number and part by state, for those of these that belong to a code."""
        found = {state: self.of_state(connection, state) for state in dict.fromkeys(states)}
        return {state: owner for state, owner in found.items() if owner is not None}

    def _kept_state(self, connection: Connection, number: int, part: int) -> str:
        row = connection.one(
            "SELECT state FROM privcrm_vendor_code WHERE company = ? AND code = ? AND part = ?",
            *(self._company, number, part),
        )
        return str(row[0]) if row else ""

    def _one(self, connection: Connection, where: str, value: str | int) -> CodeRow | None:
        row = connection.one(
            f"SELECT {_COLUMNS} FROM privcrm_live_code WHERE company = ? AND {where}", self._company, value
        )
        return None if row is None else _code(row)


def _code(row: Row) -> CodeRow:
    number, key, kind, name, spec, life, *rest = row
    return CodeRow(number, key, CodeKind(kind), name, spec, CodeLife(life), *rest)
