"""One host over HTTP: connections, deadline, size limit. What goes wrong comes back as a value, never as an exception.

Below this line live the texts that must not leak (the token is part of the URL on some vendors), and requests, urllib3
and http.client quote URLs in their exceptions. So nothing of theirs crosses it: a ``Fault`` says what kind of thing
happened, and the frames that know the URL are gone by the time anybody raises.
"""

import ipaddress
import ssl
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import certifi
import urllib3
from attrs import field, frozen
from requests import PreparedRequest, Response
from requests import exceptions as rex
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as uex

from privcrm.errors import ConfigurationError
from privcrm.shield import shielded
from privcrm.transport.deadline import ConnectFailed, DeadlineHTTPPool, DeadlineHTTPSPool
from privcrm.transport.redaction import silence_urls

MAX_REPLY_BYTES = 8 * 1024 * 1024
_NOT_SENT = (uex.NewConnectionError, uex.ConnectTimeoutError, uex.ProxyError, ConnectFailed)
_POOLS = {"http": DeadlineHTTPPool, "https": DeadlineHTTPSPool}


@frozen
class Reply:
    """What came back: status, headers (names as the server wrote them, looked up without case) and body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@frozen
class Fault:
    """Why nothing readable came back.

    ``sent`` tells whether a byte of the request may have gone out; ``final`` that trying again cannot help.
    """

    detail: str
    sent: bool
    final: bool = False


class _Request(PreparedRequest):
    """Built by hand: preparing one through requests costs as much as sending it."""

    target = ""
    pool: Any = None


class _Response(Response):
    """Only what is read afterwards; requests' own constructor makes cookie jars and copies headers."""

    def __init__(self, request: PreparedRequest, raw: Any) -> None:  # pyright: ignore[reportMissingSuperCall]
        self.request = request
        self.raw = raw
        self.status_code = raw.status
        self.headers = raw.headers
        self.url = request.url or ""
        self.reason = raw.reason or ""


