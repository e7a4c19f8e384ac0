"""The way into the company: what a transport does for a vendor, less the network."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from privcrm.errors import Refused
from privcrm.provider import CallRecord, Effect, Endpoint, ProviderContext, Repeat
from privcrm.sandbox.world import World

NAME = "memory"
_OF_STAFF = {"staff": ("staff_id",)}


@frozen
class Call:
    """A call that was let in: the company as it is now, and a way to say no."""

    world: World
    operation: str
    now: int

    def refuse(self, kind: type[Refused], code: str, message: str) -> Refused:
        """Return the error to raise; ``code`` is what a vendor's error code would be."""
        return kind(message, provider=NAME, operation=self.operation, code=code)


class Door:
    """Lets calls in one at a time, asks the guards before each write, and reports every call to ``on_call``."""

    def __init__(self, world: World, context: ProviderContext, company: str) -> None:
        self._world = world
        self._context = context
        self._company = company

    @contextmanager
    def reading(self, operation: str) -> Generator[Call]:
        """Let a reading call in."""
        with self._counted(operation), self._world.lock:
            yield self._call(operation)

    @contextmanager
    def writing(self, operation: str, **params: Any) -> Generator[Call]:
        """Let a writing call in if every guard agrees; ``params`` are what a guard looks at."""
        self.check(operation, params)
        with self._counted(operation), self._world.lock:
            yield self._call(operation)

    def check(self, operation: str, params: Mapping[str, Any]) -> None:
        """Ask the guards about a write; raises ``WriteForbidden``."""
        endpoint = Endpoint(operation, "POST", f"/{operation}", "", Effect.WRITE, Repeat.SAFE, __name__, ids=_OF_STAFF)
        for guard in self._context.guards:
            guard.check(endpoint, params)

    def _call(self, operation: str) -> Call:
        return Call(self._world, operation, int(self._context.clock.time()))

    @contextmanager
    def _counted(self, operation: str) -> Generator[None]:
        started = self._context.clock.monotonic()
        code: int | str | None = 0
        try:
            yield
        except Refused as refusal:
            code = refusal.code
            raise
        finally:
            self._report(operation, code, self._context.clock.monotonic() - started)

    def _report(self, operation: str, code: int | str | None, duration: float) -> None:
        if self._context.on_call is not None:
            self._context.on_call(CallRecord(NAME, self._company, operation, 1, code, duration, 0.0))
