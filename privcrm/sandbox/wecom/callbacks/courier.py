"""Brings events to receivers: in order for each app, three tries in all, and with the faults that tests ordered."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import attrs

from privcrm.sandbox.faults import TRY_FAULTS, Fault, FaultBook, FaultKind
from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.callbacks.deliveries import DeliveryBook
from privcrm.sandbox.wecom.callbacks.event import Event
from privcrm.sandbox.wecom.callbacks.post import Outcome
from privcrm.sandbox.wecom.callbacks.receiver import Letter, Receiver
from privcrm.sandbox.wecom.rules import Rules

TRIES = 3
_LONGEST_LINE = 100_000
_KEPT_ANSWER = 2000
_OK = 200
_GLANCE = 0.002
"""Real seconds between two looks whether everything is out."""


@attrs.frozen
class Push:
    """One event on its way to one app."""

    number: int
    app: App
    event: Event = attrs.field(repr=False)
    text: str = attrs.field(repr=False)


@attrs.define
class _Line:
    """What waits for one app; of the events *held* back one is let go with the next that is out."""

    waiting: deque[Push] = attrs.Factory(deque[Push])
    held: list[Push] = attrs.Factory(list[Push])
    at_work: int = 0
    failures: int = 0


class Courier:
    """Delivers from the loop's thread; everything below `take` runs there."""

    def __init__(self, receiver: Receiver, urls: Mapping[int, str], now: Callable[[], float]) -> None:
        self._receiver = receiver
        self._urls = urls
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: dict[int, _Line] = {}
        self._under_way = 0
        self.deliveries = DeliveryBook()

    def begin(self, rules: Rules, faults: FaultBook) -> None:
        """Begin anew for a company: what was on its way and its record are dropped."""
        self._rules, self._faults = rules, faults
        self.drop()
        self.deliveries.forget()

    def drop(self) -> None:
        """Drop what is on its way."""
        self._lines = {}
        self._under_way = 0
        for task in self._tasks:
            task.cancel()

    def forgive(self, agent: int) -> None:
        """Forget how often deliveries to an app failed."""
        if agent in self._lines:
            self._lines[agent].failures = 0

    def take(self, push: Push, fault: Fault | None) -> None:
        """Put an event in its line, or do with it what a fault says."""
        kind = fault.kind if fault else None
        if kind is FaultKind.LOST:
            self._note(push, 0, Outcome(error="lost"), kind.value)
        elif kind is FaultKind.REORDER:
            self._line(push).held.append(push)
        elif fault and kind is FaultKind.DELAY:
            self._under_way += 1
            self._spawn(self._late(push, fault.delay_s))
        else:
            for _ in range(2 if kind is FaultKind.DUPLICATE else 1):
                self._enqueue(push)

    async def quiet(self, within: float) -> dict[str, object]:
        """Wait until nothing is under way; what a fault holds back is not."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._nothing(), within)
        held = sum(len(line.held) for line in self._lines.values())
        return {"flushed": not self._under_way, "under_way": self._under_way, "held": held}

    async def _nothing(self) -> None:
        while self._under_way:  # noqa: ASYNC110 - an Event belongs to one loop, and a sandbox entered again has another
            await asyncio.sleep(_GLANCE)

    def _line(self, push: Push) -> _Line:
        return self._lines.setdefault(push.app.agent_id, _Line())

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _late(self, push: Push, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._enqueue(push)
        self._under_way -= 1

    def _enqueue(self, push: Push) -> None:
        line = self._line(push)
        if len(line.waiting) >= _LONGEST_LINE:
            self._note(push, 0, Outcome(error="dropped: too many wait"))
            return
        line.waiting.append(push)
        self._under_way += 1
        if line.at_work < max(1, self._rules.callback_parallel):
            line.at_work += 1
            self._spawn(self._work(line))

    async def _work(self, line: _Line) -> None:
        while line.waiting:
            await self._deliver(line, line.waiting.popleft())
            self._under_way += len(line.held) - 1
            line.waiting.extendleft(reversed(line.held))
            line.held.clear()
        line.at_work -= 1

    async def _deliver(self, line: _Line, push: Push) -> None:
        if 0 < self._rules.callback_drop_after <= line.failures:
            self._note(push, 0, Outcome(error="dropped: too many failed"))
            return
        letter: Letter | None = None
        for attempt in range(1, TRIES + 1):
            url = self._urls.get(push.app.agent_id)
            if url is None:
                return
            if letter is None or self._rules.callback_retry_seal == "anew":
                letter = self._receiver.letter(push.app, push.text)
            outcome = await self._try(push, attempt, url, letter)
            if not self._failed(outcome):
                line.failures = 0
                return
            if attempt < TRIES:
                await asyncio.sleep(self._rules.callback_retry_ms / 1000)
        line.failures += 1

    async def _try(self, push: Push, attempt: int, url: str, letter: Letter) -> Outcome:
        fault = self._faults.meet(push.event.path, TRY_FAULTS)
        kind = fault.kind if fault else None
        within = self._rules.callback_timeout_ms / 1000
        outcome = await self._receiver.post(url, letter, within=within, hang_up=kind is FaultKind.CUT)
        if kind is FaultKind.SLOW_RECEIVER:  # it did its work; that its answer came in time is not believed
            outcome = Outcome(error="timed out", seconds=outcome.seconds)
        self._note(push, attempt, outcome, kind.value if kind else "", url)
        return outcome

    def _failed(self, outcome: Outcome) -> bool:
        return outcome.status == 0 or (self._rules.callback_retry == "non_200" and outcome.status != _OK)

    def _note(self, push: Push, attempt: int, outcome: Outcome, fault: str = "", url: str = "") -> None:
        event = push.event
        reply, reply_error = self._receiver.reply(push.app, outcome)
        self.deliveries.note(
            push=push.number,
            at=self._now(),
            app=push.app.agent_id,
            event=event.name,
            change_type=event.change,
            userid=event.text("UserID") or ("" if event.sender == "sys" else event.sender),
            external_userid=event.text("ExternalUserID"),
            chat_id=event.text("ChatId"),
            url=url,
            attempt=attempt,
            status=outcome.status,
            error=outcome.error,
            seconds=outcome.seconds,
            answer=outcome.body[:_KEPT_ANSWER].decode("utf-8", "replace"),
            fault=fault,
            reply=reply,
            reply_error=reply_error,
        )
