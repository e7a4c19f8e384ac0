"""One commit for all who wait: whoever comes first writes for those who come meanwhile."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from privcrm.clock import Clock
from privcrm.errors import StoreError
from privcrm.forks import reset_in_children

__all__ = ["GroupCommit"]

T = TypeVar("T")

LARGEST_GROUP = 256


class _Waiting(Generic[T]):
    """One caller: what to write, and how it ended."""

    __slots__ = ("error", "item", "leads", "settled", "turn")

    def __init__(self, item: T) -> None:
        self.item = item
        self.turn = threading.Lock()
        self.turn.acquire()
        self.settled = False
        self.leads = False
        self.error: StoreError | None = None


class GroupCommit(Generic[T]):
    """Writes items of many threads in few transactions; starts no thread.

    ``write`` takes several items and the seconds it may wait for other writers, and commits all or none of them.
    """

    def __init__(self, write: Callable[[Sequence[T], float], None], clock: Clock) -> None:
        self._write = write
        self._clock = clock
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start without anybody waiting: those of a parent process are not ours."""
        self._lock = threading.Lock()
        self._queue: deque[_Waiting[T]] = deque()
        self._led = False

    def add(self, item: T, until: float) -> None:
        """Return when the item is committed; ``until`` is monotonic seconds. Raises ``StoreError`` when it is not."""
        mine = _Waiting(item)
        with self._lock:
            self._queue.append(mine)
            mine.leads, self._led = not self._led, True
        if not mine.leads and not mine.turn.acquire(timeout=max(0.0, until - self._clock.monotonic())):
            self._give_up(mine)
        if mine.leads:
            try:
                self._lead(until)
            finally:
                self._pass_on()
        if mine.error is not None:
            raise mine.error

    def _give_up(self, mine: _Waiting[T]) -> None:
        """Leave the queue; what is being written right now cannot be told from what will never be."""
        with self._lock:
            if mine.leads:  # made the leader this very moment: then write after all
                return
            if mine in self._queue:
                self._queue.remove(mine)
            if not mine.settled:
                mine.error = StoreError("the store did not answer in time")

    def _lead(self, until: float) -> None:
        with self._lock:
            group = [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_GROUP))]
        error = self._attempt(group, until)
        if error is None or len(group) == 1:
            self._settle(group, error)
            return
        for one in group:  # one that cannot be stored must not keep the others out
            self._settle([one], self._attempt([one], until))

    def _attempt(self, group: Sequence[_Waiting[T]], until: float) -> StoreError | None:
        try:
            self._write([one.item for one in group], max(0.0, until - self._clock.monotonic()))
        except StoreError as error:
            return error
        return None

    def _settle(self, group: Sequence[_Waiting[T]], error: StoreError | None) -> None:
        for one in group:
            one.error = error
            one.settled = True
            if not one.leads:
                one.turn.release()

    def _pass_on(self) -> None:
        with self._lock:
            self._led = bool(self._queue)
            if self._queue:
                heir = self._queue[0]
                heir.leads = True
                heir.turn.release()
