"""Receiving callbacks under WSGI: Flask, Django, gunicorn, and whatever else speaks PEP 3333."""

import socket
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from privcrm.web.aborting import HOLD_SECONDS, MOST_HELD, UNAVAILABLE, Holding, ask, is_direct
from privcrm.web.bodies import MAX_BODY, BodyRefused, declared_length
from privcrm.web.reply import Handle, Reply

__all__ = ["WsgiApp"]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

_SOCKETS = ("gunicorn.socket", "werkzeug.socket")
_CHUNK = 64 * 1024


class WsgiApp:
    """A WSGI application that passes every request on to ``handle``.

    ``path`` is ``SCRIPT_NAME`` and ``PATH_INFO`` together, so a mount sees the path that the vendor called; the query
    string stays as it came. A body over ``max_body`` bytes is answered 413 without asking ``handle``, whatever the
    ``Content-Length`` says. A reply with ``abort`` is held back until ``hold_seconds`` after the request arrived, then
    the socket is closed without a status line where the server exposes it (gunicorn, Werkzeug), else answered 503;
    each holds a thread of the server, so ``most_held`` bounds them, and beyond it 503 is answered at once and an error
    logged. Slow clients are for the server to deal with.
    """

    def __init__(
        self,
        handle: Handle,
        *,
        max_body: int = MAX_BODY,
        hold_seconds: float = HOLD_SECONDS,
        most_held: int = MOST_HELD,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._handle = handle
        self._max_body = max_body
        self._holding = Holding(hold_seconds, most_held)
        self._sleep = sleep
        self._monotonic = monotonic

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        arrived = self._monotonic()
        headers = _headers(environ)
        reply = self._reply(environ, headers)
        if reply.abort:
            self._abort(environ, headers, arrived)
            reply = UNAVAILABLE
        return _answer(reply, environ["REQUEST_METHOD"], start_response)

    def _reply(self, environ: Environ, headers: list[tuple[str, str]]) -> Reply:
        try:
            body = _body(environ, self._max_body)
        except BodyRefused as refused:
            return refused.reply
        query = environ.get("QUERY_STRING", "")
        return ask(lambda: self._handle(environ["REQUEST_METHOD"], query, headers, body, _path(environ)))

    def _abort(self, environ: Environ, headers: list[tuple[str, str]], arrived: float) -> None:
        sock = next((environ[name] for name in _SOCKETS if name in environ), None)
        if sock is None or not is_direct(environ.get("REMOTE_ADDR", ""), headers):
            with self._holding.place(self._monotonic() - arrived) as seconds:
                self._sleep(seconds)
        if sock is not None:
            _break_off(sock)


def _break_off(sock: socket.socket) -> None:
    # Not close(): the server still owns the descriptor, and another connection might get its number.
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


def _headers(environ: Environ) -> list[tuple[str, str]]:
    headers = [(name[5:], value) for name, value in environ.items() if name.startswith("HTTP_")]
    headers += [(name, environ[name]) for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)]
    return [(name.replace("_", "-").lower(), value) for name, value in headers]


def _path(environ: Environ) -> str:
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return path.encode("latin-1").decode("utf-8", "replace")  # PEP 3333 hands bytes over in a str


def _body(environ: Environ, most: int) -> bytes:
    text: str = environ.get("CONTENT_LENGTH") or ""
    length = declared_length(text, most) if text else 0
    ends = environ.get("wsgi.input_terminated", False)  # else reading beyond the length may block for ever
    body = _read(environ["wsgi.input"], most + 1 if ends else length)
    if len(body) > most:
        raise BodyRefused(413)
    if text and len(body) != length:
        raise BodyRefused(400)
    return body


def _read(stream: Any, most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0:
        try:
            part: bytes = stream.read(min(most, _CHUNK))
        except OSError:  # broken chunks, or the client has gone
            raise BodyRefused(400) from None
        if not part:
            break
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _answer(reply: Reply, method: str, start_response: StartResponse) -> list[bytes]:
    headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
    start_response(f"{reply.status} {_phrase(reply.status)}", headers)
    return [] if method == "HEAD" else [reply.body]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
