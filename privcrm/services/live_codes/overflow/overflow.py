"""The one way in which a live code comes by its next group: asked for by many, opened by one, the same for all."""

import random
from collections.abc import Callable
from typing import Final

from attrs import define

from privcrm.models.codes import GroupLiveCode, OverflowStrategy
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.groups.bursts import BURST
from privcrm.services.live_codes.overflow.chain import OrderGroupCodes
from privcrm.services.live_codes.overflow.judging import Judge
from privcrm.services.live_codes.overflow.mode import fell_back, opens_at_vendor, strategy_now
from privcrm.services.live_codes.overflow.openers import openers
from privcrm.services.live_codes.overflow.opening import Opening
from privcrm.services.live_codes.overflow.queues import Queues
from privcrm.services.live_codes.overflow.working import TRY_AGAIN_SECONDS, Work, clear_alarms
from privcrm.services.live_codes.specs import load_group_code
from privcrm.store.database import Connection
from privcrm.store.leases import new_holder
from privcrm.store.live_codes.codes import CodeLife, CodeRow
from privcrm.store.live_codes.generations import ClaimLost, Generation, Generations, GenerationState
from privcrm.store.timers import Timer

__all__ = ["TIMER", "Overflow"]

TIMER: Final = "live_code.overflow"
TURNED_AWAY_TIMER: Final = "live_code.turned_away"
PATIENCE_SECONDS: Final = 20.0
LOOK_AGAIN_SECONDS: Final = 2.0
"""The vendor is asked whether the groups of a code are full no more often than that."""

ASKED, OPENING, READY = GenerationState.ASKED, GenerationState.OPENING, GenerationState.READY
WAITING, FAILED, WITHDRAWN = GenerationState.WAITING, GenerationState.FAILED, GenerationState.WITHDRAWN


@define
class _Ask:
    """Somebody who wants the next group: which generation he knew when he came, and when that was.

    With ``turned_away`` our own page had no room for a visitor, and waiting for the vendor any longer helps nobody.
    """

    row: CodeRow
    code: GroupLiveCode
    why: str
    knew: int
    came_at: float
    insists: bool = False
    turned_away: bool = False


