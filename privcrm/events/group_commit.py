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
GRACE_SECONDS = 1.0


class _Waiting(Generic[T]):
    """One caller: what to write, until when it waits, and how it ended."""

    __slots__ = ("error", "item", "leads", "settled", "turn", "until")

    def __init__(self, item: T, until: float) -> None:
        self.item = item
        self.until = until
        self.turn = threading.Lock()
        self.turn.acquire()
        self.settled = False
        self.leads = False
        self.error: StoreError | None = None


class GroupCommit(Generic[T]):
    """Writes items of many threads in few transactions; starts no thread.

    ``write`` takes several items and the seconds it may wait for other writers, and commits all or none of them. It may
    be called by a second thread while a first call hangs, and must bear being given an item twice.
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
        self._leader: _Waiting[T] | None = None

    def add(self, item: T, until: float) -> None:
        """Return when the item is committed; ``until`` is monotonic seconds. Raises ``StoreError`` when it is not."""
        mine = _Waiting(item, until)
        with self._lock:
            self._queue.append(mine)
            if self._is_leaderless():
                self._follow(mine)
        if not mine.leads and not mine.turn.acquire(timeout=max(0.0, until - self._clock.monotonic())):
            self._give_up(mine)
        if mine.leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error

    def _is_leaderless(self) -> bool:
        """Tell whether nobody writes, or somebody whose time is over: a connection may hang for ever."""
        return self._leader is None or self._clock.monotonic() > self._leader.until + GRACE_SECONDS

    def _follow(self, leader: _Waiting[T]) -> None:
        leader.leads = True
        self._leader = leader

    def _give_up(self, mine: _Waiting[T]) -> None:
        """Leave the queue; what is being written right now cannot be told from what will never be."""
        with self._lock:
            if mine.leads:  # made the leader this very moment: then write after all
                return
            if mine in self._queue:
                self._queue.remove(mine)
            if not mine.settled:
                mine.error = StoreError("the store did not answer in time")

    def _lead(self, mine: _Waiting[T]) -> None:
        with self._lock:
            group = [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_GROUP))]
        try:
            self._write_all(group, mine.until)
        finally:
            self._settle([one for one in group if not one.settled], StoreError("the store failed"))
            self._pass_on(mine)

    def _write_all(self, group: list[_Waiting[T]], until: float) -> None:
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
        except Exception as error:  # noqa: BLE001 - anything but a commit means that it is not kept
            return StoreError(f"the store failed: {type(error).__name__}")
        return None

    def _settle(self, group: Sequence[_Waiting[T]], error: StoreError | None) -> None:
        for one in group:
            one.error = error
            one.settled = True
            if not one.leads:
                one.turn.release()

    def _pass_on(self, mine: _Waiting[T]) -> None:
        with self._lock:
            if self._leader is not mine:  # deposed meanwhile
                return
            self._leader = None
            if self._queue:
                heir = self._queue[0]
                self._follow(heir)
                heir.turn.release()
