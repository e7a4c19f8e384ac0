"""Who may use the control plane: programs of this machine, but no web page that a browser of this machine shows.

A page of any site can send requests to loopback addresses, and with a name that resolves there (DNS rebinding) even
read the answers. It cannot keep the browser from saying where the request comes from.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host is reachable from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def objection(headers: Iterable[tuple[bytes, bytes]], *, exposed: bool) -> str:
    """Return why a request to the control plane is not answered, empty if it is; an *exposed* one has any name."""
    sent = {name: value.decode("latin-1") for name, value in headers if name in {b"host", b"origin"}}
    host = sent.get(b"host", "")
    if not exposed and not is_loopback(_hostname(f"//{host}")):
        return "the sandbox is addressed by a loopback name, such as 127.0.0.1"
    if b"origin" in sent and urlsplit(sent[b"origin"]).netloc != host:
        return "web pages may not use the sandbox"
    return ""


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
