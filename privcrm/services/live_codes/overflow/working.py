"""What the holder of a generation does with it: judges, opens in the code's way, falls back, and keeps how it ended."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from privcrm.errors import StoreError
from privcrm.models.codes import OverflowStrategy
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.overflow.judging import Judge, Look
from privcrm.services.live_codes.overflow.mode import fell_back
from privcrm.services.live_codes.overflow.opening import (
    Busy,
    Failed,
    Opened,
    Opener,
    Opening,
    Result,
    WaitsForPerson,
    WaitsForVendor,
)
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.generations import ClaimLost, Generation, GenerationState

__all__ = ["ALARMS", "TRY_AGAIN_SECONDS", "Work", "clear_alarms"]

NO_NEW_GROUP: Final = "no_new_group"
NO_SPARE: Final = "no_spare"
ALARMS: Final = (NO_NEW_GROUP, NO_SPARE)
"""Kinds of alarms that stand until there is a next group."""
TRY_AGAIN_SECONDS: Final = 60.0
UNHEARD_SECONDS: Final = 1_800.0
"""Events tell when the last seat is taken; so often it is looked whether that was not heard of."""

ASKED, OPENING, READY = GenerationState.ASKED, GenerationState.OPENING, GenerationState.READY
WAITING, FAILED, WITHDRAWN = GenerationState.WAITING, GenerationState.FAILED, GenerationState.WITHDRAWN


class Work:
    """Carries generations that we hold to their end.

    ``later`` has the next group of a code (by number) asked for at a time; ``opened`` is told of what was opened.
    """

    def __init__(
        self,
        book: CodeBook,
        openers: Mapping[OverflowStrategy, Opener],
        judge: Judge,
        later: Callable[[int, float], None],
        opened: Callable[[CodeRow, Generation], None] | None,
    ) -> None:
        self._book = book
        self._openers = openers
        self._judge = judge
        self._later = later
        self._opened = opened

    def do(self, opening: Opening, why: str) -> Generation | None:
        """Judge and open, as the holder. Whatever goes wrong, nobody is kept waiting for the lease."""
        try:
            if opening.generation.state is ASKED and not self._is_wanted(opening, why):
                return opening.generation
            return self._open(opening, why)
        except ClaimLost:
            raise
        except BaseException:
            with suppress(ClaimLost, StoreError):
                self._give_back(opening)
            raise

    def _is_wanted(self, opening: Opening, why: str) -> bool:
        look = opening.look = self._judge.look(opening.row, opening.code)
        with opening.fenced() as connection:
            opening.keep(connection, state=OPENING if look.full else WITHDRAWN, looked_at=look.at)
            if not look.full:
                self._note(connection, opening, "no_next_group", why, people=dict(look.people))
                self._book.notes.clear(connection, opening.row.number, NO_SPARE)
        return look.full

    def _open(self, opening: Opening, why: str) -> Generation | None:
        result = self._result(opening)
        if isinstance(result, Failed) and self._may_fall_back(opening):
            self._fall_back(opening, result.reason)
            result = self._result(opening)
        return self._end(opening, result, why)

    def _result(self, opening: Opening) -> Result:
        opener = self._openers[opening.generation.strategy]
        found = opener.find(opening)
        return Opened(found) if found else opener.open(opening)

    def _may_fall_back(self, opening: Opening) -> bool:
        return opening.code.overflow.fall_back and opening.generation.strategy is not OverflowStrategy.SPARE_POOL

    def _fall_back(self, opening: Opening, reason: str) -> None:
        """Go on with the spare groups; a person hears of it."""
        with opening.fenced() as connection:
            self._note(connection, opening, "fell_back", reason)
            now = self._book.clock.time()
            opening.keep(connection, strategy=OverflowStrategy.SPARE_POOL, target="", alarm_at=now)
            self._alarm(connection, opening, NO_NEW_GROUP, f"{reason}; a spare group is taken, if there is one")

    # -- how it ends

    def _end(self, opening: Opening, result: Result, why: str) -> Generation | None:
        now = self._book.clock.time()
        match result:
            case Opened(target):
                self._ready(opening, target, why, now)
                if self._opened is not None:
                    self._opened(opening.row, opening.generation)
            case WaitsForVendor(alarm_at):
                self._let_wait(opening, now, alarm_at=alarm_at)
                self._later(opening.row.number, alarm_at or now + UNHEARD_SECONDS)
            case WaitsForPerson(reason):
                self._let_wait(opening, now, alarm_at=self._failed_at(opening), kind=NO_SPARE, reason=reason)
            case Failed(reason):
                with opening.fenced() as connection:
                    opening.keep(connection, state=FAILED, looked_at=now, lease_until=0.0)
                    self._note(connection, opening, "failed", reason)
                    self._alarm(connection, opening, NO_NEW_GROUP, reason)
                self._later(opening.row.number, now + TRY_AGAIN_SECONDS)
            case Busy(_):
                self._give_back(opening)
                return None
        return opening.generation

    def _ready(self, opening: Opening, target: str, why: str, now: float) -> None:
        with opening.fenced() as connection:
            alarm_at = self._failed_at(opening)
            opening.keep(connection, state=READY, target=target, ready_at=now, alarm_at=alarm_at, lease_until=0.0)
            self._note(connection, opening, "next_group", why, people=_people(opening.look))
            if opening.generation.strategy is opening.code.overflow.strategy:
                clear_alarms(self._book, connection, opening.row.number)
            else:  # that it had to fall back is still to be looked at
                self._book.notes.clear(connection, opening.row.number, NO_SPARE)

    def _failed_at(self, opening: Opening) -> float:
        """Return when the code's own way failed, where the spare groups stepped in; else 0."""
        held = opening.generation
        return held.alarm_at if fell_back(opening.code, held) else 0.0

    def _let_wait(
        self, opening: Opening, now: float, *, alarm_at: float = 0.0, kind: str = "", reason: str = ""
    ) -> None:
        with opening.fenced() as connection:
            opening.keep(connection, state=WAITING, looked_at=now, alarm_at=alarm_at, lease_until=0.0)
            if kind and self._alarm(connection, opening, kind, reason):
                self._note(connection, opening, "waits", reason)

    def _give_back(self, opening: Opening) -> None:
        """Let the next who asks go on at once; what was not even judged is withdrawn."""
        with opening.fenced() as connection:
            state = WITHDRAWN if opening.generation.state is ASKED else opening.generation.state
            opening.keep(connection, state=state, lease_until=0.0)

    def _note(self, connection: Connection, opening: Opening, what: str, why: str, **more: object) -> None:
        held = opening.generation
        told = {"generation": held.generation, "strategy": held.strategy.value, "target": held.target, "why": why}
        text = json.dumps({**told, **more}, ensure_ascii=False)
        self._book.notes.decided(connection, held.code, what, text, self._book.clock.time())

    def _alarm(self, connection: Connection, opening: Opening, kind: str, told: str) -> bool:
        return self._book.notes.alarm(connection, opening.row.number, kind, told, self._book.clock.time())


def clear_alarms(book: CodeBook, connection: Connection, number: int) -> None:
    """End the alarms of a code that has its next group."""
    for kind in ALARMS:
        book.notes.clear(connection, number, kind)


def _people(look: Look | None) -> dict[str, int]:
    return dict(look.people) if look else {}
