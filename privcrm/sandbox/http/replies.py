"""Replies as values, and as bytes where the connection is written by hand."""

from http import HTTPStatus
from typing import Any

import attrs

from privcrm.sandbox.http.protocol import Send
from privcrm.sandbox.jsonio import dumps
from privcrm.sandbox.wecom.wire import JSON, Answer

HTML = b"text/html"


@attrs.frozen
class Reply:
    """An HTTP reply."""

    status: int
    body: bytes
    content_type: bytes = JSON.encode()
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, answer: Answer, date: tuple[bytes, bytes] | None = None) -> "Reply":
        """Return the vendor's answer with its two headers, and a date if given."""
        code, text = str(answer.errcode).encode(), answer.errmsg.encode("ascii", "replace")
        more = tuple((name.lower().encode(), value.encode()) for name, value in answer.headers)
        headers = ((b"error-code", code), (b"error-msg", text), *more, *([date] if date else []))
        return cls(answer.status, answer.body, answer.content_type.encode(), headers)

    @classmethod
    def json(cls, value: Any, status: int = 200) -> "Reply":
        """Return a value as JSON."""
        return cls(status, dumps(value))

    async def send(self, send: Send) -> None:
        """Send the reply the ordinary way."""
        headers = [(b"content-type", self.content_type), (b"content-length", b"%d" % len(self.body)), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def head(status: int, length: int | None = None, reply: Reply | None = None) -> bytes:
    """Return status line and headers of a reply that ends with the connection; those of *reply* if there is one yet."""
    content_type, headers = (reply.content_type, reply.headers) if reply else (JSON.encode(), ())
    own = ((b"Content-Type", content_type), (b"Connection", b"close"), *headers)
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), *(b"%s: %s" % header for header in own)]
    if length is not None:
        lines.append(b"Content-Length: %d" % length)
    return b"\r\n".join(lines) + b"\r\n\r\n"