class _Adapter(HTTPAdapter):
    """requests' adapter with the pool chosen beforehand; ``send`` is left as it is, so that test doubles find it."""

    def get_connection_with_tls_context(self, request: Any, *_: Any, **__: Any) -> Any:
        return request.pool

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Do nothing: the pools carry one shared context; requests would read the CA bundle for every connection."""

    def request_url(self, request: Any, proxies: Any) -> str:  # noqa: ARG002 - requests' signature
        return cast("str", request.target)

    def build_response(self, req: Any, resp: Any) -> Response:
        return _Response(req, resp)


class HttpSession:
    """Sends requests to one host.

    ``base_url`` is scheme, host and port; plain ``http`` is accepted for loopback only, anything else raises
    ``ConfigurationError``. ``workers`` is how many connections are kept. Redirects are not followed, proxy variables
    and netrc files are not read.
    """

    @shielded
    def __init__(self, base_url: str, *, proxy: str = "", ca_bundle: str = "", workers: int = 32) -> None:
        silence_urls()
        self.base_url = check_base_url(base_url)
        self._proxy = "" if self.base_url.startswith("http:") else proxy
        self._context = None if self.base_url.startswith("http:") else _tls_context(ca_bundle)
        self._workers = workers
        self.reset()

    def reset(self) -> None:
        """Start with new connections: after a fork, parent and child must not share any."""
        self._adapter = _Adapter(max_retries=0)
        self._kept = self._pool()

    def close(self) -> None:
        """Close all connections."""
        self._kept.close()

    def exchange(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        timeout: float,
        fresh: bool = False,
        most: int = MAX_REPLY_BYTES,
    ) -> Reply | Fault:
        """Send one request and read the whole reply, of at most ``most`` bytes, within ``timeout`` seconds.

        ``fresh`` takes a new connection: on a kept one, a server that had just hung up looks the same as one that
        did the work and then hung up.
        """
        pool = self._pool() if fresh else self._kept
        request = self._request(method, target, headers, body)
        request.pool = pool
        raw: Any = None
        try:
            response = self._adapter.send(request, stream=True, timeout=cast("Any", urllib3.Timeout(total=timeout)))
            raw = response.raw
            return _read(response, most)
        except (rex.Timeout, uex.TimeoutError) as error:
            return _fault(error, f"no answer within {timeout:.1f} s")
        except (rex.ConnectionError, uex.ProtocolError, OSError) as error:
            return _fault(error, "connection broken")
        except uex.HTTPError as error:
            return _fault(error, "not HTTP")
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote the URL
            return _fault(error, "request failed")
        finally:
            if raw is not None:
                _give_back(raw)
            if fresh:
                pool.close()

    def _request(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> _Request:
        request = _Request()
        request.method = method
        request.target = target
        request.url = self.base_url + target
        request.body = body
        sent = {**_HEADERS, **headers}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        request.headers = cast("Any", sent)
        return request

    def _pool(self) -> Any:
        options: dict[str, Any] = {"maxsize": self._workers, "block": False, "retries": False}
        if self._context is not None:
            options["ssl_context"] = self._context
        manager = urllib3.PoolManager(**options) if not self._proxy else _proxy_manager(self._proxy, options)
        manager.pool_classes_by_scheme = cast("Any", _POOLS)
        return manager.connection_from_url(self.base_url)


_HEADERS = {
    "User-Agent": "privcrm",
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # the size limit counts what is read, so nothing may unpack into more
    "Content-Type": "application/json",
}


def check_base_url(base_url: str) -> str:
    """Return the address without a trailing slash; raise ``ConfigurationError`` unless it is one to send secrets to."""
    url = base_url.rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.path or parts.query or parts.username or parts.scheme not in ("http", "https"):
        raise ConfigurationError("the base URL must be scheme, host and port only, such as https://qyapi.weixin.qq.com")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(f"plain http is accepted for this machine only, not for {host}: use https")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tls_context(ca_bundle: str) -> ssl.SSLContext:
    path = ca_bundle or certifi.where()
    try:
        about = Path(path).stat()
        return _context_of(path, (about.st_ino, about.st_size, about.st_mtime_ns))
    except (OSError, ValueError, ssl.SSLError):
        raise ConfigurationError(f"the CA bundle {ca_bundle} cannot be read") from None


@lru_cache(maxsize=8)
def _context_of(path: str, _version: tuple[int, ...]) -> ssl.SSLContext:
    """Read the certificates of a file: 20 ms, so once for all sessions, and again when the file is another one."""
    context = ssl.create_default_context(cafile=path)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _proxy_manager(proxy: str, options: dict[str, Any]) -> urllib3.PoolManager:
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    headers = None
    if parts.username:
        headers = urllib3.make_headers(proxy_basic_auth=f"{parts.username}:{parts.password or ''}")
    try:
        address = f"{parts.scheme}://{parts.hostname}:{parts.port or 80}"
        return urllib3.ProxyManager(address, proxy_headers=headers, **options)
    except (ValueError, uex.HTTPError):
        raise ConfigurationError("the proxy is no address such as http://proxy.example:8080") from None


def _read(response: Response, most: int) -> Reply | Fault:
    raw: Any = response.raw
    size = raw.length_remaining
    if size is not None and size > most:
        return _too_long(most)
    body = raw.read() if size is not None else raw.read(most + 1)
    if len(body) > most:
        return _too_long(most)
    return Reply(response.status_code, raw.headers, body)


def _too_long(most: int) -> Fault:
    # Final for a download, whose limit the caller chose; a repeated call would meet the same again.
    return Fault(f"reply longer than {most / 1024 / 1024:g} MiB", sent=True, final=most != MAX_REPLY_BYTES)


def _give_back(raw: Any) -> None:
    # A reply that was not read to its end leaves the connection useless: close it rather than return it to the pool.
    if not raw.isclosed():
        raw.close()
    raw.release_conn()


def _fault(error: BaseException, otherwise: str) -> Fault:
    reason = _reason(error)
    if isinstance(reason, ConnectFailed):
        return Fault(reason.kind, sent=False, final=reason.final)
    if isinstance(reason, _NOT_SENT):
        return Fault(_UNSENT.get(type(reason), "host could not be reached"), sent=False)
    return Fault(otherwise, sent=True)


_UNSENT: dict[type, str] = {
    uex.NameResolutionError: "host name could not be resolved",
    uex.ConnectTimeoutError: "no connection in time",
    uex.ProxyError: "proxy could not be reached",
    rex.ProxyError: "proxy could not be reached",
}


def _reason(error: BaseException) -> object:
    inner: object = error.args[0] if error.args else error
    return getattr(inner, "reason", None) or (inner if isinstance(inner, Exception) else error)
