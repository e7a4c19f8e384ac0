"""Calls counted in fixed windows, for all processes of a company together."""

from privcrm.store.database import Database

__all__ = ["StoredQuotas"]

_SPEND = """
INSERT INTO privcrm_quota AS q (company, key, window_start, spent) VALUES (?, ?, ?, ?)
ON CONFLICT (company, key) DO UPDATE SET
  spent = excluded.spent + CASE WHEN q.window_start >= excluded.window_start THEN q.spent ELSE 0 END,
  window_start = CASE WHEN q.window_start >= excluded.window_start THEN q.window_start ELSE excluded.window_start END
WHERE excluded.spent + CASE WHEN q.window_start >= excluded.window_start THEN q.spent ELSE 0 END <= ?
"""


class StoredQuotas:
    """``QuotaLedger`` in the database: one row a key, of its newest window.

    A process whose clock is a little behind counts into the newer window that another has begun.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def spend(self, key: str, window_start: int, amount: int, limit: int) -> bool:
        """Count ``amount`` in the window unless that would pass ``limit``; return whether it was counted."""
        if amount > limit:
            return False
        with self._database.connect() as connection:
            return bool(connection.run(_SPEND, self._database.company, key, window_start, amount, limit))

    def spent(self, key: str, window_start: int) -> int:
        """Return what was counted in that window."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT spent FROM privcrm_quota WHERE company = ? AND key = ? AND window_start = ?",
                self._database.company,
                key,
                window_start,
            )
        return 0 if row is None else int(row[0])
