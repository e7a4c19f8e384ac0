"""Telling somebody of a code, from the thread of a visitor: seldom, and whatever that raises."""

import logging
from collections.abc import Callable
from typing import Final

from privcrm.clock import Clock

__all__ = ["Tell", "Telling"]

TOLD_EVERY: Final = 5.0
"""Seconds between two calls that tell the same of a code."""
MOST_KEYS: Final = 65_536

Tell = Callable[[str], object]

log = logging.getLogger("privcrm.gateway")


class Telling:
    """Calls somebody with keys of codes, each once in a while."""

    def __init__(self, tell: Tell | None, clock: Clock) -> None:
        self._tell = tell
        self._clock = clock
        self._told: dict[str, float] = {}

    def __call__(self, keys: set[str]) -> None:
        """Tell of these codes, but for those that were told of just now."""
        if self._tell is None or not keys:
            return
        now = self._clock.monotonic()
        for key in sorted(keys):
            if now - self._told.get(key, -TOLD_EVERY) < TOLD_EVERY:
                continue
            if len(self._told) > MOST_KEYS:
                self._told.clear()
            self._told[key] = now
            try:
                self._tell(key)
            except Exception as error:  # noqa: BLE001 - the visitor has his answer all the same
                log.error("what was to hear of live code %s raised %s", key, type(error).__name__)  # noqa: TRY400
