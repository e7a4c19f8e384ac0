"""Connections that keep one deadline over a whole call.

A socket's timeout holds for a single read: a server that drips one byte a second is never late. urllib3 tells its
connection how much of the total is left (``timeout``) before it connects and again before it reads; here that moment
is kept as a point in time, and every address that is tried, every piece of a large body and every read, a proxy's
answer to CONNECT included, gets only what is left until then. Not held by it: the look-up of the host's name, which is
the operating system's.
"""

import http.client
import io
import socket
import ssl
import time
from typing import Any, cast

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, SSLError
from urllib3.util.connection import create_connection

_PIECE = 16 * 1024
"""Bytes; a TLS record."""


class ConnectFailed(SSLError):
    """A connection could not be set up (TLS or proxy), so nothing of the request was sent.

    An ``SSLError`` because urllib3 passes those through to the caller as they are.
    """

    def __init__(self, kind: str, *, final: bool) -> None:
        super().__init__(kind)
        self.kind = kind
        self.final = final


class _TimedReader(io.RawIOBase):
    """A socket's reading end that never waits beyond the connection's deadline."""

    def __init__(self, sock: socket.socket, owner: "_Deadline") -> None:
        self._sock = sock
        self._owner = owner
        # The file keeps the descriptor open after http.client has let go of the socket ("Connection: close").
        self._file = cast("io.RawIOBase", sock.makefile("rb", buffering=0))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._owner.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline passed")
        self._sock.settimeout(left)
        return cast("int | None", self._file.readinto(buffer))

    def close(self) -> None:
        self._file.close()
        super().close()


class _Deadline(HTTPConnection):
    """What the plain and the TLS connection share."""

    deadline = float("inf")

    @property
    def timeout(self) -> float | None:
        """Seconds left; urllib3 sets it, http.client and the socket read it."""
        return None if self.deadline == float("inf") else max(0.001, self.deadline - time.monotonic())

    @timeout.setter
    def timeout(self, seconds: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self.deadline = time.monotonic() + seconds if isinstance(seconds, int | float) else float("inf")

    def _new_conn(self) -> socket.socket:
        """Try the host's addresses in turn; urllib3 would give each of them the whole time."""
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise NameResolutionError(self.host, self, socket.gaierror()) from None
        timed_out = False
        for *_, address in found:
            try:
                return create_connection(
                    (str(address[0]), self.port), self.timeout, self.source_address, self.socket_options
                )
            except OSError as error:
                timed_out = isinstance(error, TimeoutError)
        if timed_out:
            raise ConnectTimeoutError(self, "no address answered in time")
        raise NewConnectionError(self, "no address could be reached")

    def send(self, data: Any) -> None:
        """Send a large body in pieces, each with the time that is left: TLS gives each record all of it."""
        if not isinstance(data, bytes) or len(data) <= _PIECE:
            super().send(data)
            return
        for start in range(0, len(data), _PIECE):
            if self.sock is not None:
                self.sock.settimeout(self.timeout)
            super().send(data[start : start + _PIECE])

    def _respond(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, *args, **kwargs)
        response.fp.close()
        response.fp = io.BufferedReader(_TimedReader(sock, self))
        return response

    # http.client calls it like the class it expects here.
    response_class = cast("type[http.client.HTTPResponse]", _respond)


class DeadlineHTTPConnection(_Deadline):
    """Plain HTTP, for loopback only."""


class DeadlineHTTPSConnection(_Deadline, HTTPSConnection):  # pyright: ignore[reportIncompatibleVariableOverride]
    """HTTPS; failures before the request are told from those after it."""

    def connect(self) -> None:
        failure: ConnectFailed
        try:
            super().connect()
        except (NewConnectionError, ConnectTimeoutError):
            raise
        except ssl.SSLCertVerificationError as error:
            failure = ConnectFailed(f"certificate not accepted ({error.verify_message})", final=True)
        except ssl.SSLError:
            failure = ConnectFailed("TLS handshake failed", final=True)
        except OSError as error:
            failure = ConnectFailed(f"connection set-up failed ({type(error).__name__})", final=False)
        else:
            return
        raise failure


class DeadlineHTTPPool(urllib3.HTTPConnectionPool):
    """A pool of plain connections."""

    ConnectionCls = cast("Any", DeadlineHTTPConnection)


class DeadlineHTTPSPool(urllib3.HTTPSConnectionPool):
    """A pool of TLS connections."""

    ConnectionCls = cast("Any", DeadlineHTTPSConnection)
