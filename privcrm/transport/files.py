"""Files on their way: uploads as a part of a form, downloads as they come."""

import re
import secrets
from collections.abc import Mapping
from email.message import Message
from email.utils import collapse_rfc2231_value

from attrs import field, frozen
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

_SLOWEST = 256 * 1024
"""Bytes a second; whoever is slower is given up, so that a call's deadline grows with the file and still holds."""
_SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_TEXT = ("application/json", "text/")


@frozen
class File:
    """A file to send: ``name`` is what recipients see, ``field`` the part of the form that holds it."""

    content: bytes = field(repr=False)
    name: str = field(repr=False)
    content_type: str = "application/octet-stream"
    field: str = "media"


@frozen
class Blob:
    """What a download brought: bytes from ``first`` on, of ``total``."""

    content: bytes = field(repr=False)
    content_type: str = ""
    filename: str = field(default="", repr=False)
    first: int = 0
    total: int = 0


def form_of(file: File) -> tuple[bytes, str]:
    """Return the body of a form that holds the file, and its Content-Type.

    The name goes as plain UTF-8: not every vendor reads the ``filename*`` of RFC 2231. ``filelength`` is WeCom's.
    """
    part = RequestField(file.field, file.content, filename=file.name)
    part.make_multipart(content_type=file.content_type)
    part.headers["Content-Disposition"] = f"{part.headers['Content-Disposition']}; filelength={len(file.content)}"
    return encode_multipart_formdata([part], boundary=secrets.token_hex(16))


def seconds_for(size: int) -> float:
    """Return how long so many bytes may take beyond what every call may take."""
    return size / _SLOWEST


def range_header(first: int, size: int) -> dict[str, str]:
    """Return the header that asks for ``size`` bytes from ``first`` on."""
    return {"Range": f"bytes={first}-{first + size - 1}"}


def blob_of(headers: Mapping[str, str], body: bytes, status: int) -> Blob | None:
    """Return what a reply holds; None if it holds no file, or does not say which part of one."""
    disposition, content_type = headers.get("Content-Disposition", ""), headers.get("Content-Type", "")
    if not disposition and (not content_type or content_type.startswith(_TEXT)):
        return None
    first, total = 0, len(body)
    if status == 206:  # noqa: PLR2004 - HTTP
        span = _SPAN.fullmatch(headers.get("Content-Range", ""))
        if span is None or int(span[2]) - int(span[1]) + 1 != len(body):
            return None
        first, total = int(span[1]), int(span[3])
    return Blob(body, content_type, _filename(disposition), first, total)


def _filename(disposition: str) -> str:
    """Return the file's own name without any folders; it comes from outside and may be meant to lead elsewhere."""
    message = Message()
    # Header bytes arrive as if they were Latin-1; names are UTF-8 in fact.
    message["Content-Disposition"] = disposition.encode("latin-1", "replace").decode("utf-8", "replace")
    found = [value for key, value in message.get_params(header="content-disposition") or () if key == "filename"]
    # ``filename*`` (a tuple here) says it in full where both are there.
    told = next((value for value in found if isinstance(value, tuple)), found[0] if found else "")
    name = _UNSAFE.sub("", collapse_rfc2231_value(told))
    return name.replace("\\", "/").rpartition("/")[2]
