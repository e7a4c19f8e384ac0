"""What is told of a code: alarms that stand until they are over, and decisions with their reasons."""

from collections.abc import Generator, Sequence
from typing import Final

from attrs import frozen

from privcrm.store.database import Connection, Database

__all__ = ["Alarm", "CodeNotes", "Decision"]

DECISIONS_KEPT: Final = 200


@frozen
class Alarm:
    """Something about a code that somebody has to look at; ``since`` is unix seconds."""

    code: int
    kind: str
    told: str
    since: float


@frozen
class Decision:
    """What was done with a code, and why (JSON); ``at`` is unix seconds."""

    at: float
    what: str
    why: str


class CodeNotes:
    """Alarms and decisions, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    def alarm(self, connection: Connection, code: int, kind: str, told: str, now: float) -> bool:
        """Raise an alarm, or say anew what it tells; return whether it is new."""
        held = connection.run(
            "UPDATE privcrm_code_alarm SET told = ? WHERE company = ? AND code = ? AND kind = ?",
            *(told, self._company, code, kind),
        )
        if held:
            return False
        made = connection.run(
            "INSERT INTO privcrm_code_alarm (company, code, kind, told, since) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            *(self._company, code, kind, told, now),
        )
        return made > 0

    def clear(self, connection: Connection, code: int, kind: str) -> bool:
        """End an alarm; return whether there was one."""
        ended = connection.run(
            "DELETE FROM privcrm_code_alarm WHERE company = ? AND code = ? AND kind = ?", self._company, code, kind
        )
        return ended > 0

    def clear_all(self, connection: Connection, code: int) -> int:
        """End every alarm of a code; return how many there were."""
        return connection.run("DELETE FROM privcrm_code_alarm WHERE company = ? AND code = ?", self._company, code)

    def alarms(self, connection: Connection, code: int | None = None) -> Sequence[Alarm]:
        """Return the alarms that stand, of a code or of all, the oldest first."""
        only, values = ("", ()) if code is None else (" AND code = ?", (code,))
        rows = connection.all(
            f"SELECT code, kind, told, since FROM privcrm_code_alarm WHERE company = ?{only}"
            " ORDER BY since, code, kind",
            *(self._company, *values),
        )
        return [Alarm(*row) for row in rows]

    def stands(self, connection: Connection, code: int, kind: str) -> bool:
        """Tell whether an alarm of a kind stands at a code."""
        row = connection.one(
            "SELECT 1 FROM privcrm_code_alarm WHERE company = ? AND code = ? AND kind = ?", self._company, code, kind
        )
        return row is not None

    def decided(self, connection: Connection, code: int, what: str, why: str, now: float) -> None:
        """Note a decision; of each code the last 200 are kept."""
        row = connection.one(
            "SELECT COALESCE(MAX(seq), 0) FROM privcrm_code_decision WHERE company = ? AND code = ?",
            *(self._company, code),
        )
        seq = (int(row[0]) if row else 0) + 1
        connection.run(
            "INSERT INTO privcrm_code_decision (company, code, seq, at, what, why) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            *(self._company, code, seq, now, what, why),
        )
        connection.run(
            "DELETE FROM privcrm_code_decision WHERE company = ? AND code = ? AND seq <= ?",
            *(self._company, code, seq - DECISIONS_KEPT),
        )

    def decisions(self, connection: Connection, code: int) -> Generator[Decision]:
        """Yield the decisions about a code, the newest first."""
        rows = connection.all(
            "SELECT at, what, why FROM privcrm_code_decision WHERE company = ? AND code = ? ORDER BY seq DESC LIMIT ?",
            *(self._company, code, DECISIONS_KEPT),
        )
        yield from (Decision(*row) for row in rows)
