"""Port: verifying and reading the vendor's callbacks."""

from collections.abc import Iterable

from privcrm.models import Callback
from privcrm.provider.ports._base import Port


class CallbacksPort(Port):
    """Opens what the vendor sends us: checks signature, age, key and company, decrypts, and parses.

    ``query`` is the raw query string, ``headers`` pairs as they came, ``body`` the untouched bytes. Whatever is wrong
    raises ``CallbackRejected`` with one and the same text, so that nobody learns by trying; several tokens and keys
    are accepted while they are rotated. No network, no state: repeated deliveries are for the inbox to recognise.
    """

    area = "callbacks"

    def challenge(self, query: str) -> bytes:
        """Return the body that answers the vendor's check of our address."""
        raise self._unsupported("challenge")

    def open(self, query: str, headers: Iterable[tuple[str, str]], body: bytes) -> tuple[Callback, ...]:
        """Return the callbacks in one request."""
        raise self._unsupported("open")

    def addresses(self) -> tuple[str, ...]:
        """Return the networks from which the vendor calls, for a firewall; they change, so read them daily."""
        raise self._unsupported("addresses")
