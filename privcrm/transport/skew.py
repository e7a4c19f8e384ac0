"""How far our clock and the vendor's are apart, told by the ``Date`` header of what it answers."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from privcrm.clock import Clock

_HALF = 0.5
"""Seconds; a ``Date`` has whole ones only, cut off."""


def seconds_of(date: str) -> float | None:
    """Return a ``Date`` header as unix seconds, None if it is none."""
    try:
        told = parsedate_to_datetime(date)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


class Skew:
    """What has to be added to our time to get the vendor's; the last answer counts, for clocks are set and drift.

    ``seconds`` is None until an answer has told the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._date = ""
        self.seconds: float | None = None

    def note(self, date: str) -> None:
        """Take over what an answer that has just come tells; one that tells nothing changes nothing."""
        if date == self._date:  # read once a second, not with every answer
            return
        theirs = seconds_of(date)
        if theirs is not None:
            self._date, self.seconds = date, theirs + _HALF - self._clock.time()
