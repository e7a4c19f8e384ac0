"""uvicorn with one event loop in one thread of its own."""

import contextlib
import socket
import threading
from collections.abc import Generator
from typing import Any, cast

import uvicorn

from privcrm.sandbox.http.app import SandboxApp
from privcrm.sandbox.http.protocol import TransportInScope

_KEEP_ALIVE = 65
_START_TIMEOUT = 10.0


class _Server(uvicorn.Server):
    """Says when it is ready, and leaves the process's signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class ServerThread:
    """Serves an application until it is stopped. `port` is known after the start."""

    def __init__(self, app: SandboxApp, host: str, port: int) -> None:
        self._host = host
        self.port = port
        config = uvicorn.Config(
            cast("Any", app),  # uvicorn's own ASGI types are narrower than the protocol
            http=TransportInScope,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,  # the caller's address decides about 60020, so nobody may choose it
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)

    def start(self) -> None:
        """Start, and return when requests are answered. Raises OSError if the port is taken."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        self._socket = socket.create_server((self._host, self.port), family=family, backlog=1024)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="sandbox", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(_START_TIMEOUT):
            raise TimeoutError("the sandbox did not start")

    def stop(self) -> None:
        """Stop and wait for the end."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
