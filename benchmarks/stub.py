"""A server on loopback that costs next to nothing: one process, epoll, keep-alive, canned answers.

Used by the client benchmarks so that what is measured is the client. Start it with ``serving()``.
"""

import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LENGTH = re.compile(rb"[Cc]ontent-[Ll]ength: *(\d+)")
_ANSWERS = {
    b"gettoken": b'{"errcode":0,"errmsg":"ok","access_token":"%s","expires_in":7200}' % (b"a" * 214),
    b"": b'{"errcode":0,"errmsg":"ok"}',
}


def answer_to(head: bytes) -> bytes:
    """Return the whole reply to a request that begins with ``head``."""
    body = _ANSWERS[b"gettoken"] if b"/gettoken?" in head else _ANSWERS[b""]
    return (
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sat, 01 Jan 2022 00:00:00 GMT\r\n"
        b"Content-Type: application/json; charset=UTF-8\r\nContent-Length: %d\r\nConnection: keep-alive\r\n"
        b"Error-Code: 0\r\nError-Msg: ok\r\n\r\n%s" % (len(body), body)
    )


def split_requests(buffer: bytes) -> tuple[list[bytes], bytes]:
    """Return the heads of the complete requests in ``buffer``, and what is left."""
    heads: list[bytes] = []
    while (end := buffer.find(b"\r\n\r\n")) >= 0:
        head = buffer[: end + 2]
        length = _LENGTH.search(head)
        size = end + 4 + (int(length.group(1)) if length else 0)
        if len(buffer) < size:
            break
        heads.append(head)
        buffer = buffer[size:]
    return heads, buffer


def serve() -> None:
    """Print the port and answer until standard input closes."""
    server = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(server.getsockname()[1], flush=True)
    poll = select.epoll()
    for fd in (server.fileno(), sys.stdin.fileno()):
        poll.register(fd, select.EPOLLIN | select.EPOLLHUP)
    clients: dict[int, tuple[socket.socket, bytes]] = {}
    while True:
        for fd, _ in poll.poll():
            if fd == sys.stdin.fileno():
                return
            if fd == server.fileno():
                client, _ = server.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                clients[client.fileno()] = client, b""
                poll.register(client.fileno(), select.EPOLLIN)
                continue
            client, kept = clients[fd]
            received = client.recv(65536)
            if not received:
                poll.unregister(fd)
                clients.pop(fd)[0].close()
                continue
            heads, rest = split_requests(kept + received)
            clients[fd] = client, rest
            client.sendall(b"".join(map(answer_to, heads)))


@contextmanager
def serving() -> Iterator[int]:
    """Run the server in a process of its own; yield its port."""
    process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield int(process.stdout.readline())
    finally:
        process.communicate()


if __name__ == "__main__":
    serve()
