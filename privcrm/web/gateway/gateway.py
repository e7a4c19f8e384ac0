"""The gateway: answers requests for permanent links, of one company or of several."""

import json
import logging
from collections.abc import Iterable, Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, cast

from attrs import frozen

from privcrm.clock import Clock, SystemClock
from privcrm.errors import ConfigurationError
from privcrm.services.live_codes.gateway.desk import Desk
from privcrm.services.live_codes.gateway.visits import Decision, Page, Visit, Visitor
from privcrm.store.live_codes.links import is_slug
from privcrm.web.asgi import AsgiApp, Receive, Scope, Send
from privcrm.web.gateway.address import Asked, asked_for, preferred
from privcrm.web.gateway.clients import Buckets, Pseudonyms, client_of
from privcrm.web.gateway.marks import Hash, Marks
from privcrm.web.gateway.pages import content_security_policy, fault_page, page_of
from privcrm.web.gateway.policy import GatewayPolicy, GatewayRequest
from privcrm.web.gateway.texts import Fault
from privcrm.web.reply import Reply
from privcrm.web.wsgi import WsgiApp

__all__ = ["Gateway", "GatewaySide"]

log = logging.getLogger("privcrm.gateway")

MOST_BODY: Final = 4_096
METHODS: Final = ("GET", "HEAD", "POST")
HEALTH: Final = "/healthz"
_PEER: Final = "privcrm-peer"
"""The header in which our own mounts say who is at the other end; whatever a client sends by that name is dropped."""

