"""An endpoint that the vendor has closed for too many calls."""

from privcrm.provider import Unit
from privcrm.transport.pacing import window_of

_BLOCKS = (60.0, 3600.0)
_LONGEST = 31 * 86400.0
"""Seconds; no window of a vendor is longer, so a later end is a mistake that must not last."""
_MEMORY = 300.0
"""A refusal so soon (seconds) after a block ended means that a longer window than the last one ran over."""


class Block:
    """Until when an endpoint is closed, in unix seconds; 0 if it never was."""

    def __init__(self) -> None:
        self.until = 0.0
        self._length = 0

    def extend(self, now: float, until: float) -> None:
        """Take over what another process has met; a later end already known stays."""
        if until <= now + _LONGEST:
            self.until = max(self.until, until)

    def close(self, now: float, until: float) -> float:
        """Close the endpoint because the vendor says too often; return until when.

        ``until`` is what the vendor says, if it does (else 0). Where it does not name the window that ran over: the
        minute first; if it is refused again right after that, the hour; then the rest of the day.
        """
        if now < self.until:
            return self.until
        self._length = self._length + 1 if now < self.until + _MEMORY else 0
        self.until = min(until, now + _LONGEST) if until > now else self._end(now)
        return self.until

    def _end(self, now: float) -> float:
        if self._length < len(_BLOCKS):
            return now + _BLOCKS[self._length]
        return float(window_of(Unit.CALLS_PER_DAY, now)[1])
