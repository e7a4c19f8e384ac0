"""Our own server: uvicorn with one event loop in one thread."""

import asyncio
import math
import socket
import threading
from functools import partial
from types import TracebackType
from typing import Any, Self, cast

from privcrm.errors import MissingExtra
from privcrm.web.access import AccessLog
from privcrm.web.asgi import AsgiCallable
from privcrm.web.limits import ServerLimits

try:
    import uvicorn

    from privcrm.web.protocol import SilentOnErrors, WebhookProtocol
except ModuleNotFoundError as error:
    raise MissingExtra(error.name or "uvicorn", "serve") from None

__all__ = ["WebhookServer"]

_BACKLOG = 1024
_START_SECONDS = 10.0
_LOOK_SECONDS = 1.0


class WebhookServer:
    """Serves an ASGI application over HTTP/1.1 until it is stopped; ``port`` is known after the start.

    It speaks no TLS and believes no ``X-Forwarded-For``: put a reverse proxy before it for both, one that passes on
    such a header, so that an aborted callback is held back until the vendor has given up (see `AsgiApp`). Slow and
    greedy clients are cut off as ``limits`` say. ``privcrm.web.access`` logs each request without its query.

    Stopping finishes the requests in flight, for ``graceful_seconds`` at most. Needs the extra ``serve``.
    """

    def __init__(
        self,
        app: AsgiCallable,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        limits: ServerLimits | None = None,
        graceful_seconds: float = 10.0,
    ) -> None:
        self.host = host
        self.port = port
        self._app = app
        self._limits = limits or ServerLimits()
        self._graceful_seconds = graceful_seconds
        self._server: _Server | None = None

    def start(self) -> None:
        """Start, and return when requests are answered. Raises ``OSError`` if the port is taken."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.create_server((self.host, self.port), family=family, backlog=_BACKLOG)
        self.port = self._socket.getsockname()[1]
        self._server = _Server(self._config())
        self._thread = threading.Thread(target=self._server.run_on, args=(self._socket,), name="privcrm-webhook-server")
        self._thread.daemon = True
        self._thread.start()
        self._server.settled.wait(_START_SECONDS)
        if not self._server.started:
            self.stop()
            raise RuntimeError("the webhook server did not start")

    def stop(self) -> None:
        """Accept no more, finish what is in flight, and wait for the end; harmless if it was not started."""
        if self._server is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self._server = None

    def serve(self, until: threading.Event) -> None:
        """Serve in the foreground until the event is set. Raises ``RuntimeError`` if the server ends on its own."""
        with self:
            while not until.wait(_LOOK_SECONDS):
                if not self._thread.is_alive():
                    raise RuntimeError("the webhook server has ended")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _config(self) -> uvicorn.Config:
        app = cast("Any", AccessLog(SilentOnErrors(self._app)))  # uvicorn's own ASGI types are narrower
        # Neither log_level nor access_log: uvicorn would set them for the whole process, which may run one of its own.
        config = uvicorn.Config(
            app,
            http=cast("Any", partial(WebhookProtocol, limits=self._limits)),
            ws="none",
            loop="asyncio",
            interface="asgi3",
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=cast("Any", self._limits.idle_seconds),  # handed on to call_later
            timeout_graceful_shutdown=math.ceil(self._graceful_seconds),
        )
        config.load()
        config.loaded_app = app  # without uvicorn's trace log, which writes the query
        return config


class _Server(uvicorn.Server):
    """Says when it is known whether it started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    def run_on(self, listener: socket.socket) -> None:
        """Serve until told to stop."""
        try:
            asyncio.run(self.serve([listener]))
        except SystemExit:
            return  # how uvicorn says that the application did not start
        finally:
            self.settled.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.settled.set()
