"""How often and how patiently a code's pool is pushed to the vendor."""

from typing import Final

from attrs import field, frozen, validators

from privcrm.store.live_codes.pace import PaceRow

__all__ = ["PushPolicy"]

HOUR: Final = 3600
URGENT_PART: Final = 5
"""One call in so many is kept for taking somebody out."""


@frozen
class PushPolicy:
    """Bounds of pushing, for each code.

    ``debounce``: seconds between two pushes; what changes meanwhile goes together. ``calls_per_hour``: writes to the
    vendor; a fifth is kept for taking seats out, the others are spread over what is left of the hour. ``probes``: most
    writes for finding a seat that the vendor refuses. ``barred_for``: seconds until such a seat is tried again.
    ``retry``: seconds after a push that failed or whose answer was lost. ``lease``: seconds after which another process
    pushes in place of one that fell silent. ``hold``: seconds for which a visitor on the way keeps his place (pull).
    ``grace``: seconds for which the own code of a seat that was removed still works, after the last such hold (pull).
    """

    debounce: float = field(default=5.0, validator=validators.ge(0))
    calls_per_hour: int = field(default=600, validator=validators.ge(URGENT_PART))
    probes: int = field(default=16, validator=validators.ge(2))
    barred_for: float = field(default=6 * 3600.0, validator=validators.gt(0))
    retry: float = field(default=60.0, validator=validators.gt(0))
    lease: float = field(default=300.0, validator=validators.gt(0))
    hold: float = field(default=300.0, validator=validators.gt(0))
    grace: float = field(default=600.0, validator=validators.ge(0))

    def due(self, pace: PaceRow, now: float, *, urgent: bool) -> float:
        """Return when the next push may be made (unix seconds), at once if that is not after ``now``."""
        hour_ends = float((now // HOUR + 1) * HOUR)
        spent = pace.pushes if pace.pushes_on == int(now // HOUR) else 0
        earliest = min(pace.pushed_at, now) + self.debounce if pace.pushed_at else now
        left = self.calls_per_hour - spent
        if left <= 0:
            return max(earliest, hour_ends)
        if urgent or not pace.pushed_at:
            return earliest
        spare = left - self.calls_per_hour // URGENT_PART
        if spare <= 0:
            return max(earliest, hour_ends)
        return max(earliest, min(pace.pushed_at, now) + (hour_ends - now) / spare)

    def left(self, pace: PaceRow, now: float) -> int:
        """Return how many writes are left in this hour."""
        spent = pace.pushes if pace.pushes_on == int(now // HOUR) else 0
        return max(0, self.calls_per_hour - spent)
