"""Access tokens that all processes of a company share."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from privcrm.errors import NotSent
from privcrm.provider.state import Token
from privcrm.shield import shielded
from privcrm.store.database import Database
from privcrm.store.leases import Leases

__all__ = ["StoredTokens"]

# Longer than a token call may last with its retries; only a killed process lets it run out.
REFRESH_SECONDS = 60.0
# As long as a call may last: whoever waits for a token must not wait for a dead holder to run out.
PATIENCE_SECONDS = 15.0


class StoredTokens:
    """``TokenStore`` in the database."""

    def __init__(self, database: Database, leases: Leases) -> None:
        self._database = database
        self._leases = leases

    def load(self, key: str) -> Token | None:
        """Return the token last saved, fresh or not, or None."""
        with self._database.connect() as connection:
            row = connection.one(
                "SELECT value, expires_at FROM privcrm_token WHERE company = ? AND key = ?",
                self._database.company,
                key,
            )
        return None if row is None else Token(row[0], row[1])

    @shielded
    def save(self, key: str, token: Token) -> None:
        """Put a token in place of what was there."""
        with self._database.connect() as connection:
            connection.run(
                "INSERT INTO privcrm_token (company, key, value, expires_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (company, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
                self._database.company,
                key,
                token.value,
                token.expires_at,
            )

    @shielded
    def discard(self, key: str, token: Token) -> None:
        """Forget the token only if its value is still that one: somebody may have refreshed it meanwhile."""
        with self._database.connect() as connection:
            connection.run(
                "DELETE FROM privcrm_token WHERE company = ? AND key = ? AND value = ?",
                self._database.company,
                key,
                token.value,
            )

    @contextmanager
    def refreshing(self, key: str) -> Generator[None]:
        """Hold the right to refresh: one at a time for each key, over all threads and processes.

        Raises ``NotSent`` if another process keeps it for longer than a call may last.
        """
        with ExitStack() as held:
            try:
                held.enter_context(self._leases.holding(f"token {key}", REFRESH_SECONDS, PATIENCE_SECONDS))
            except TimeoutError:
                message = f"another process has been getting the token for more than {PATIENCE_SECONDS:.0f} s"
                raise NotSent(message, provider=key.partition(":")[0], operation="gettoken") from None
            yield
