"""Where the gateway is to be met, and whom it listens to."""

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from attrs import field, frozen

from privcrm.errors import ConfigurationError
from privcrm.web.gateway.clients import RequestRate

__all__ = ["GatewayPolicy", "GatewayRequest"]

_DOMAIN: Final = re.compile(r"[0-9a-z]([0-9a-z.\-]*[0-9a-z])?(:[0-9]{1,5})?")
_MOUNT: Final = re.compile(r"(/[0-9A-Za-z_\-.~]+)*")


@frozen
class GatewayRequest:
    """A request as the application's ``identify`` sees it; header names are in small letters."""

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    client: str = field(default="", repr=False)


Identify = Callable[[GatewayRequest], str]


def _nobody(request: GatewayRequest) -> str:
    del request
    return ""


def _domain(name: str) -> str:
    lowered = name.strip().lower()
    if not _DOMAIN.fullmatch(lowered):
        raise ConfigurationError(f"{name!r} is no domain: write it as go.example.com, without https:// and path")
    return lowered


def _domains(names: "tuple[str, ...] | list[str]") -> tuple[str, ...]:
    if isinstance(names, str):
        raise ConfigurationError(f"GatewayPolicy.domains is a list of domains: write [{names!r}]")
    return tuple(_domain(name) for name in names)


def _mount(path: str) -> str:
    bare = path.rstrip("/")
    if not _MOUNT.fullmatch(bare):
        raise ConfigurationError(f"{path!r} is no path for a gateway: write it as /go")
    return bare


def _networks(texts: "tuple[str, ...] | list[str]") -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(text) for text in texts)
    except ValueError as error:
        raise ConfigurationError(f"GatewayPolicy.trusted_proxies takes addresses or networks: {error}") from None


@frozen
class GatewayPolicy:
    """What a gateway is told about its surroundings.

    Requests to one of ``domains`` are served and others answered 421; links are made with the first, so that the others
    are spares, and none at all serves whatever name is asked for. ``mount`` is the path under which the application put
    it. Who is at the other end is read from ``X-Forwarded-For`` only as far as ``trusted_proxies`` wrote it. ``rate``
    is what one client may ask. ``identify`` tells who a visitor is from the application's own session, "" for nobody.
    Visitors are known again for ``mark_days`` by a cookie. Raises ``ConfigurationError``.
    """

    domains: tuple[str, ...] = field(default=(), converter=_domains)
    mount: str = field(default="", converter=_mount)
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = field(default=(), converter=_networks)
    rate: RequestRate = field(factory=RequestRate)
    identify: Identify = field(default=_nobody, repr=False)
    mark_days: int = 180
