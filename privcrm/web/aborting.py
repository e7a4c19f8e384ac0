"""How a request is left without an answer, so that the vendor takes it for failed and comes again.

The vendor repeats a callback only if the connection failed or five seconds went by; any status, 503 included, ends the
event. And a reverse proxy makes a status (502) of a connection that we close too early. So the answer is held back
until the vendor has given up, and only then is the connection closed; it is closed at once only where nobody stands
between the vendor and us.
"""

import ipaddress
import logging
import threading
import traceback
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from privcrm.web.reply import Reply

__all__ = ["FORWARDING", "HOLD_SECONDS", "MOST_HELD", "UNAVAILABLE", "Holding", "ask", "is_direct"]

HOLD_SECONDS = 6.0
MOST_HELD = 32
UNAVAILABLE = Reply(503)

FORWARDING = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})

log = logging.getLogger("privcrm.web")


def ask(call: Callable[[], Reply]) -> Reply:
    """Return what the handler replies; what it raises proves nothing about the event, so it counts as an abort."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - whatever it is, a status would end the event
        place = traceback.extract_tb(error.__traceback__)[-1]
        # Not the text of the error: it may quote what was decrypted.
        log.error("a callback was left unanswered: %s in %s:%s", type(error).__name__, place.filename, place.lineno)  # noqa: TRY400
        return Reply(503, abort=True)


def is_direct(client: str, headers: Iterable[tuple[str, str]]) -> bool:
    """Tell whether the vendor itself is at the other end: a public address, and no trace of a proxy."""
    try:
        is_public = ipaddress.ip_address(client).is_global
    except ValueError:
        return False
    return is_public and not any(name.lower() in FORWARDING for name, _ in headers)


class Holding:
    """Answers that are held back, bounded in number: each keeps a connection, and under WSGI a thread."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def place(self, since_arrival: float) -> Generator[float]:
        """Take a place and yield the seconds to hold on; zero, and an error in the log, if all places are taken."""
        if not self._places.acquire(blocking=False):
            log.error("%d answers are held back already; an event may be lost", self._most)
            yield 0.0
            return
        try:
            yield max(0.0, self._seconds - since_arrival)
        finally:
            self._places.release()
