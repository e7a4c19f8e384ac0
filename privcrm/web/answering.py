"""Whose a request is, and what it is answered: the same for one company and for many."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from privcrm.clock import Clock
from privcrm.errors import CallbackRejected, ConfigurationError
from privcrm.events.receiver import EventReceiver, NotStored
from privcrm.provider import CallbackApp, CallbackRequest, Provider
from privcrm.web.reply import Reply

__all__ = ["Answering", "Desk"]

log = logging.getLogger("privcrm.web")

# One answer for whatever is wrong: nobody learns by trying.
REFUSED: Final = Reply(403, (("Content-Type", "text/plain"),), b"forbidden\n")
WRONG_METHOD: Final = Reply(405, (("Allow", "GET, POST"), ("Content-Type", "text/plain")), b"method not allowed\n")
# What anybody can bring about, so that it must not fill the log.
STRANGERS: Final = frozenset({"form", "path", "signature", "stale"})
NO_ANSWER: Final = Reply(503, abort=True)


@frozen
class Desk:
    """One company that takes callbacks: what it is configured for, and its receiver, which opens the store."""

    provider: Provider
    receiver: Callable[[], EventReceiver]

    @property
    def apps(self) -> tuple[CallbackApp, ...]:
        """The apps that are told of things."""
        return self.provider.callbacks.apps()


class Answering:
    """Answers requests for one or several companies.

    A request on a path that an app is configured for is that app's; any other belongs to whom its token says, of the
    apps without a path. It is never found out by trying to decrypt. Raises ``ConfigurationError`` where a company has
    no app that is told of things, or two of them could not be told apart.
    """

    def __init__(self, desks: Sequence[Desk], clock: Clock) -> None:
        self._clock = clock
        for desk in desks:
            if not desk.apps:
                name = desk.provider.name.upper()
                raise ConfigurationError(
                    f"no app of {desk.provider.company} is told of events: set PRIVCRM_{name}_CALLBACK_TOKEN and"
                    " the key that belongs to it"
                )
        _check_told_apart(desks)
        self._desks = desks
        self._at_path = {_path(app.path): (desk, app.name) for desk in desks for app in desk.apps if app.path}
        self._anywhere = [(desk, "") for desk in desks if not all(app.path for app in desk.apps)]

    def handle(
        self,
        method: str,
        query: str,
        headers: Iterable[tuple[str, str]] | Mapping[str, str],
        body: bytes,
        path: str = "",
    ) -> Reply:
        """Answer one request; never raises. ``query`` is the raw query string, ``headers`` pairs as they came."""
        arrived = self._clock.monotonic()
        if method not in ("GET", "POST"):
            return WRONG_METHOD
        lowered = {name.lower(): value for name, value in dict(headers).items()}
        request = CallbackRequest(method, query, lowered, body, path)
        try:
            return self._answer(request, arrived)
        except NotStored:
            return NO_ANSWER
        except Exception as error:  # noqa: BLE001 - a status would be taken for an answer
            log.error("a callback met %s and is left without an answer", type(error).__name__)  # noqa: TRY400 - may quote it
            return NO_ANSWER

    def _answer(self, request: CallbackRequest, arrived: float) -> Reply:
        reason = "path"
        for desk, app in self._candidates(request.path):
            try:
                received = desk.receiver().receive(request, app=app, arrived=arrived)
            except CallbackRejected as error:
                reason = error.reason
                if reason != "signature":  # with another token it could not be right either
                    break
            else:
                return Reply(200, (("Content-Type", received.answer.content_type),), received.answer.body)
        self._note_refusal(request.path, reason)
        return REFUSED

    def _candidates(self, path: str) -> Iterator[tuple[Desk, str]]:
        found = self._at_path.get(_path(path))
        yield from self._anywhere if found is None else [found]

    def _note_refusal(self, path: str, reason: str) -> None:
        for desk in [desk for desk, _ in self._candidates(path)] or self._desks:
            desk.receiver().note_refusal(reason)
        # Whoever can sign is the vendor, so that it is our own set-up which does not fit.
        log.log(logging.INFO if reason in STRANGERS else logging.WARNING, "a request was refused: %s", reason)


def _path(path: str) -> str:
    return "/" + path.strip("/")


def _check_told_apart(desks: Sequence[Desk]) -> None:
    apps = [(desk, app) for desk in desks for app in desk.apps]
    paths = Counter(_path(app.path) for _, app in apps if app.path)
    twice = next((path for path, count in paths.items() if count > 1), None)
    if twice:
        raise ConfigurationError(f"two apps are told of events at {twice}: give each a path of its own")
    tokens = Counter(token for _, app in apps if not app.path for token in set(app.tokens))
    for desk, app in apps:
        if not app.path and any(tokens[token] > 1 for token in app.tokens):
            raise ConfigurationError(
                f"app {app.name} of {desk.provider.company} shares its callback token with another:"
                " give each its own, or a path of its own"
            )
