"""The record of deliveries: every try, in a ring that never grows."""

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Delivery:
    """One try to deliver one event to one app; of those never tried `attempt` is 0 and `error` says why."""

    number: int
    push: int
    """The same for all tries of one event at one app."""
    at: float
    app: int
    event: str
    change_type: str
    userid: str
    external_userid: str
    chat_id: str
    url: str
    attempt: int
    status: int
    error: str
    seconds: float
    answer: str = attrs.field(repr=False)
    fault: str
    reply: Mapping[str, str] | None = attrs.field(default=None, repr=False)
    """The passive reply, decrypted."""
    reply_error: str = ""
    """What is wrong with a passive reply."""

    def row(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        row = attrs.asdict(self)
        row["try"] = row.pop("attempt")
        return row


class DeliveryBook:
    """Keeps the last *size* tries."""

    def __init__(self, size: int = 20_000) -> None:
        self._ring: deque[Delivery] = deque(maxlen=size)
        self._seen = 0

    def note(self, **what: Any) -> None:
        """Keep a try under the next number, counting from 1."""
        self._seen += 1
        self._ring.append(Delivery(number=self._seen, **what))

    def select(self, app: int | None = None, since: float = 0.0, after: int = 0) -> Iterator[Delivery]:
        """Yield kept tries, oldest first: of one app or all, not before *since*, behind number *after*."""
        kept = tuple(self._ring)  # they are noted in another thread
        start = max(0, after - kept[0].number + 1) if kept else 0
        return (d for d in islice(kept, start, None) if d.at >= since and app in (None, d.app))

    def forget(self) -> None:
        """Drop all tries."""
        self._ring.clear()
