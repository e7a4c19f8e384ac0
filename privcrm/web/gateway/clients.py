"""Who asks, as far as that can be believed, and how often he may."""

import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from attrs import frozen

from privcrm.errors import ConfigurationError
from privcrm.forks import reset_in_children

__all__ = ["Buckets", "Pseudonyms", "RequestRate", "client_of"]

MOST_HOPS: Final = 32
_SITE_BITS: Final = 64
_WITH_PORT: Final = re.compile(r"([0-9.]+):[0-9]+|\[([0-9A-Fa-f:.]+)\](?::[0-9]+)?")


@frozen
class RequestRate:
    """How often one address may ask: ``burst`` at once, and ``per_second`` from then on.

    Many phones share one address of their carrier: this is against machines. ``most_clients`` are remembered.
    """

    per_second: float = 20.0
    burst: int = 300
    most_clients: int = 20_000

    def __attrs_post_init__(self) -> None:
        if self.per_second <= 0 or min(self.burst, self.most_clients) < 1:
            raise ConfigurationError("RequestRate takes numbers above 0")


class Buckets:
    """A bucket of tokens for each client, bounded in number; safe for threads."""

    def __init__(self, rate: RequestRate, monotonic: Callable[[], float]) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self.reset()
        reset_in_children(self)

    def reset(self) -> None:
        """Start with a lock that nobody holds: a forked child has none of the threads that would release it."""
        self._lock = threading.Lock()

    def take(self, client: str) -> float:
        """Take a token of a client; return 0, or after how many seconds there is one again."""
        rate = self._rate
        with self._lock:
            now = self._monotonic()
            tokens, since = self._kept.pop(client, (float(rate.burst), now))
            tokens = min(rate.burst, tokens + (now - since) * rate.per_second)
            waits = 0.0 if tokens >= 1 else (1 - tokens) / rate.per_second
            self._kept[client] = (tokens if waits else tokens - 1, now)
            if len(self._kept) > rate.most_clients:
                self._kept.popitem(last=False)  # the one that asked longest ago: its bucket is as good as full
        return waits


class Pseudonyms:
    """What stands for addresses, which are personal data: hashes by a key that ends with the process."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def of(self, address: str) -> str:
        """Return what stands for an address, "" for none."""
        return hashlib.blake2b(address.encode(), key=self._key, digest_size=12).hexdigest() if address else ""


def client_of(peer: str, forwarded_for: str, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """Return the address of the client, a site of 64 bits for IPv6; "" if it cannot be told.

    ``forwarded_for`` is read from its end, as far as trusted proxies wrote it; what strangers put before is not read.
    """
    client = _address(peer)
    hops = [hop.strip() for hop in forwarded_for.rsplit(",", MOST_HOPS)[-MOST_HOPS:] if hop.strip()]
    while client and hops and any(client in network for network in trusted if network.version == client.version):
        hop = _address(hops.pop())
        if hop is None:
            break  # nobody can tell who that is: he shares the rate of the proxy that wrote it
        client = hop
    if isinstance(client, IPv6Address):
        return str(ip_network((int(client), _SITE_BITS), strict=False).network_address)
    return str(client) if client else ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address; some proxies write a port behind it, and servers for both versions map IPv4 into IPv6."""
    with_port = _WITH_PORT.fullmatch(text)
    try:
        address = ip_address(with_port[1] or with_port[2] if with_port else text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
