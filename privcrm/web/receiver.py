"""One way in for several companies."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from threading import Event as Flag
from typing import Any, Protocol

from privcrm.errors import ConfigurationError
from privcrm.web.answering import Answering
from privcrm.web.asgi import AsgiApp
from privcrm.web.reply import Reply
from privcrm.web.webhooks import Webhooks
from privcrm.web.wsgi import WsgiApp

__all__ = ["Receiver"]


class HasWebhooks(Protocol):
    """A CRM, as far as a receiver needs it."""

    @property
    def webhooks(self) -> Webhooks:
        """Its way in."""
        ...


class Receiver:
    """Takes the callbacks of several companies in, at one address or at several.

    Whose a request is, the path says where an app is configured for one (``CALLBACK_PATH``), else the token by which it
    was signed; it is never found out by trying to decrypt. Each company's events are kept in its own store and handled
    by its own handlers. Raises ``ConfigurationError`` where two apps could not be told apart, and for no company.
    """

    def __init__(self, crms: Iterable[HasWebhooks]) -> None:
        self._webhooks = [crm.webhooks for crm in crms]
        if not self._webhooks:
            raise ConfigurationError("a receiver needs at least one company: Receiver([crm])")
        self._answering = Answering([each.desk for each in self._webhooks], self._webhooks[0].policy.clock)

    def __iter__(self) -> Iterator[Webhooks]:
        return iter(self._webhooks)

    def handle(
        self,
        method: str,
        query: str,
        headers: Iterable[tuple[str, str]] | Mapping[str, str],
        body: bytes,
        path: str = "",
    ) -> Reply:
        """Answer one request as ``crm.webhooks.handle`` does; ``path`` is the whole path, the mount's part included."""
        return self._answering.handle(method, query, headers, body, path)

    @cached_property
    def wsgi(self) -> WsgiApp:
        """``handle`` as a WSGI application."""
        return WsgiApp(self._answering.handle)

    @cached_property
    def asgi(self) -> AsgiApp:
        """``handle`` as an ASGI application."""
        return AsgiApp(self._answering.handle)

    def start(self, workers: int = 2) -> None:
        """Handle the events of every company, each in so many threads; after a fork, call it in the child."""
        for each in self._webhooks:
            each.start(workers)

    def stop(self) -> None:
        """End those threads after what each of them is at."""
        for each in self._webhooks:
            each.stop()

    def work(self, stop: Flag | None = None) -> int:
        """Handle what is due of every company, here and now; return how many deliveries it was."""
        return sum(each.work(stop) for each in self._webhooks)

    def health(self) -> dict[str, Any]:
        """Return how every company's inbox stands: ``status`` is the first one that is not ``ok``."""
        companies = [each.health() for each in self._webhooks]
        status = next((each["status"] for each in companies if each["status"] != "ok"), "ok")
        return {"status": status, "companies": companies}
