"""A browser that keeps cookies, and gateways in front of the places of tests."""

import re
from typing import Any

from privcrm.web.gateway.gateway import Gateway, GatewaySide
from privcrm.web.gateway.marks import keyed_hash
from privcrm.web.gateway.policy import GatewayPolicy
from privcrm.web.reply import Reply
from tests.unit.live_codes.gateway.places import Place

KEY = b"k" * 32


def side_of(place: Place) -> GatewaySide:
    return GatewaySide(place.desk, keyed_hash(KEY))


def gateway_of(*places: Place, **policy: Any) -> Gateway:
    return Gateway([side_of(place) for place in places], GatewayPolicy(**policy), clock=places[0].clock)


class Browser:
    """Asks as one person's browser does."""

    def __init__(self, gateway: Gateway, host: str = "go.example.com") -> None:
        self.gateway = gateway
        self.host = host
        self.cookie = ""

    def ask(self, path: str, method: str = "GET", *, query: str = "", client: str = "", **headers: str) -> Reply:
        pairs = [("Host", self.host), *((name.replace("_", "-"), value) for name, value in headers.items())]
        if self.cookie:
            pairs.append(("Cookie", f"theme=dark; {self.cookie}"))
        reply = self.gateway.handle(method, query, pairs, b"", path, client=client)
        if set_cookie := header(reply, "Set-Cookie"):
            self.cookie = set_cookie.partition(";")[0]
        return reply


def header(reply: Reply, name: str) -> str:
    return next((value for key, value in reply.headers if key == name), "")


def heading(reply: Reply) -> str:
    found = re.search(r"<h1>([^<]*)</h1>", reply.body.decode())
    return found[1] if found else ""
