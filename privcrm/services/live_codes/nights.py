"""The look at every live code once a night: some codes a turn, so that other timers come in between."""

import logging
from collections.abc import Callable
from typing import Any, Final

from privcrm.errors import PrivcrmError, StoreError
from privcrm.jobs.hours import Hours
from privcrm.services.live_codes.book import CodeBook
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.timers import Timer

__all__ = ["Nights"]

A_TURN: Final = 20

log = logging.getLogger("privcrm.live_codes")


class Nights:
    """Has all codes of a kind looked at once a day; whoever looks after a code plans the night to come.

    ``look`` reads one code back; ``begin`` comes before the first of a night. What one code raises keeps no other, but
    for ``StoreError``: then the turn is done again.
    """

    def __init__(
        self,
        book: CodeBook,
        kind: CodeKind,
        at: str,
        look: Callable[[CodeRow], object],
        *,
        begin: Callable[[], object] = lambda: None,
    ) -> None:
        self._book = book
        self._kind = kind
        self._timer = f"live_code.{kind.value}.nightly"
        self._at = at
        self._look = look
        self._begin = begin
        self._is_planned = False
        book.jobs.timers.offer(self._timer, self._turn)

    def plan(self) -> None:
        """See that there is a night to come, if none is planned yet: at the hour that was chosen last."""
        if not self._is_planned:
            self._book.jobs.timers.set_first(self._timer, "", *self._next(self._at))
            self._is_planned = True

    def choose(self, at: str) -> None:
        """Look every day at a time of the Beijing day (HH:MM) from now on. Raises ``InputError`` for what is none."""
        self._book.jobs.timers.set(self._timer, "", *self._next(at))

    def run(self) -> None:
        """Look at every code now, however long that takes. Raises ``StoreError``."""
        self._begin()
        for row in self._book.rows.list(self._kind):
            self._one(row)

    def _next(self, at: str) -> tuple[float, dict[str, Any]]:
        return Hours(24, at).after(self._book.clock.time()), {"at": at}

    def _turn(self, timer: Timer) -> None:
        at, after = str(timer.payload["at"]), timer.payload.get("after")
        if after is None:
            self._begin()
        done = 0
        for row in self._book.rows.list(self._kind, after=-1 if after is None else int(after)):
            if done == A_TURN:
                self._book.jobs.timers.set(self._timer, "", self._book.clock.time(), {"at": at, "after": after})
                return
            self._one(row)
            after, done = row.number, done + 1
        self._book.jobs.timers.set(self._timer, "", *self._next(at))

    def _one(self, row: CodeRow) -> None:
        try:
            if row.life is not CodeLife.DELETED:
                self._look(row)
        except StoreError:
            raise
        except PrivcrmError as error:
            log.warning("live code %s could not be read back: %s", row.key, type(error).__name__)
