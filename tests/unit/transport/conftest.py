"""A server that misbehaves as told, on a real socket."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

Script = Callable[[socket.socket], None]


class Misbehaving:
    """Runs one script for each connection, in order; the last one is used for all that follow."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self.stopped.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
            threading.Thread(target=self._talk, args=(client, script), daemon=True).start()

    def _talk(self, client: socket.socket, script: Script) -> None:
        with client:
            client.settimeout(5)
            try:
                self.requests.append(whole_request(client))
                script(client)
            except OSError:
                return

    def close(self) -> None:
        self.stopped.set()
        self._listener.close()


def whole_request(client: socket.socket) -> bytes:
    """Read one request: head and body may come in two pieces. Empty once the peer has hung up."""
    received = client.recv(65536)
    while b"\r\n\r\n" in received:
        head, _, body = received.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
        if len(body) >= length:
            break
        received += client.recv(65536)
    return received


@pytest.fixture
def serve() -> Iterator[Callable[..., Misbehaving]]:
    servers: list[Misbehaving] = []

    def start(*scripts: Script) -> Misbehaving:
        servers.append(Misbehaving(*scripts))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
