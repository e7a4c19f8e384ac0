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
    """Serves an application on a socket of its own until it is stopped. Raises OSError if the port is taken."""

    def __init__(self, app: SandboxApp, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=1024)
        self.port: int = self._socket.getsockname()[1]
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
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="sandbox", daemon=True)

    def start(self) -> None:
        """Start, and return when requests are answered."""
        self._thread.start()
        if not self._server.ready.wait(_START_TIMEOUT):
            raise TimeoutError("the sandbox did not start")

    def stop(self) -> None:
        """Stop and wait for the end."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
