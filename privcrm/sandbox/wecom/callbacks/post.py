"""One request to a receiver, with one limit for all of it."""

import asyncio
import io
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

import attrs

_MOST = 1024 * 1024
_AGENT = "Mozilla/4.0"


@attrs.frozen
class Outgoing:
    """What is sent to a receiver."""

    method: str
    url: str = attrs.field(repr=False)
    body: bytes = attrs.field(default=b"", repr=False)


@attrs.frozen
class Outcome:
    """How it ended: with a status, or (status 0) with an error."""

    status: int = 0
    body: bytes = attrs.field(default=b"", repr=False)
    error: str = ""
    seconds: float = 0.0


async def send(
    request: Outgoing, *, within: float, hang_up: bool = False, monotonic: Callable[[], float] = time.monotonic
) -> Outcome:
    """Send a request and read the answer, all *within* real seconds; *hang_up* leaves once it is sent."""
    begun = monotonic()
    try:
        outcome = await asyncio.wait_for(_exchange(request, hang_up=hang_up), within)
    except TimeoutError:
        outcome = Outcome(error="timed out")
    except ConnectionRefusedError:
        outcome = Outcome(error="refused")
    except (OSError, EOFError, HTTPException, ValueError, asyncio.LimitOverrunError) as error:
        outcome = Outcome(error=f"broken: {type(error).__name__}")
    return attrs.evolve(outcome, seconds=round(monotonic() - begun, 6))


async def _exchange(request: Outgoing, *, hang_up: bool) -> Outcome:
    url = urlsplit(request.url)
    secure = url.scheme == "https"
    reader, writer = await asyncio.open_connection(
        url.hostname, url.port or (443 if secure else 80), ssl=True if secure else None, limit=_MOST
    )
    try:
        writer.write(_head(request) + request.body)
        await writer.drain()
        outcome = Outcome(error="cut") if hang_up else await _answer(reader, request.method)
    except BaseException:  # also when time runs out: the vendor cuts the connection
        writer.transport.abort()
        raise
    writer.close()
    return outcome


def _head(request: Outgoing) -> bytes:
    url = urlsplit(request.url)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = [f"{request.method} {target} HTTP/1.1", f"Host: {url.netloc}", f"User-Agent: {_AGENT}", "Accept: */*"]
    if request.method == "POST":
        lines += ["Content-Type: text/xml; charset=utf-8", f"Content-Length: {len(request.body)}"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


class _Bytes:
    """A socket as http.client wants one, whose bytes have all come."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, mode: str) -> io.BytesIO:
        """Return the bytes as a file."""
        del mode  # http.client only reads
        return io.BytesIO(self._raw)


async def _answer(reader: asyncio.StreamReader, method: str) -> Outcome:
    """Read the head, then as much as it announces, or until the receiver closes."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _parsed(head, method).getheader("content-length")
    if length is None:
        body = await reader.read(_MOST)
        while len(body) < _MOST and (more := await reader.read(_MOST - len(body))):
            body += more
    else:
        body = await reader.readexactly(min(_MOST, int(length)))
    whole = _parsed(head + body, method)
    return Outcome(whole.status, whole.read())


def _parsed(raw: bytes, method: str) -> HTTPResponse:
    response = HTTPResponse(_Bytes(raw), method=method)  # type: ignore[arg-type]
    response.begin()
    return response
