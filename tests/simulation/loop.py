"""Virtual time: what is to happen when, one thing after another."""

import heapq
from collections.abc import Callable
from itertools import count

from privcrm.clock import ManualClock

Deed = Callable[[], None]


class Loop:
    """Moves a clock from one deed to the next; deeds of one moment happen in the order in which they were put in.

    What a deed slept counts: the clock never goes back, later deeds are then late.
    """

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self._heap: list[tuple[float, int, Deed]] = []
        self._numbers = count()

    @property
    def now(self) -> float:
        """The virtual unix seconds."""
        return self.clock.time()

    def at(self, when: float, deed: Deed) -> None:
        """Let something happen at a moment (unix seconds), or now if that is over."""
        heapq.heappush(self._heap, (when, next(self._numbers), deed))

    def after(self, seconds: float, deed: Deed) -> None:
        """Let something happen in so many seconds."""
        self.at(self.now + seconds, deed)

    def every(self, seconds: float, deed: Deed, *, until: float) -> None:
        """Let something happen again and again, first in so many seconds."""

        def again() -> None:
            deed()
            if self.now + seconds <= until:
                self.after(seconds, again)

        self.after(seconds, again)

    @property
    def next_at(self) -> float | None:
        """When the next thing happens, None if nothing is to."""
        return self._heap[0][0] if self._heap else None

    def step(self) -> bool:
        """Let the next thing happen; return whether there was one."""
        if not self._heap:
            return False
        when, _, deed = heapq.heappop(self._heap)
        self.reach(when)
        deed()
        return True

    def reach(self, when: float) -> None:
        """Move on to a moment, unless it is over."""
        if when > self.now:
            self.clock.advance(when - self.now)
