"""uvicorn's protocol with the transport in the ASGI scope, so that an application can break the connection."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

TRANSPORT = "privcrm.transport"


class TransportInScope(HttpToolsProtocol):
    """Puts the asyncio transport under `TRANSPORT` into every scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection and let every write go out at once."""
        # asyncio does so only for sockets that name their protocol, and a listening socket made elsewhere does not;
        # without it head and body of a reply wait 40 ms for each other.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)

    def on_message_begin(self) -> None:
        """Begin a request as uvicorn does, then add the transport."""
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[TRANSPORT] = self.transport


class RawConnection:
    """The raw connection behind one request, for replies that HTTP does not allow."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._transport: asyncio.Transport = scope[TRANSPORT]
        self._receive = receive

    @property
    def broken(self) -> bool:
        """Whether the connection is closing or closed."""
        return self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        if not self.broken:
            self._transport.write(data)

    async def drip(self, data: bytes, seconds: float) -> None:
        """Send bytes one by one, spread over *seconds*, as long as somebody listens."""
        for place in range(len(data)):
            if self.broken:
                return
            self.write(data[place : place + 1])
            await asyncio.sleep(seconds / len(data))

    async def wait_for_hang_up(self, seconds: float) -> None:
        """Wait until the other side goes away, *seconds* at most."""
        try:
            await asyncio.wait_for(self._gone(), seconds)
        except TimeoutError:
            return

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def close(self) -> None:
        """Send what is left and close in good order."""
        self._transport.close()
        await self._gone()

    async def reset(self) -> None:
        """Break the connection: the other side reads a reset, not an end."""
        if not self.broken:
            sock: socket.socket = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()
        await self._gone()