class Overflow:
    """Opens the next groups of the group codes of a company."""

    def __init__(
        self,
        book: CodeBook,
        order: OrderGroupCodes,
        rng: random.Random | None = None,
        *,
        opened: Callable[[CodeRow, Generation], None] | None = None,
    ) -> None:
        """``order`` plans the making of a vendor's code (``LiveCodes.create_group_codes``).

        ``opened`` is told of every generation that was opened here, after that was kept: the vendor's list is to be
        brought up to date then. A process that is killed just before tells nobody.
        """
        self._book = book
        self._rng = rng or random.SystemRandom()
        self._generations = Generations(book.database)
        self._queues = Queues()
        judge = Judge(book)
        self._work = Work(book, openers(book, judge, order), judge, self._set_timer, opened)
        book.jobs.timers.offer(TIMER, self._when_due)
        book.jobs.timers.offer(TURNED_AWAY_TIMER, self._when_turned_away)

    # -- asking

    def next_group(
        self, row: CodeRow, code: GroupLiveCode, why: str, *, patience: float = PATIENCE_SECONDS
    ) -> Generation:
        """Have the next group opened if the groups are full, and return the generation that the code is at then.

        All who ask at once, in whatever thread or process, get the same answer. Its ``state`` says what it is:
        ``ready`` with a ``target``, ``waiting`` for the vendor or a person, ``failed``, or still at work when
        ``patience`` (seconds) ran out. If there is room after all it is the generation of before. Raises what the
        vendor's ``groups.get`` raises, and ``StoreError``.
        """
        return self._serve(self._ask(row, code, why), patience)

    def ask_soon(self, key: str) -> None:
        """Let whoever runs the timers ask for the next group of a code: our page had no room for somebody.

        Raises ``InputError`` for an unknown key.
        """
        with self._book.database.connect() as connection:
            number = self._book.rows.known(connection, key).number
        self._book.jobs.timers.set(TURNED_AWAY_TIMER, str(number), self._book.clock.time(), {})

    def try_again(self, row: CodeRow, code: GroupLiveCode, why: str) -> Generation:
        """Go on with a generation that waits or failed, now that something has changed, as a spare group was added.

        Nothing is asked for where none waits. Raises as ``next_group`` does.
        """
        ask = self._ask(row, code, why)
        newest = self._newest(row.number)
        if newest is None or newest.state not in (WAITING, FAILED):
            return self._settled(ask, newest)
        ask.insists = True
        return self._serve(ask, PATIENCE_SECONDS)

    def arrived(self, connection: Connection, row: CodeRow, group_id: str) -> Generation:
        """Say, in the caller's transaction, that the vendor opened a group which we adopt; return its generation.

        Who waits for it has it then. The same group again changes nothing.
        """
        now = self._book.clock.time()
        came = self._generations.arrived(connection, row.number, group_id, OverflowStrategy.NATIVE, now)
        clear_alarms(self._book, connection, row.number)
        return came

    def opens_at_vendor(self, connection: Connection, row: CodeRow, code: GroupLiveCode) -> bool:
        """Tell whether the vendor's code is to open groups by itself now: it and we never both do."""
        newest, now = self._generations.newest(connection, row.number), self._book.clock.time()
        return opens_at_vendor(row, code, newest, now, in_burst=self._in_burst(connection, row))

    # -- the queue

    def _ask(self, row: CodeRow, code: GroupLiveCode, why: str) -> _Ask:
        newest = self._newest(row.number)
        knew = 0 if newest is None else newest.generation
        if newest is not None and newest.state is not READY:
            knew -= 1  # this one is what is asked for
        return _Ask(row, code, why, knew, self._book.clock.time())

    def _serve(self, ask: _Ask, patience: float) -> Generation:
        clock = self._book.clock
        given_up_at = clock.monotonic() + patience
        with self._queues.turn(ask.row.number, patience) as came:
            while came:
                try:
                    answer = self._step(ask)
                except ClaimLost:  # look at what the other has made of it
                    answer = None
                if answer is not None:
                    return answer
                if clock.monotonic() >= given_up_at:
                    break
                clock.sleep(0.02 + 0.03 * self._rng.random())
        return self._newest(ask.row.number) or self._first(ask)

    def _step(self, ask: _Ask) -> Generation | None:
        """Do what can be done now; return the answer, or None while somebody else is at it."""
        newest, now = self._newest(ask.row.number), self._book.clock.time()
        if newest is None:
            return self._claim(ask, 1, newest)
        if newest.state is READY:
            # More than was known on coming: that is the answer to the question.
            return newest if newest.generation > ask.knew else self._claim(ask, newest.generation + 1, newest)
        if newest.state is WITHDRAWN:
            return self._settled(ask, newest) if self._answers(newest, ask, now) else self._take(ask, newest, ASKED)
        if newest.state.is_held:
            return self._take(ask, newest, newest.state) if newest.is_free(now) else None
        if not self._is_worth_it(newest, ask, now):
            return newest
        # A picture may have given room to a group that was open already: then no other one is needed.
        return self._take(ask, newest, ASKED if newest.strategy is OverflowStrategy.IMAGES else OPENING)

    def _answers(self, withdrawn: Generation, ask: _Ask, now: float) -> bool:
        """Tell whether a look that found room answers this question too; if it is only just too old, look later."""
        if withdrawn.looked_at >= ask.came_at:
            return True
        again_at = withdrawn.looked_at + LOOK_AGAIN_SECONDS
        too_soon = withdrawn.looked_at <= now < again_at
        if too_soon:
            self._set_timer(ask.row.number, again_at)
        return too_soon

    def _is_worth_it(self, newest: Generation, ask: _Ask, now: float) -> bool:
        """Tell whether one that waits or failed is to be tried again by this caller."""
        if ask.insists:
            ask.insists = False  # once
            return True
        wait = TRY_AGAIN_SECONDS if newest.state is FAILED else LOOK_AGAIN_SECONDS
        if newest.looked_at >= ask.came_at or newest.looked_at <= now < newest.looked_at + wait:
            return False
        return ask.turned_away or newest.alarm_at <= now  # the vendor has until then

    # -- one generation

    def _claim(self, ask: _Ask, generation: int, before: Generation | None) -> Generation | None:
        holder, now = new_holder(self._rng), self._book.clock.time()
        with self._book.database.transaction(durable=True) as connection:
            row, code = self._current(connection, ask)
            strategy = self._strategy(connection, row, code, before)
            goes_on = before is not None and strategy is before.strategy and fell_back(code, before)
            held = self._generations.claim(
                *(connection, row.number, generation),
                strategy=strategy,
                holder=holder,
                now=now,
                alarm_at=before.alarm_at if before is not None and goes_on else 0.0,
            )
        return None if held is None else self._carry_out(ask, held, row, code)

    def _take(self, ask: _Ask, seen: Generation, state: GenerationState) -> Generation | None:
        holder, now = new_holder(self._rng), self._book.clock.time()
        with self._book.database.transaction(durable=True) as connection:
            row, code = self._current(connection, ask)
            strategy = self._strategy(connection, row, code, seen)
            held = self._generations.take(connection, seen, state, strategy=strategy, holder=holder, now=now)
        return None if held is None else self._carry_out(ask, held, row, code)

    def _carry_out(self, ask: _Ask, held: Generation, row: CodeRow, code: GroupLiveCode) -> Generation | None:
        done = self._work.do(Opening(self._book, held, row, code, turned_away=ask.turned_away), ask.why)
        return None if done is None else self._settled(ask, done)

    def _current(self, connection: Connection, ask: _Ask) -> tuple[CodeRow, GroupLiveCode]:
        """Return the code as it stands: somebody may have changed it since the caller read it."""
        row = self._book.rows.of_number(connection, ask.row.number) or ask.row
        return row, ask.code if row.spec == ask.row.spec else load_group_code(row.spec)

    # -- parts

    def _strategy(
        self, connection: Connection, row: CodeRow, code: GroupLiveCode, newest: Generation | None
    ) -> OverflowStrategy:
        return strategy_now(row, code, newest, self._book.clock.time(), in_burst=self._in_burst(connection, row))

    def _in_burst(self, connection: Connection, row: CodeRow) -> bool:
        return self._book.notes.stands(connection, row.number, BURST)

    def _newest(self, number: int) -> Generation | None:
        with self._book.database.connect() as connection:
            return self._generations.newest(connection, number)

    def _settled(self, ask: _Ask, newest: Generation | None) -> Generation:
        """Return the generation that the code is at, one that was withdrawn left out."""
        if newest is not None and newest.state is WITHDRAWN:
            with self._book.database.connect() as connection:
                newest = self._generations.get(connection, newest.code, newest.generation - 1)
        return newest or self._first(ask)

    def _first(self, ask: _Ask) -> Generation:
        return Generation(ask.row.number, 0, READY, ask.code.overflow.strategy)

    def _set_timer(self, number: int, due: float) -> None:
        self._book.jobs.timers.set(TIMER, str(number), due, {})

    def _when_due(self, timer: Timer) -> None:
        """Ask again: a vendor may be late by now, groups full that were not, a vendor in a better mood."""
        self._ask_again(int(timer.key), "the time has come to look again", turned_away=False)

    def _when_turned_away(self, timer: Timer) -> None:
        self._ask_again(int(timer.key), "our page had no room for somebody", turned_away=True)

    def _ask_again(self, number: int, why: str, *, turned_away: bool) -> None:
        with self._book.database.connect() as connection:
            row = self._book.rows.of_number(connection, number)
        if row is not None and row.life is not CodeLife.DELETED:
            ask = self._ask(row, load_group_code(row.spec), why)
            ask.turned_away = turned_away
            self._serve(ask, PATIENCE_SECONDS)
