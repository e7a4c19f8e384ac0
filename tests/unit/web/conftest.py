"""Handlers that do as told, servers on real ports, and clients that speak in bytes."""

import contextlib
import re
import socket
import threading
import time

import pytest

from privcrm.web import AsgiApp, Reply, ServerLimits, WebhookServer


class FakeHandle:
    """Answers with ``reply`` and remembers what it was asked."""

    def __init__(self, reply=None):
        self.reply = reply or Reply(200, (("Content-Type", "text/plain"),), b"success")
        self.asked = []

    def __call__(self, method, query, headers, body, path=""):
        self.asked.append((method, query, dict(headers), body, path))
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


class Client:
    """A connection that sends what it is told and reads to the end."""

    def __init__(self, port, address="127.0.0.1"):
        self.socket = socket.create_connection(("127.0.0.1", port), source_address=(address, 0))
        self.socket.settimeout(10)

    def send(self, *parts):
        for part in parts:
            self.socket.sendall(part)
        return self

    def read_all(self):
        """Everything until the end; a reset is an end too."""
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := self.socket.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def read_replies(self, count):
        """Statuses and bodies of so many replies with a length each."""
        stream = self.socket.makefile("rb")
        return [self._read_reply(stream) for _ in range(count)]

    @staticmethod
    def _read_reply(stream):
        status = int(stream.readline().split()[1])
        length = 0
        while (line := stream.readline()) != b"\r\n":
            if found := re.match(rb"content-length: (\d+)", line, re.IGNORECASE):
                length = int(found[1])
        return status, stream.read(length)


def post(body=b"<xml/>", path="/wecom?msg_signature=5ec7e7", extra=b""):
    head = f"POST {path} HTTP/1.1\r\nHost: crm.example\r\nContent-Length: {len(body)}\r\n".encode("latin-1")
    return head + extra + b"\r\n" + body


async def no_sleep(seconds):
    return


@pytest.fixture
def clients():
    opened = []

    def connect(port, address="127.0.0.1"):
        opened.append(Client(port, address))
        return opened[-1]

    yield connect
    for client in opened:
        client.socket.close()


@pytest.fixture
def serve():
    """Serve a handle, or an ASGI application, by our own server."""
    with contextlib.ExitStack() as stack:

        def start(app, *, limits=None, **options):
            if not hasattr(app, "reset") and not options.pop("asgi", False):
                options.setdefault("sleep", no_sleep)
                app = AsgiApp(app, **options)
            return stack.enter_context(WebhookServer(app, limits=limits or ServerLimits()))

        yield start


def wait_until(holds, seconds=5.0):
    """Wait for another thread; fails if it takes longer."""
    until = time.monotonic() + seconds
    tick = threading.Event()
    while not holds():
        assert time.monotonic() < until
        tick.wait(0.005)
