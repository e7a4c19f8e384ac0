"""Frequency, concurrency and blocked addresses."""

from collections.abc import Generator, Hashable
from contextlib import contextmanager

import attrs

from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.rules import Rules

_MINUTE, _HOUR = 60, 3600


@attrs.define
class _Window:
    ends_at: float
    calls: int = 0


class Frequency:
    """Counts calls per minute and hour; what goes over is blocked for the length of the window (path/90312).

    A window begins with the first call in it. Refused calls neither count nor prolong the block.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._windows: dict[Hashable, _Window] = {}

    def count(self, path: str, address: str, now: float) -> None:
        """Count one call, or refuse it with 45009."""
        rules = self._rules
        keys = (
            ((path, _MINUTE), rules.minute_limit, _MINUTE),
            ((path, _HOUR), rules.hour_limit, _HOUR),
            ((path, address, _MINUTE), rules.address_minute_limit, _MINUTE),
            ((path, address, _HOUR), rules.address_hour_limit, _HOUR),
        )
        windows = [self._window(key, limit, length, now) for key, limit, length in keys]
        for window in windows:
            window.calls += 1

    def _window(self, key: Hashable, limit: int, length: int, now: float) -> _Window:
        window = self._windows.get(key)
        if window is None or window.ends_at <= now:
            window = self._windows[key] = _Window(now + length)
        if window.calls == limit:  # the first call too many starts the block
            window.calls += 1
            window.ends_at = now + length
        if window.calls > limit:
            raise Refusal(45009)
        return window


class Flights:
    """Calls under way: too many of one endpoint are refused with 45033, two on one record with 45035."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._count: dict[str, int] = {}
        self._records: set[Hashable] = set()

    @contextmanager
    def one_more(self, path: str, record: Hashable) -> Generator[None]:
        """Hold a place in flight for one call on *record*."""
        if self._count.get(path, 0) >= self._rules.concurrency:
            raise Refusal(45033)
        with self.alone(record):
            self._count[path] = self._count.get(path, 0) + 1
            try:
                yield
            finally:
                self._count[path] -= 1

    @contextmanager
    def alone(self, record: Hashable) -> Generator[None]:
        """Keep others from *record* for the time of one call."""
        if record in self._records:
            raise Refusal(45035)
        self._records.add(record)
        try:
            yield
        finally:
            self._records.discard(record)


class WrongSecrets:
    """Blocks an address that keeps trying wrong secrets."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._tries: dict[str, int] = {}
        self._blocked_until: dict[str, float] = {}

    def check(self, address: str, now: float) -> None:
        """Refuse a blocked address with 45009."""
        if self._blocked_until.get(address, 0.0) > now:
            raise Refusal(45009)

    def check_tokens(self, address: str, now: float) -> None:
        """Refuse a blocked address with the tokens it has, if the rules say that a block goes so far."""
        if self._rules.blocked_address == "all":
            self.check(address, now)

    def note(self, address: str, now: float) -> None:
        """Count one wrong secret."""
        self._tries[address] = self._tries.get(address, 0) + 1
        if self._tries[address] >= self._rules.wrong_secret_limit:
            self._tries[address] = 0
            self._blocked_until[address] = now + self._rules.wrong_secret_block

    def forget(self, address: str) -> None:
        """Start anew after a right secret."""
        self._tries.pop(address, None)
