"""How many were sent somewhere within the last minute, and how many of those on the way will come."""

from typing import Final

from attrs import define, field

from privcrm.store.live_codes.reservations import Tally

__all__ = ["Recent", "chance_of"]

SLICES: Final = 6
"""A window is cut in so many slices; a slice counts as a whole, so that no window ever holds more than was allowed."""

PRIOR: Final = 0.7
PRIOR_WEIGHT: Final = 20.0
LEAST_CHANCE: Final = 0.1
"""However few came of late, so many of those on the way are reckoned with: bots look and never come."""


def chance_of(tally: Tally) -> float:
    """Return which part of those on the way will come, by how it ended for the latest ones; 0.1 to 1."""
    came = PRIOR * PRIOR_WEIGHT + tally.joined
    return min(1.0, max(LEAST_CHANCE, came / (PRIOR_WEIGHT + tally.joined + tally.expired)))


@define
class Recent:
    """Counts by slices of a window of ``window`` seconds; ``first`` is the number of the oldest slice kept."""

    window: int
    first: int = 0
    counts: list[int] = field(factory=list[int])

    @classmethod
    def from_text(cls, text: str, window: int) -> "Recent":
        """Return what ``to_text`` wrote; nothing, where the window was another one then."""
        parts = text.split(",") if text else []
        if len(parts) < 2 or parts[0] != str(window):  # noqa: PLR2004
            return cls(window)
        return cls(window, int(parts[1]), [int(part) for part in parts[2:]])

    def to_text(self) -> str:
        """Return it as a short text."""
        return ",".join(map(str, (self.window, self.first, *self.counts)))

    def total(self, now: float) -> int:
        """Return how many there were in the window that ends now."""
        self._move(now)
        return sum(self.counts)

    def add(self, now: float) -> None:
        """Count one more."""
        place = self._move(now)
        self.counts.extend([0] * (place + 1 - len(self.counts)))
        self.counts[place] += 1

    def _move(self, now: float) -> int:
        """Forget the slices that have passed, and return the place of the one that runs."""
        current = int(now * SLICES / self.window)
        oldest = current - SLICES
        if not self.first <= current <= self.first + 2 * SLICES:  # nothing known, long ago, or the clock was set
            self.first, self.counts = oldest, []
        elif oldest > self.first:
            del self.counts[: oldest - self.first]
            self.first = oldest
        return current - self.first
