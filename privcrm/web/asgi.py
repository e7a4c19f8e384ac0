"""Receiving callbacks under ASGI: FastAPI, Starlette, Django, our own server."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from privcrm.forks import reset_in_children
from privcrm.web.aborting import HOLD_SECONDS, MOST_HELD, UNAVAILABLE, Holding, ask, is_direct
from privcrm.web.bodies import MAX_BODY, BodyRefused, declared_length
from privcrm.web.reply import Handle, Reply

__all__ = ["BREAK_OFF", "AsgiApp", "AsgiCallable", "Message", "Receive", "Scope", "Send", "send_reply"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiCallable = Callable[[Scope, Receive, Send], Awaitable[None]]

BREAK_OFF = "privcrm.break_off"
"""Where our own server puts into the scope what resets the connection without a status line."""


class _Gone(Exception):
    """The client went away before its request was complete."""


class AsgiApp:
    """An ASGI application that passes every HTTP request on to ``handle``, in threads of its own.

    ``path`` begins with ``root_path``, so a mount sees the path that the vendor called; the query string stays as it
    came. A body over ``max_body`` bytes is answered 413 without asking ``handle``. A reply with ``abort`` is held back
    until ``hold_seconds`` after the request arrived; then our own server closes the connection without a status line,
    and any other answers 503. ``most_held`` bounds them; beyond it that is done at once and an error logged.

    ``threads`` start when needed and end with the lifespan, if the server has one. WebSockets are refused.
    """

    def __init__(
        self,
        handle: Handle,
        *,
        threads: int = 64,
        max_body: int = MAX_BODY,
        hold_seconds: float = HOLD_SECONDS,
        most_held: int = MOST_HELD,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._handle = handle
        self._threads = threads
        self._max_body = max_body
        self._holding = Holding(hold_seconds, most_held)
        self._sleep = sleep
        self._monotonic = monotonic
        self._pool: ThreadPoolExecutor | None = None
        reset_in_children(self)

    def reset(self) -> None:
        """Forget the threads, which a forked child does not have."""
        self._pool = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            raise ValueError(f"nothing is known about the ASGI scope {scope['type']!r}")

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrived = self._monotonic()
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        try:
            body = await _body(headers, receive, self._max_body)
        except _Gone:
            return
        except BodyRefused as refused:
            await send_reply(refused.reply, scope, send)
            return
        reply = await self._ask(scope, headers, body)
        if reply.abort:
            await self._abort(scope, headers, arrived, send)
        else:
            await send_reply(reply, scope, send)

    async def _ask(self, scope: Scope, headers: list[tuple[str, str]], body: bytes) -> Reply:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, "privcrm-webhook")
        query = scope["query_string"].decode("latin-1")
        call = partial(self._handle, scope["method"], query, headers, body, _path(scope))
        return await asyncio.get_running_loop().run_in_executor(self._pool, ask, call)

    async def _abort(self, scope: Scope, headers: list[tuple[str, str]], arrived: float, send: Send) -> None:
        break_off = scope.get(BREAK_OFF)
        client, _ = scope.get("client") or ("", 0)
        if break_off is None or not is_direct(client, headers):
            with self._holding.place(self._monotonic() - arrived) as seconds:
                await self._sleep(seconds)
        if break_off is not None:
            break_off()
        else:
            await send_reply(UNAVAILABLE, scope, send)


async def send_reply(reply: Reply, scope: Scope, send: Send) -> None:
    """Send a reply, without its body if the method is HEAD."""
    headers = [*reply.headers, ("content-length", str(len(reply.body)))]
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        }
    )
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})


def _path(scope: Scope) -> str:
    root: str = scope.get("root_path", "").rstrip("/")
    path: str = scope["path"]
    # By the specification the path includes the root; servers and routers from before it was clear leave it out.
    return path if f"{path}/".startswith(f"{root}/") else root + path


async def _body(headers: list[tuple[str, str]], receive: Receive, most: int) -> bytes:
    for name, value in headers:
        if name == "content-length":
            declared_length(value, most)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise BodyRefused(413)
        if not message.get("more_body", False):
            return b"".join(parts)
