"""When a code is looked after: soon after something happened, while a burst lasts, and every night."""

import logging
from typing import Final

from privcrm.services.live_codes.groups.adopting import Adopting
from privcrm.services.live_codes.groups.bursts import Bursts
from privcrm.services.live_codes.groups.preparing import Preparing
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.live_codes.groups.tending import Tending
from privcrm.services.live_codes.nights import Nights
from privcrm.services.live_codes.wakes import Wakes
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.timers import Timer

__all__ = ["Rounds"]

log = logging.getLogger("privcrm.live_codes")

TIMER: Final = "live_code.group"
DEBOUNCE_SECONDS: Final = 1.0
NIGHT_AT: Final = "04:00"
_LOOKED_AFTER: Final = (CodeLife.OPEN, CodeLife.DRAFT)


class Rounds:
    """Has codes looked after by whoever runs the timers."""

    def __init__(
        self, shelf: GroupShelf, *, tending: Tending, bursts: Bursts, adopting: Adopting, preparing: Preparing
    ) -> None:
        self._shelf = shelf
        self._tending = tending
        self._bursts = bursts
        self._preparing = preparing
        self._wakes = Wakes(shelf.book, TIMER)
        shelf.book.jobs.timers.offer(TIMER, self._when_due)
        self._nights = Nights(shelf.book, CodeKind.GROUP, NIGHT_AT, self._by_night, begin=adopting.sweep)

    def schedule(self, number: int, after: float = DEBOUNCE_SECONDS) -> None:
        """Have a code looked after soon; what is due earlier already stays so."""
        with self._shelf.database.connect() as connection:
            row = self._shelf.book.rows.of_number(connection, number)
        if row is not None:
            self._wakes.by(row, self._shelf.clock.time() + after)

    def _when_due(self, timer: Timer) -> None:
        number = int(timer.key)
        with self._shelf.database.transaction() as connection:
            kept = self._shelf.of_number(connection, number)
            if kept is None:
                return
            self._wakes.begin(connection, number)
        if kept.row.life in _LOOKED_AFTER:
            if self._bursts.mark(number):
                log.info("live code %s: the burst is over", kept.row.key)
            self._tending.look_after(kept)
            self._come_again(kept)
        self._nights.plan()

    def _come_again(self, kept: Kept) -> None:
        """Look again while a burst lasts, or all groups are full: that it is over, nobody tells."""
        with self._shelf.database.connect() as connection:
            in_burst = self._bursts.lasts(connection, kept.number)
        if in_burst:
            self.schedule(kept.number, float(kept.code.burst.window))
        if (patrol := self._tending.patrol_after(kept)) is not None:
            self.schedule(kept.number, patrol)

    # -- by night

    def every_night(self, at: str) -> None:
        """Look through at a time of the Beijing day (HH:MM), instead of 04:00. Raises ``InputError``."""
        self._nights.choose(at)

    def look_through(self) -> None:
        """Look at every code now as by night. Raises ``StoreError``."""
        self._nights.run()

    def _by_night(self, row: CodeRow) -> None:
        """Read a code back and tell of drift, adopt what was missed, and look at unprepared groups."""
        with self._shelf.database.connect() as connection:
            kept = self._shelf.of_number(connection, row.number)
        if kept is not None and kept.row.life in _LOOKED_AFTER:
            self._tending.look_after(kept, force=True)
            self._come_again(kept)
            self._preparing.see(kept)
            self._forget_visitors(kept)

    def _forget_visitors(self, kept: Kept) -> None:
        """Close what was held for visitors who never came, also where nobody asks any more."""
        closed = True
        while closed:
            with self._shelf.database.transaction() as connection:
                closed = self._shelf.reservations.expire(connection, kept.number, self._shelf.clock.time()) > 0
