"""Until when something must not be tried, known to all processes of a company."""

from privcrm.store.database import Database

__all__ = ["StoredBreakers"]


class StoredBreakers:
    """``BreakerState`` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_until(self, key: str) -> float:
        """Return unix seconds until which it is open; 0 when closed."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT until FROM privcrm_breaker WHERE company = ? AND key = ?", self._database.company, key
            )
        return 0.0 if row is None else float(row[0])

    def open(self, key: str, until: float) -> None:
        """Open until then; a later time already set stays."""
        with self._database.connect() as connection:
            connection.run(
                "INSERT INTO privcrm_breaker AS b (company, key, until) VALUES (?, ?, ?)"
                " ON CONFLICT (company, key) DO UPDATE SET until = excluded.until WHERE b.until < excluded.until",
                self._database.company,
                key,
                until,
            )

    def close(self, key: str) -> None:
        """Close it: the thing works again."""
        with self._database.connect() as connection:
            connection.run("DELETE FROM privcrm_breaker WHERE company = ? AND key = ?", self._database.company, key)
