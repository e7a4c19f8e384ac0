"""Which handlers an event goes to, and what stands around them."""

import inspect
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from attrs import field, frozen

from privcrm.errors import ConfigurationError
from privcrm.models import Content
from privcrm.models.events import Event, EventSource

__all__ = ["EventHandler", "Middleware", "PassiveReplier", "Router", "Subscription"]

EventHandler = Callable[[Any], "Awaitable[None] | None"]
"""Takes the event; sync or async."""
Middleware = Callable[[Event, Callable[[], None]], None]
"""Takes the event and what is to be called for it to be handled; stands around every handler of every event."""
PassiveReplier = Callable[[Any], "Content | str | None"]

F = TypeVar("F", bound=Callable[..., Any])


@frozen
class Subscription:
    """One handler: what it wants, and under which name the inbox remembers that it is through with an event.

    ``sweep``: also of what a sweep found. ``each_app``: of every app's delivery, not once for all apps.
    """

    name: str
    kinds: tuple[type[Event], ...]
    handler: EventHandler = field(repr=False)
    sweep: bool = False
    each_app: bool = False

    def wants(self, event: Event, *, first: bool) -> bool:
        """Tell whether the handler is to be called; ``first`` is the first delivery of this event to any app."""
        return (
            isinstance(event, self.kinds)
            and (first or self.each_app)
            and (self.sweep or event.source is not EventSource.SWEEP)
        )


class Router:
    """The handlers of one CRM, called in the order in which they were registered."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, Subscription] = {}
        self._middleware: list[Middleware] = []
        self._repliers: list[tuple[tuple[type[Event], ...], PassiveReplier]] = []

    def on(
        self, *kinds: type[Event], sweep: bool = False, each_app: bool = False, name: str = "", ahead: bool = False
    ) -> Callable[[F], F]:
        """Register a function, sync or async, for events of these classes and their subclasses.

        It runs after the vendor was answered, at least once: what it does under ``event.key`` should be done once. What
        it raises is tried again. ``name`` (by default module and name of the function) is kept with events that it is
        through with, so it must stay the same and differ from all others: else ``ConfigurationError`` is raised.
        ``ahead``: called before those that are there already.
        """
        _check_kinds(kinds)

        def register(handler: F) -> F:
            called = name or _name_of(handler)
            if called in self._subscriptions:
                raise ConfigurationError(f"two handlers are called {called!r}: give one of them another name=")
            new = {called: Subscription(called, kinds, handler, sweep, each_app)}
            self._subscriptions = new | self._subscriptions if ahead else self._subscriptions | new
            return handler

        return register

    def use(self, middleware: Middleware) -> Middleware:
        """Put ``middleware(event, proceed)`` around every handler, inside those already there; it calls ``proceed()``.

        What it raises counts as the handler's failure; not to proceed counts as handled.
        """
        self._middleware.append(middleware)
        return middleware

    def replies(self, *kinds: type[Event]) -> Callable[[F], F]:
        """Register a plain function that answers events of these classes at once: a text, a ``Content``, or None.

        It runs before the vendor is answered, within a second, and may make no vendor calls. The first registered
        that returns something is heard. Raises ``ConfigurationError`` for an async one.
        """
        _check_kinds(kinds)

        def register(replier: F) -> F:
            if inspect.iscoroutinefunction(replier):
                raise ConfigurationError("a passive reply is made at once: give a plain function, not an async one")
            self._repliers.append((kinds, replier))
            return replier

        return register

    def repliers(self, event: Event) -> list[PassiveReplier]:
        """Return who may answer an event at once."""
        return [replier for kinds, replier in self._repliers if isinstance(event, kinds)]

    def subscriptions(self, event: Event, *, first: bool) -> list[Subscription]:
        """Return who is to be called for an event, in order; more may register meanwhile."""
        return [each for each in self._subscriptions.values() if each.wants(event, first=first)]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all handlers."""
        return tuple(self._subscriptions)

    def run(self, event: Event, call: Callable[[], None]) -> None:
        """Call something for an event with the middleware around it."""
        for middleware in reversed(self._middleware):
            call = _around(middleware, event, call)
        call()


def _around(middleware: Middleware, event: Event, call: Callable[[], None]) -> Callable[[], None]:
    return lambda: middleware(event, call)


def _check_kinds(kinds: tuple[type[Event], ...]) -> None:
    if not kinds or not all(isinstance(kind, type) and issubclass(kind, Event) for kind in kinds):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError("say which events: classes of privcrm.events, such as MemberAdded, or Event for all")


def _name_of(handler: Callable[..., Any]) -> str:
    module, name = getattr(handler, "__module__", ""), getattr(handler, "__qualname__", "")
    if not name or "<lambda>" in name:
        raise ConfigurationError("this handler has no name of its own: give it one with name=")
    return f"{_imported_as(module)}.{name}"


def _imported_as(module: str) -> str:
    """Return a module's name as others import it: a script and ``--app`` have the same handlers."""
    main = sys.modules.get("__main__") if module == "__main__" else None
    spec, path = getattr(main, "__spec__", None), getattr(main, "__file__", None)
    if spec is not None:
        return str(spec.name)
    return Path(path).stem if path else module
