"""Whether more people come at once than a code bears in few groups: an alarm while it lasts."""

from collections.abc import Sequence
from typing import Final

from privcrm.services.live_codes.groups.listing import needs_next, side_by_side
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room

__all__ = ["BURST", "Bursts"]

BURST: Final = "burst"


class Bursts:
    """Sees bursts begin and end."""

    def __init__(self, shelf: GroupShelf) -> None:
        self._shelf = shelf

    def lasts(self, connection: Connection, number: int) -> bool:
        """Tell whether there is one at a code now."""
        return self._shelf.book.notes.stands(connection, number, BURST)

    def needs_next(self, connection: Connection, kept: Kept, rooms: Sequence[Room]) -> bool:
        """Tell whether it is time for the next group of a code."""
        in_burst = self.lasts(connection, kept.number)
        return needs_next(rooms, side_by_side(kept.code.overflow, in_burst=in_burst))

    def mark(self, number: int) -> bool:
        """Note that a burst began or ended, by arrivals within the window; return whether one did.

        It ends at half the rate at which it begins, so that the list does not change to and fro.
        """
        notes, now = self._shelf.book.notes, self._shelf.clock.time()
        with self._shelf.database.connect() as connection:
            kept = self._shelf.of_number(connection, number)
            if kept is None:
                return False
            burst = kept.code.burst
            lately = self._shelf.joins.lately(connection, number, now - burst.window)
            stands = self.lasts(connection, number)
        begins, ends = lately >= burst.most_joins and not stands, lately * 2 <= burst.most_joins and stands
        if not (begins or ends):
            return False
        with self._shelf.database.transaction() as connection:
            if ends:
                return notes.clear(connection, number, BURST)
            return notes.alarm(connection, number, BURST, f"{lately} people came within {burst.window} seconds", now)
