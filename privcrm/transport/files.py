"""Files on their way: uploads as a part of a form, downloads as they come."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from attrs import field, frozen
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

_SLOWEST = 256 * 1024
"""Bytes a second; whoever is slower is given up, so that a call's deadline grows with the file and still holds."""
_SPAN = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")
_PARAMETER = re.compile(r""";\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")
_LONGEST = 4_096
"""Characters of a Content-Disposition; more is not looked at."""
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that a name has no use for: control characters, and those that turn the direction of reading."""
_DRIVE = re.compile(r"^[A-Za-z]:")
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
    place: tuple[int, int] | None = 0, len(body)
    if status == 206:  # noqa: PLR2004 - HTTP
        place = _place_of(headers.get("Content-Range", ""), len(body))
    return Blob(body, content_type, _filename(disposition), *place) if place is not None else None


def _place_of(content_range: str, size: int) -> tuple[int, int] | None:
    """Return first byte and total of a part of so many bytes; None if the header does not fit it."""
    span = _SPAN.fullmatch(content_range)
    if span is None:
        return None
    first, last, total = map(int, span.groups())
    return (first, total) if last - first + 1 == size and last < total else None


def _filename(disposition: str) -> str:
    """Return the file's own name without any folders; it comes from outside and may be meant to lead elsewhere."""
    # Header bytes arrive as if they were Latin-1; names are UTF-8 in fact.
    told = disposition[:_LONGEST].encode("latin-1", "replace").decode("utf-8", "replace")
    found = {name.lower(): value for name, value in _PARAMETER.findall(told)}
    # ``filename*`` says it in full where both are there.
    name = _extended(found.get("filename*", "")) or found.get("filename", "").strip(' "').replace('\\"', '"')
    plain = "".join(each for each in name if unicodedata.category(each) not in _UNSEEN)
    own = _DRIVE.sub("", plain.replace("\\", "/").rpartition("/")[2]).replace(":", "_")
    return own.strip(" .")  # "..", and what Windows cuts off by itself


def _extended(value: str) -> str:
    """Decode a name after RFC 8187; of its charsets those that are met, for some codecs do other things than decode."""
    charset, _, rest = value.strip().partition("'")
    octets = unquote_to_bytes(rest.partition("'")[2])
    return octets.decode(_CHARSETS.get(charset.lower(), "latin-1"), "replace")
