"""The way into the company: what a transport does for a vendor, less the network."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from privcrm.errors import AnswerLost, OutcomeUnknown, Refused
from privcrm.provider import CallRecord, Effect, Endpoint, Intent, ProviderContext, Repeat
from privcrm.sandbox.world import World

NAME = "memory"
IDS = {"staff": ("staff_id",), "groups": ("group_id",), "codes": ("code_id",), "departments": ("department_id",)}
"""Under which parameters guards find ids of each kind."""


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

    def __init__(self, world: World, context: ProviderContext, company: str, *, most_members: int) -> None:
        self._world = world
        self._context = context
        self._company = company
        self._most_members = most_members
        self._lost_requests: list[str] = []
        self._lost_answers: list[str] = []

    def lose_request(self, operation: str) -> None:
        """Lose the next call of that name on its way: nothing happens."""
        self._lost_requests.append(operation)

    def lose_answer(self, operation: str) -> None:
        """Lose the answer to the next call of that name; it happens all the same."""
        self._lost_answers.append(operation)

    @contextmanager
    def reading(self, operation: str) -> Generator[Call]:
        """Let a reading call in; raises ``AnswerLost`` when request or answer are to be lost."""
        with self._counted(operation), self._world.lock:
            _lose(self._lost_requests, operation, None)
            yield self._call(operation)
            _lose(self._lost_answers, operation, None)

    @contextmanager
    def writing(self, operation: str, *, intent: Intent | None = None, **params: Any) -> Generator[Call]:
        """Let a writing call in if every guard agrees; ``params`` are what a guard looks at.

        Raises ``AnswerLost`` when request or answer are to be lost, and ``OutcomeUnknown`` if there is an intent.
        """
        self.check(operation, params)
        with self._counted(operation), self._world.lock:
            _lose(self._lost_requests, operation, intent)
            yield self._call(operation)
            _lose(self._lost_answers, operation, intent)

    def check(self, operation: str, params: Mapping[str, Any]) -> None:
        """Ask the guards about a write; raises ``WriteForbidden``."""
        endpoint = Endpoint(operation, "POST", f"/{operation}", "", Effect.WRITE, Repeat.SAFE, __name__, ids=IDS)
        for guard in self._context.guards:
            guard.check(endpoint, params)

    def _call(self, operation: str) -> Call:
        now = int(self._context.clock.time())
        self._world.handovers.catch_up(now, self._most_members)
        return Call(self._world, operation, now)

    @contextmanager
    def _counted(self, operation: str) -> Generator[None]:
        started = self._context.clock.monotonic()
        code: int | str | None = 0
        try:
            yield
        except Refused as refusal:
            code = refusal.code
            raise
        except AnswerLost:
            code = None
            raise
        finally:
            self._report(operation, code, self._context.clock.monotonic() - started)

    def _report(self, operation: str, code: int | str | None, duration: float) -> None:
        if self._context.on_call is not None:
            self._context.on_call(CallRecord(NAME, self._company, operation, 1, code, duration, 0.0))


def _lose(lost: list[str], operation: str, intent: Intent | None) -> None:
    """Raise what a caller sees of a lost call, once for each entry; the caller cannot tell which way it was lost."""
    if operation not in lost:
        return
    lost.remove(operation)
    message = "the answer was to be lost"
    if intent is not None:
        raise OutcomeUnknown(message, intent=intent, provider=NAME, operation=operation)
    raise AnswerLost(message, provider=NAME, operation=operation)
