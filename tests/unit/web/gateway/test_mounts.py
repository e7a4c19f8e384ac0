"""The gateway on a server of ours, and under other people's frameworks."""

import asyncio
import http.client
from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from privcrm.web import WebhookServer
from privcrm.web.gateway.clients import RequestRate
from tests.unit.live_codes.gateway.places import Place
from tests.unit.web.gateway.browsing import gateway_of


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={"Host": "go.example.com", **headers})
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def test_our_own_server_serves_it(place: Place) -> None:
    link = place.images()
    with WebhookServer(gateway_of(place, domains=["go.example.com"]).asgi) as server:
        status, headers, body = ask(server.port, f"/{link}?from=timeline")
        assert (status, headers["cache-control"]) == (200, "no-store")
        assert int(headers["content-length"]) == len(body)
        cookie = headers["set-cookie"].partition(";")[0]
        assert "set-cookie" not in ask(server.port, f"/{link}", Cookie=cookie)[1]
        status, headers, empty = ask(server.port, f"/{link}", "HEAD")
        assert (status, empty, int(headers["content-length"])) == (200, b"", len(body))
        assert ask(server.port, "/healthz")[2] == b'{"status": "ok"}\n'
        assert ask(server.port, f"/{link}/../{link}")[0] == 404
    assert place.funnel() == {"views": 2, "shown": 2, "repeats": 1}


def test_the_address_at_the_other_end_is_the_servers_word(place: Place) -> None:
    link = place.images()
    with WebhookServer(gateway_of(place, rate=RequestRate(0.001, 2)).asgi) as server:
        statuses = [ask(server.port, f"/{link}", **{"Privcrm-Peer": f"192.0.2.{n}"})[0] for n in range(3)]
    assert statuses == [200, 200, 429]


def test_a_framework_may_mount_it_under_a_path(place: Place) -> None:
    link = place.images()
    app = Flask("shop")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/go": gateway_of(place, mount="/go").wsgi})  # type: ignore[method-assign]
    client: Any = app.test_client()
    reply = client.get(f"/go/{link}/zh")
    assert (reply.status_code, "长按识别二维码" in reply.text) == (200, True)
    assert client.get(f"/go/{link}x").status_code == 404
    assert client.post(f"/go/{link}", data=b"x" * 5_000).status_code == 413


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_scopes_are_passed_on(place: Place, kind: str) -> None:
    sent: list[str] = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(gateway_of(place).asgi({"type": kind}, receive, send))
    assert sent[-1] in ("lifespan.shutdown.complete", "websocket.close")