_STATUS: Final = {
    Page.UNKNOWN: HTTPStatus.NOT_FOUND,
    Page.ENDED: HTTPStatus.GONE,
    Page.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
_RETRY_SECONDS: Final = "30"
_OUR_OWN: Final = ("same-origin", "none")
"""What browsers call requests of our own pages, and those that nobody's page made."""
_IN_SEVERAL: Final = {"cookie": "; ", "x-forwarded-for": ", "}
"""Headers that may come in several lines, and what stands between them."""

Headers = Iterable[tuple[str, str]] | Mapping[str, str]


@frozen
class GatewaySide:
    """One company behind the gateway: who decides, and the keyed hash of its store (``vault.hash``)."""

    desk: Desk
    hash: Hash


class Gateway:
    """Serves the permanent links of live codes; mount ``wsgi`` or ``asgi``, or call ``handle`` from any framework.

    A link is asked for at ``<mount>/<slug>``, or with ``/zh`` or ``/en`` behind it. It is looked up in the companies'
    stores, in their order. Visitors are known again by a cookie that the first company's keys sign, or ``hashed`` if it
    is given. Answers are never to be kept by anybody, so that conditional requests get the whole page; ``HEAD`` decides
    and counts nothing. Raises ``ConfigurationError`` for no company.
    """

    def __init__(
        self,
        sides: Iterable[GatewaySide],
        policy: GatewayPolicy | None = None,
        *,
        clock: Clock | None = None,
        hashed: Hash | None = None,
    ) -> None:
        self._sides = tuple(sides)
        if not self._sides:
            raise ConfigurationError("a gateway needs at least one company: Gateway([side])")
        self.policy = policy or GatewayPolicy()
        clock = clock or SystemClock()
        self._marks = Marks(hashed or self._sides[0].hash, self.policy.mark_days, clock.time)
        self._buckets = Buckets(self.policy.rate, clock.monotonic)
        self._clients = Pseudonyms()
        self._names = {domain.partition(":")[0] for domain in self.policy.domains}
        hosts = {host for side in self._sides for host in side.desk.settings.picture_hosts}
        self._guards = _guards(content_security_policy(hosts))
        self._has_warned = False

    def link(self, slug: str) -> str:
        """Return the whole address of a link, at the first domain. Raises ``ConfigurationError`` without domains."""
        if not self.policy.domains:
            raise ConfigurationError("the gateway has no domain: give GatewayPolicy(domains=['go.example.com'])")
        if not is_slug(slug):
            raise ConfigurationError("this is no link")
        return f"https://{self.policy.domains[0]}{self.policy.mount}/{slug}"

    # -- answering

    def handle(
        self, method: str, query: str, headers: Headers, body: bytes, path: str = "", *, client: str = ""
    ) -> Reply:
        """Answer one request; never raises. ``path`` is the whole path, ``client`` the address at the other end.

        Without ``client`` nobody is held to a rate, nor to the places of one address. What ``query`` and ``body`` say
        is not looked at.
        """
        del body
        request = GatewayRequest(method, path, query, _lowered(headers), client)
        try:
            return self._answer(request)
        except Exception as error:  # noqa: BLE001 - a visitor gets a page, whatever happened
            log.error("the gateway failed with %s", type(error).__name__)  # noqa: TRY400 - its text may quote a visitor
            return self._fault(request, Fault.FAILED, HTTPStatus.INTERNAL_SERVER_ERROR)

    @cached_property
    def wsgi(self) -> "_WsgiMount":
        """``handle`` as a WSGI application."""
        return _WsgiMount(WsgiApp(self._served, max_body=MOST_BODY))

    @cached_property
    def asgi(self) -> "_AsgiMount":
        """``handle`` as an ASGI application."""
        return _AsgiMount(AsgiApp(self._served, max_body=MOST_BODY))

    def _served(self, method: str, query: str, headers: Headers, body: bytes, path: str = "") -> Reply:
        """Answer a request that came through a mount of ours, which says who is at the other end."""
        lowered = _lowered(headers)
        return self.handle(method, query, lowered, body, path, client=lowered.pop(_PEER, ""))

    def _answer(self, request: GatewayRequest) -> Reply:
        if request.path == self.policy.mount + HEALTH:
            return self._health(request)
        if self._names and _hostname(request.headers.get("host", "")) not in self._names:
            return self._fault(request, Fault.ELSEWHERE, HTTPStatus.MISDIRECTED_REQUEST)
        if request.method not in METHODS:
            return self._fault(request, Fault.METHOD, HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", ", ".join(METHODS)))
        client = self._client(request)
        if waits := self._buckets.take(client) if client else 0.0:
            retry = ("Retry-After", str(int(waits) + 1))
            return self._fault(request, Fault.TOO_OFTEN, HTTPStatus.TOO_MANY_REQUESTS, retry)
        asked = asked_for(request.path, self.policy.mount)
        if asked is None:
            return self._page(Decision(Page.UNKNOWN), None, self._language(request, None))
        return self._decide(request, asked, client)

    def _decide(self, request: GatewayRequest, asked: Asked, client: str) -> Reply:
        visitor, cookie = self._visitor(request)
        language = self._language(request, asked)
        commits = request.method == "POST"
        if commits and (visitor.is_new or request.headers.get("sec-fetch-site", "none") not in _OUR_OWN):
            return self._back(asked, cookie)  # whoever has no mark yet is asked once more
        decision = self._decision(Visit(asked.slug, visitor, commits, client), looks=request.method == "HEAD")
        if commits and decision.page is not Page.UNKNOWN:
            return self._back(asked, cookie)
        if decision.page is Page.UNKNOWN or request.method == "HEAD":
            cookie = ""
        return self._page(decision, asked, language, cookie)

    def _decision(self, visit: Visit, *, looks: bool) -> Decision:
        """Ask one company after the other; one whose store is out of reach may be the one that knows the link."""
        fallback = Decision(Page.UNKNOWN)
        for side in self._sides:
            decision = side.desk.look(visit) if looks else side.desk.decide(visit)
            if decision.page not in (Page.UNKNOWN, Page.UNAVAILABLE):
                return decision
            if decision.page is Page.UNAVAILABLE:
                fallback = decision
        return fallback

    def _visitor(self, request: GatewayRequest) -> tuple[Visitor, str]:
        """Return who asks, and the cookie by which he will be known, "" where he is known already."""
        try:
            identity = self.policy.identify(request)
        except Exception as error:  # noqa: BLE001 - the application's own
            log.error("identify raised %s: the visitor is known by his mark only", type(error).__name__)  # noqa: TRY400
            identity = ""
        if identity:
            return self._marks.of_identity(identity), ""
        visitor = self._marks.read(request.headers.get("cookie", ""))
        return (visitor, "") if visitor is not None else self._marks.new()

    def _client(self, request: GatewayRequest) -> str:
        """Return what stands for the address that a request comes from, "" where that is not known."""
        forwarded = request.headers.get("x-forwarded-for", "")
        if forwarded and not self.policy.trusted_proxies:
            forwarded = ""
            if request.client and not self._has_warned:
                self._has_warned = True
                log.warning(
                    "requests come through a proxy, and none is among trusted_proxies: all visitors behind it share"
                    " the rate and the places of one; name the proxy's address"
                )
        return self._clients.of(client_of(request.client, forwarded, self.policy.trusted_proxies))

    def _language(self, request: GatewayRequest, asked: Asked | None) -> str:
        return (asked.language if asked else "") or preferred(request.headers.get("accept-language", ""))

    # -- replies

    def _page(self, decision: Decision, asked: Asked | None, language: str, cookie: str = "") -> Reply:
        status = _STATUS.get(decision.page, HTTPStatus.OK)
        more = [("Content-Language", language), *((("Set-Cookie", cookie),) if cookie else ())]
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            more.append(("Retry-After", _RETRY_SECONDS))
        return Reply(int(status), (*self._guards, *more), page_of(decision, asked, language))

    def _fault(self, request: GatewayRequest, fault: Fault, status: HTTPStatus, *more: tuple[str, str]) -> Reply:
        language = self._language(request, None)
        headers = (*self._guards, ("Content-Language", language), *more)
        return Reply(int(status), headers, fault_page(fault, language))

    def _back(self, asked: Asked, cookie: str) -> Reply:
        """Have the page asked for anew: at the same address, which was found to be a link."""
        more = (("Location", asked.here), *((("Set-Cookie", cookie),) if cookie else ()))
        return Reply(int(HTTPStatus.SEE_OTHER), (*self._guards, *more))

    def _health(self, request: GatewayRequest) -> Reply:
        if request.method not in ("GET", "HEAD"):
            headers = (("Allow", "GET, HEAD"), ("Cache-Control", "no-store"))
            return Reply(int(HTTPStatus.METHOD_NOT_ALLOWED), headers)
        # Not 503 without a store: the gateway goes on from memory, and nobody else could do better.
        is_well = all(side.desk.is_well for side in self._sides)
        body = json.dumps({"status": "ok" if is_well else "store_unreachable"}).encode() + b"\n"
        headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
        return Reply(int(HTTPStatus.OK), headers, body)


class _WsgiMount:
    """Tells the gateway who is at the other end, and passes everything on."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._app({**environ, "HTTP_PRIVCRM_PEER": environ.get("REMOTE_ADDR", "")}, start_response)


class _AsgiMount:
    """Tells the gateway who is at the other end, and passes everything on."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            name = _PEER.encode()
            client, _ = scope.get("client") or ("", 0)
            others = [pair for pair in scope["headers"] if pair[0].lower() != name]
            scope = {**scope, "headers": [*others, (name, client.encode("latin-1"))]}
        await self._app(scope, receive, send)


def _guards(policy: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", policy),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("Vary", "Accept-Language, Cookie"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("X-Robots-Tag", "noindex, nofollow"),
    )


def _lowered(headers: Headers) -> dict[str, str]:
    """Return headers by small names; of those that come in several the last, or all where that is allowed."""
    found: dict[str, str] = {}
    for name, value in _pairs(headers):
        lowered = name.lower()
        together = _IN_SEVERAL.get(lowered) if lowered in found else None
        found[lowered] = value if together is None else f"{found[lowered]}{together}{value}"
    return found


def _pairs(headers: Headers) -> Iterable[tuple[str, str]]:
    return cast("Mapping[str, str]", headers).items() if isinstance(headers, Mapping) else headers


def _hostname(host: str) -> str:
    return host.strip().lower().partition(":")[0].rstrip(".")
