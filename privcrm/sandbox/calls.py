"""The recorder: which calls came, in a ring that never grows. Tokens, secrets and texts are not in it."""

from collections import Counter, deque
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice

import attrs


@attrs.frozen
class RecordedCall:
    """One call: its number, virtual time, path, app, and how it ended (`status` 0: the connection was broken)."""

    number: int
    at: float
    path: str
    agent_id: int
    errcode: int
    status: int
    userid: str = ""
    external_userid: str = ""
    chat_id: str = ""
    fault: str = ""


class Recorder:
    """Keeps the last *size* calls and counts all of them."""

    def __init__(self, size: int = 50_000) -> None:
        self._ring: deque[RecordedCall] = deque(maxlen=size)
        self._seen = 0
        self.totals: Counter[tuple[str, int]] = Counter()
        """How many calls of each (path, errcode) there were, also those that left the ring."""

    def note(self, call: RecordedCall) -> None:
        """Keep a call made by `next_number`."""
        self._ring.append(call)
        self.totals[call.path, call.errcode] += 1

    def next_number(self) -> int:
        """Return the number of the next call, counting from 1."""
        self._seen += 1
        return self._seen

    def select(self, path: str = "*", since: float = 0.0, after: int = 0) -> Iterator[RecordedCall]:
        """Yield kept calls, oldest first: path matching a glob, not before *since*, behind number *after*."""
        start = max(0, after - self._ring[0].number + 1) if self._ring else 0
        return (c for c in islice(self._ring, start, None) if c.at >= since and fnmatchcase(c.path, path))

    def forget(self) -> None:
        """Drop all calls and counts."""
        self._ring.clear()
        self.totals.clear()
