"""What was shown last, for minutes in which the store cannot be reached."""

import threading
from collections import Counter, OrderedDict
from typing import Final

from attrs import define, evolve, frozen

from privcrm.clock import Clock
from privcrm.forks import reset_in_children
from privcrm.services.live_codes.gateway.visits import Decision, Page

__all__ = ["Memory", "Owed", "Remembered"]

MOST_REMEMBERED: Final = 4_096
TRIES_EVERY: Final = 2.0
"""Seconds between two attempts at a store that does not answer: nobody else waits for it meanwhile."""


@frozen
class Remembered:
    """A picture that was shown, of the code of ``number`` on its ``day``.

    ``left`` is how many more may be sent there without anybody being counted; None where the vendor itself chooses, so
    that the picture stays right.
    """

    decision: Decision
    number: int
    day: str
    left: int | None


@frozen
class Owed:
    """Shown from memory and to be counted: the code, its day, the target."""

    number: int
    day: str
    target: str


@define
class _Kept:
    remembered: Remembered
    shown: int = 0


class Memory:
    """The last picture of each link, bounded in number; safe for threads."""

    def __init__(self, clock: Clock, lasts: float) -> None:
        self._clock = clock
        self._lasts = lasts
        self.reset()
        reset_in_children(self)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._owed: Counter[Owed] = Counter()
        self._well_at = clock.monotonic()
        self._tried_at: float | None = None

    def reset(self) -> None:
        """Start with a lock that nobody holds: a forked child has none of the threads that would release it."""
        self._lock = threading.Lock()

    # -- while all is well

    def remember(self, slug: str, remembered: Remembered | None) -> None:
        """Keep what was shown for a link, or that nothing was."""
        with self._lock:
            self._kept.pop(slug, None)
            if remembered is not None:
                self._kept[slug] = _Kept(remembered)
            if len(self._kept) > MOST_REMEMBERED:
                self._kept.popitem(last=False)

    def answered(self) -> None:
        """Note that the store answers."""
        with self._lock:
            self._well_at, self._tried_at = self._clock.monotonic(), None

    def take_owed(self) -> Counter[Owed]:
        """Return what was shown from memory and is not counted yet, and forget it."""
        if not self._owed:
            return Counter()
        with self._lock:
            owed, self._owed = self._owed, Counter()
        return owed

    def give_back(self, owed: Counter[Owed]) -> None:
        """Take back what could not be counted."""
        with self._lock:
            self._owed.update(owed)

    # -- while the store is out of reach

    def failed(self) -> None:
        """Note that the store did not answer."""
        with self._lock:
            self._tried_at = self._clock.monotonic()

    @property
    def has_failed(self) -> bool:
        """Whether the store did not answer when it was last asked."""
        return self._tried_at is not None

    @property
    def is_out(self) -> bool:
        """Whether the store failed, and it is somebody else's turn to try it."""
        with self._lock:
            now = self._clock.monotonic()
            if self._tried_at is None:
                return False
            if now - self._tried_at < TRIES_EVERY:
                return True
            self._tried_at = now  # this one tries, the others do not wait for how it ends
            return False

    def key_of(self, slug: str) -> str:
        """Return the key of the code that was shown for a link last, "" for none: others may lead to it."""
        with self._lock:
            kept = self._kept.get(slug)
            return kept.remembered.decision.key if kept else ""

    def recall(self, slug: str) -> Decision:
        """Return what was shown for a link last, or that nothing can be told at present."""
        with self._lock:
            kept = self._kept.get(slug)
            if kept is None or not self._holds(kept):
                return Decision(Page.UNAVAILABLE, why="store out of reach", from_memory=True)
            kept.shown += 1
            seen = kept.remembered
            if len(self._owed) < MOST_REMEMBERED:
                self._owed[Owed(seen.number, seen.day, seen.decision.target)] += 1
            return evolve(seen.decision, why="store out of reach", from_memory=True)

    def _holds(self, kept: _Kept) -> bool:
        if kept.remembered.left is None:
            return True
        return self._clock.monotonic() - self._well_at <= self._lasts and kept.shown < kept.remembered.left
