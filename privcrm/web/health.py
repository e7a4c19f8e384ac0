"""The health page: one word for strangers, the state of things for who is on the machine."""

import asyncio
import ipaddress
import json
import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from privcrm.web.aborting import FORWARDING
from privcrm.web.asgi import AsgiCallable, Receive, Scope, Send, send_reply
from privcrm.web.health_page import page
from privcrm.web.reply import Reply

__all__ = ["Facts", "HealthApp"]

Facts = Callable[[], Mapping[str, object]]
"""Tells how things stand: ``status`` is ``ok`` or one word for what is wrong; the rest is shown as it is."""

log = logging.getLogger("privcrm.web")

_NO_ANSWER: Mapping[str, object] = {"status": "no_answer"}
_GUARDS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Vary", "Accept"),
    ("X-Content-Type-Options", "nosniff"),
)


class HealthApp:
    """Answers ``GET /healthz`` before an ASGI application: 200 if the status is ``ok``, else 503.

    JSON for programs, a page for who accepts ``text/html``. Strangers learn only whether all is well; details are for
    direct requests from this machine, addressed by a loopback name. ``facts`` is asked in a thread, once in
    ``max_age`` seconds whoever wants to know; the status is ``no_answer`` if it raises, or is still at it after
    ``patience`` seconds.
    """

    def __init__(
        self,
        app: AsgiCallable,
        facts: Facts,
        *,
        path: str = "/healthz",
        max_age: float = 1.0,
        patience: float = 3.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._facts = facts
        self._path = path
        self._max_age = max_age
        self._patience = patience
        self._monotonic = monotonic
        self._asked: asyncio.Task[Mapping[str, object]] | None = None
        self._asked_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            await send_reply(await self._reply(scope), scope, send)
        else:
            await send_reply(Reply(405, (("Allow", "GET, HEAD"),)), scope, send)

    async def _reply(self, scope: Scope) -> Reply:
        facts = await self._known()
        is_well = facts.get("status") == "ok"
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not _is_ours(scope, headers):
            facts = {"status": "ok" if is_well else "not_ok"}
        if "text/html" in headers.get("accept", ""):
            kind, body = "text/html", page(facts)
        else:
            kind, body = "application/json", json.dumps(facts, ensure_ascii=False, default=str) + "\n"
        return Reply(200 if is_well else 503, (("Content-Type", f"{kind}; charset=utf-8"), *_GUARDS), body.encode())

    async def _known(self) -> Mapping[str, object]:
        try:
            return await asyncio.wait_for(asyncio.shield(self._answer()), self._patience)
        except TimeoutError:
            return _NO_ANSWER

    def _answer(self) -> "asyncio.Task[Mapping[str, object]]":
        # One question for all who wait: strangers must not be able to keep the store busy, nor a hung one all threads.
        is_old = self._monotonic() - self._asked_at >= self._max_age
        if self._asked is None or (self._asked.done() and is_old):
            self._asked = asyncio.create_task(self._ask())
            self._asked_at = self._monotonic()
        return self._asked

    async def _ask(self) -> Mapping[str, object]:
        try:
            return await asyncio.to_thread(self._facts)
        except Exception as error:  # noqa: BLE001 - whatever it is, things are not well
            log.warning("the state of things is not known: %s", type(error).__name__)
            return _NO_ANSWER


def _is_ours(scope: Scope, headers: Mapping[str, str]) -> bool:
    client, _ = scope.get("client") or ("", 0)
    return (
        _is_loopback(client)
        and _is_loopback(_hostname(headers.get("host", "")))  # a page in a browser here may know a name for loopback
        and not FORWARDING.intersection(headers)
        and scope["http_version"] == "1.1"  # a proxy with no settings of its own speaks 1.0 and says nothing of itself
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
