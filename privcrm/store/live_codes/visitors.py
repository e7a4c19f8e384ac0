"""Who met whom: which target a visitor was shown last, and who committed himself to a code that is still a draft.

A visitor is a text of the gateway's own making: a random mark, or the keyed hash of what the application calls him.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from privcrm.store.database import Connection, Database, Row, marks

__all__ = ["Visitors"]

_AT_ONCE: Final = 400


class Visitors:
    """Bindings and commitments of visitors, inside the caller's transaction. Times are unix seconds."""

    def __init__(self, database: Database) -> None:
        self._company = database.company

    # -- sticky bindings

    def bound(self, connection: Connection, code: int, visitor: str, now: float) -> str:
        """Return the target to which a visitor is bound, "" for none, or if it is over."""
        return self.bound_of(connection, code, (visitor,), now).get(visitor, "")

    def bound_of(self, connection: Connection, code: int, visitors: Sequence[str], now: float) -> dict[str, str]:
        """Return the targets of those of these visitors that are bound to one."""
        found: dict[str, str] = {}
        for start in range(0, len(visitors), _AT_ONCE):
            some = visitors[start : start + _AT_ONCE]
            found.update(
                connection.all(
                    "SELECT visitor, target FROM privcrm_code_visitor"
                    f" WHERE company = ? AND code = ? AND visitor IN ({marks(some)}) AND until > ?",
                    *(self._company, code, *some, now),
                )
            )
        return found

    def bind(self, connection: Connection, code: int, visitor: str, target: str, until: float) -> None:
        """Bind a visitor to a target until a moment, in place of what he was bound to."""
        self.bind_all(connection, code, ((visitor, target, until),))

    def bind_all(self, connection: Connection, code: int, bindings: Iterable[tuple[str, str, float]]) -> None:
        """Bind visitors, given with target and end."""
        rows: list[Row] = [(self._company, code, *binding) for binding in bindings]
        connection.run_many(
            "INSERT INTO privcrm_code_visitor (company, code, visitor, target, until) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (company, code, visitor) DO UPDATE SET target = excluded.target, until = excluded.until",
            rows,
        )

    # -- commitments to a code that waits for enough people

    def commit(self, connection: Connection, code: int, visitor: str, now: float) -> bool:
        """Keep that a visitor would come; return whether that had not been counted before."""
        made = connection.run(
            "INSERT INTO privcrm_code_commitment (company, code, visitor, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (company, code, visitor) DO UPDATE SET at = excluded.at WHERE privcrm_code_commitment.at < 0",
            *(self._company, code, visitor, now),
        )
        return made > 0

    def say(self, connection: Connection, code: int, visitor: str, now: float) -> bool:
        """Keep that a visitor would come without counting him yet; return whether he had not said so before."""
        made = connection.run(
            "INSERT INTO privcrm_code_commitment (company, code, visitor, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            *(
                self._company,
                code,
                visitor,
                -now,
            ),  # below 0, so that it is no time at all, and every purge finds it old
        )
        return made > 0

    def confirm(self, connection: Connection, code: int, visitor: str, now: float) -> bool:
        """Count a visitor who said before that he would come; return whether there was anything to count."""
        counted = connection.run(
            "UPDATE privcrm_code_commitment SET at = ? WHERE company = ? AND code = ? AND visitor = ? AND at < 0",
            *(now, self._company, code, visitor),
        )
        return counted > 0

    def forget_said(self, connection: Connection, code: int, before: float) -> None:
        """Forget those who said before a moment that they would come, and do not count yet."""
        connection.run(
            "DELETE FROM privcrm_code_commitment WHERE company = ? AND code = ? AND at < 0 AND at > ?",
            *(self._company, code, -before),
        )

    def has_committed(self, connection: Connection, code: int, visitor: str) -> bool:
        """Tell whether a visitor said that he would come, counted or not."""
        row = connection.one(
            "SELECT 1 FROM privcrm_code_commitment WHERE company = ? AND code = ? AND visitor = ?",
            *(self._company, code, visitor),
        )
        return row is not None

    def committed(self, connection: Connection, code: int) -> int:
        """Return how many visitors would come, each counted once."""
        row = connection.one(
            "SELECT count(*) FROM privcrm_code_commitment WHERE company = ? AND code = ? AND at >= 0",
            *(self._company, code),
        )
        return int(row[0]) if row else 0
