"""The access log: one line for each request, and never the query, which holds signatures."""

import logging
import time
from collections.abc import Callable

from privcrm.web.asgi import AsgiCallable, Message, Receive, Scope, Send

__all__ = ["AccessLog"]

log = logging.getLogger("privcrm.web.access")

_LONGEST_PATH = 200


class AccessLog:
    """Stands around an ASGI application and writes method, path, status or ``aborted``, milliseconds and client.

    The path is written as it was sent, percent-encoded, so nobody can put spaces or control characters into a line.
    """

    def __init__(self, app: AsgiCallable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._monotonic()
        outcome = "aborted"

        async def watched(message: Message) -> None:
            nonlocal outcome
            if message["type"] == "http.response.start":
                outcome = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            milliseconds = (self._monotonic() - began) * 1000
            log.info("%s %s %s %.1f ms %s", scope["method"], _path(scope), outcome, milliseconds, _client(scope))


def _path(scope: Scope) -> str:
    raw: bytes = scope["raw_path"][:_LONGEST_PATH]
    return "".join(letter if "!" <= letter <= "~" else f"%{ord(letter):02X}" for letter in raw.decode("latin-1"))


def _client(scope: Scope) -> str:
    host, _ = scope["client"] or ("-", 0)
    return host
