"""uvicorn's protocol with deadlines for slow clients, bounds for large ones, and a way to answer nothing at all."""

import logging
import socket
import struct
from asyncio import CancelledError, TimerHandle, Transport
from collections import Counter
from functools import partial
from heapq import nsmallest
from operator import itemgetter
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from privcrm.web.asgi import BREAK_OFF, AsgiCallable, Receive, Scope, Send
from privcrm.web.gateway.clients import client_of
from privcrm.web.limits import ServerLimits

__all__ = ["SilentOnErrors", "WebhookProtocol"]

log = logging.getLogger("privcrm.web.server")

_BUSY = (2, 0.0)
_PART_CUT = 32
"""Of too many connections one in so many is cut off."""


class SilentOnErrors:
    """Stands around an ASGI application: one that fails answers nothing, where uvicorn would answer 500."""

    def __init__(self, app: AsgiCallable) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except (Exception, CancelledError) as error:  # noqa: BLE001 - whatever it is, a status would end the event
            log.error("a request was left unanswered: %s", type(error).__name__)  # noqa: TRY400 - nothing is quoted
            scope[BREAK_OFF]()


class WebhookProtocol(HttpToolsProtocol):
    """One connection. Nobody is told by a status that he was too slow or too many: the vendor would not come again."""

    def __init__(self, *args: Any, limits: ServerLimits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = log
        self.access_log = False  # it would write the query; and switching it off in the config is for the whole process
        self._limits = limits
        self._deadline: TimerHandle | None = None
        self._fetching: TimerHandle | None = None
        self._in_head = True
        self._received = 0
        self._quiet_since = 0.0
        self.site = ""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Accept a connection; of too many one goes that asks for nothing, or else this one."""
        super().connection_made(transport)
        self.site = client_of(self.client[0], "", ()) if self.client else ""
        # A socket made elsewhere does not hand this on; without it head and body of a reply wait for each other.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._quiet_since = self.loop.time()
        if len(self.connections) > self._limits.most_connections:
            self._make_room()
        if not transport.is_closing():
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._expect_nothing()
        self._stop_waiting_for_fetching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came, as long as it stays within bounds and time."""
        if self._deadline is None and self._is_idle():
            self._expect_head()  # also for bytes that begin no request: they ended the wait of an idle connection
        self._received += len(data)
        super().data_received(data)
        if self._received > (self._limits.most_head if self._in_head else self._limits.most_message):
            self.cut("too large")

    def on_message_begin(self) -> None:
        """Begin a request, which may come while another one is being answered."""
        super().on_message_begin()
        self._quiet_since = self.loop.time()
        if self._deadline is None:
            self._expect_head()

    def on_headers_complete(self) -> None:
        """Begin to answer; the body is on its way."""
        super().on_headers_complete()
        cast("dict[str, Any]", self.scope)[BREAK_OFF] = partial(self._break_off, self.cycle)
        self._in_head = False
        self._expect(self._limits.body_seconds, "its body was too slow")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes after the body is none."""
        if self._in_head:
            super().on_header(name, value)

    def on_message_complete(self) -> None:
        """Let the application take its time from here on."""
        self._in_head = True
        self._received = 0
        self._expect_nothing()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Close, instead of reading on, if the reply did not wait for the whole body."""
        super().on_response_complete()
        self._quiet_since = self.loop.time()
        if self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()

    def pause_writing(self) -> None:
        """Wait until what is written was fetched, but not for ever: the replies behind it hold the connection."""
        super().pause_writing()
        self._fetching = self.loop.call_later(self._limits.reply_seconds, self.cut, "its replies were not fetched")

    def resume_writing(self) -> None:
        """Go on writing."""
        self._stop_waiting_for_fetching()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Drop an idle connection, with replies that nobody fetched."""
        self.transport.abort()

    @property
    def worth(self) -> tuple[int, float]:
        """Which of too many connections goes first: one that asks for nothing, then one whose reply is on its way.

        Of equals it is the one that has been so for longest; none of which a request waits for its reply.
        """
        if self.transport.is_closing():
            return _BUSY
        if self.transport.get_write_buffer_size():
            return (1, self._quiet_since)
        is_waiting = self._is_idle() or (not self._in_head and not self.flow.read_paused)
        return (0, self._quiet_since) if is_waiting else _BUSY

    def _make_room(self) -> None:
        """Cut some connections off, lest those who only hold theirs keep everybody else out.

        They are those of who holds most, so that nobody has others cut off by opening more; and several at once, for
        looking at all of them takes longer than accepting one.
        """
        others = cast("set[WebhookProtocol]", self.connections - {self})
        held = Counter(each.site for each in others)
        ranked = (((-held[each.site], *worth), each) for each in others if (worth := each.worth) < _BUSY)
        some = max(1, self._limits.most_connections // _PART_CUT)
        least = [each for _, each in nsmallest(some, ranked, key=itemgetter(0))]
        for each in least or [self]:
            each.cut("too many connections")

    def _is_idle(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def _expect_head(self) -> None:
        self._expect(self._limits.head_seconds, "its headers were too slow")

    def _expect(self, seconds: float, complaint: str) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, self._expire, seconds, complaint)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_waiting_for_fetching(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            self._fetching = None

    def _expire(self, seconds: float, complaint: str) -> None:
        if self.flow.read_paused:  # the delay is ours
            self._expect(seconds, complaint)
        else:
            self.cut(complaint)

    def cut(self, complaint: str) -> None:
        """Cut the connection off without a status line, and what is on its way with it."""
        log.info("a connection was cut: %s", complaint)
        self.transport.abort()

    def _break_off(self, cycle: RequestResponseCycle) -> None:
        cycle.disconnected = True  # so that uvicorn sends no 500 of its own
        if self.transport.is_closing():
            return  # the vendor gave up before us
        # A reset, because a mere end could pass for an empty answer of HTTP/0.9.
        lingering = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
        self.transport.abort()
