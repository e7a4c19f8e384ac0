"""What must be remembered between calls, as small protocols; memory versions here, durable ones in the store."""

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from attrs import field, frozen

from privcrm.forks import reset_in_children


@frozen
class Token:
    """An access token; ``expires_at`` is unix seconds by the clock of the CRM."""

    value: str = field(repr=False)
    expires_at: float


class TokenStore(Protocol):
    """Where access tokens live: memory, the store, Redis, or your own.

    A key names provider, company and app and holds no secret.
    """

    def load(self, key: str) -> Token | None:
        """Return the token last saved, fresh or not, or None."""
        ...

    def save(self, key: str, token: Token) -> None:
        """Put a token in place of what was there."""
        ...

    def discard(self, key: str, token: Token) -> None:
        """Forget the token only if its value is still that one: somebody may have refreshed it meanwhile."""
        ...

    def refreshing(self, key: str) -> AbstractContextManager[None]:
        """Hold the right to refresh: one at a time for each key, over all threads and users of this store."""
        ...


class QuotaLedger(Protocol):
    """Counts calls in fixed windows (hour, day, month), in constant space for each key and window."""

    def spend(self, key: str, window_start: int, amount: int, limit: int) -> bool:
        """Count ``amount`` in the window that began at ``window_start`` unless that would pass ``limit``.

        Returns whether it was counted. Atomic over all users of the ledger.
        """
        ...

    def spent(self, key: str, window_start: int) -> int:
        """Return what was counted in that window."""
        ...


class BreakerState(Protocol):
    """Remembers until when something must not be tried: a wrong secret, a blocked endpoint."""

    def open_until(self, key: str) -> float:
        """Return unix seconds until which it is open; 0 when closed."""
        ...

    def open(self, key: str, until: float) -> None:
        """Open until then; a later time already set stays."""
        ...

    def close(self, key: str) -> None:
        """Close it: the thing works again."""
        ...


class MemoryTokenStore:
    """Tokens of this process."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with new locks, after a fork: whoever held one in the parent gives none back in the child."""
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def load(self, key: str) -> Token | None:
        """Return the token last saved, or None."""
        return self._tokens.get(key)

    def save(self, key: str, token: Token) -> None:
        """Put a token in place of what was there."""
        self._tokens[key] = token

    def discard(self, key: str, token: Token) -> None:
        """Forget the token only if its value is still that one."""
        with self._guard:
            kept = self._tokens.get(key)
            if kept is not None and kept.value == token.value:
                del self._tokens[key]

    @contextmanager
    def refreshing(self, key: str) -> Generator[None]:
        """Hold the right to refresh in this process."""
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            yield


class MemoryQuotaLedger:
    """Counts of this process; only the newest window of each key is kept."""

    def __init__(self) -> None:
        self._spent: dict[str, tuple[int, int]] = {}
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a new lock, after a fork: whoever held one in the parent gives none back in the child."""
        self._guard = threading.Lock()

    def spend(self, key: str, window_start: int, amount: int, limit: int) -> bool:
        """Count ``amount`` unless that would pass ``limit``."""
        with self._guard:
            spent = self.spent(key, window_start)
            if spent + amount > limit:
                return False
            self._spent[key] = (window_start, spent + amount)
            return True

    def spent(self, key: str, window_start: int) -> int:
        """Return what was counted in that window."""
        start, spent = self._spent.get(key, (window_start, 0))
        return spent if start == window_start else 0


class MemoryBreakerState:
    """Breakers of this process."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def open_until(self, key: str) -> float:
        """Return unix seconds until which it is open; 0 when closed."""
        return self._until.get(key, 0.0)

    def open(self, key: str, until: float) -> None:
        """Open until then; a later time already set stays."""
        self._until[key] = max(until, self.open_until(key))

    def close(self, key: str) -> None:
        """Close it."""
        self._until.pop(key, None)
