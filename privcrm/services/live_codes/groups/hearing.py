"""What follows from an event of a group: it is counted, the next one may be due, and the vendor's list with it."""

import json
import logging

from privcrm.errors import PrivcrmError, StoreError
from privcrm.models.events import GroupEvent
from privcrm.services.live_codes.groups.adopting import Adopting
from privcrm.services.live_codes.groups.bursts import Bursts
from privcrm.services.live_codes.groups.counting import Counted, Counting
from privcrm.services.live_codes.groups.rounds import Rounds
from privcrm.services.live_codes.groups.shelf import GroupShelf

__all__ = ["Hearing"]

log = logging.getLogger("privcrm.live_codes")


class Hearing:
    """Takes the events of all groups in."""

    def __init__(
        self, shelf: GroupShelf, *, counting: Counting, adopting: Adopting, bursts: Bursts, rounds: Rounds
    ) -> None:
        self._shelf = shelf
        self._counting = counting
        self._adopting = adopting
        self._bursts = bursts
        self._rounds = rounds

    def take(self, event: GroupEvent) -> None:
        """Count the event's group and see to what follows. Raises ``TryAgain`` and ``StoreError``.

        What goes wrong at the vendor is tried again by the code's timer: the event is not held up for it.
        """
        with self._shelf.database.connect() as connection:
            known = self._shelf.rooms.of_group(connection, event.group_id)
        counted = self._counting.take(event) if known else None
        if counted is not None:
            self._follow(counted)
        elif known is None and (room := self._adopting.meet(event.group_id)) is not None:
            self._rounds.schedule(room.code)

    def _follow(self, counted: Counted) -> None:
        burst_turned = bool(counted.joined) and self._bursts.mark(counted.code)
        if not (counted.changed or burst_turned):
            return
        self._rounds.schedule(counted.code)
        if counted.changed:
            self._note_state(counted)
        self._ask_for_next(counted)

    def _note_state(self, counted: Counted) -> None:
        told = {"group": counted.group_id, "was": counted.before.value}
        with self._shelf.database.transaction() as connection:
            now = self._shelf.clock.time()
            self._shelf.book.notes.decided(connection, counted.code, counted.after.value, json.dumps(told), now)

    def _ask_for_next(self, counted: Counted) -> None:
        with self._shelf.database.connect() as connection:
            kept = self._shelf.of_number(connection, counted.code)
            rooms = self._shelf.rooms.live(connection, counted.code)
            if kept is None or not self._bursts.needs_next(connection, kept, rooms):
                return
        try:
            self._shelf.overflow.next_group(kept.row, kept.code, f"group {counted.group_id} is {counted.after.value}")
        except StoreError:
            raise
        except PrivcrmError as error:  # the timer that is set already tries again
            log.warning("live code %s: the next group cannot be asked for: %s", kept.row.key, type(error).__name__)
