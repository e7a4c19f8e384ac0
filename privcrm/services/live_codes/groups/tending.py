"""Looking after one code: its groups are counted, the vendor's list is brought in line, and there is a next group."""

import json
import logging
from collections.abc import Sequence
from typing import Final

from privcrm.errors import NotFound, PermissionDenied
from privcrm.models import GroupId
from privcrm.models.codes import OverflowPolicy
from privcrm.models.events import GroupDismissed
from privcrm.services.live_codes.groups.adopting import Adopting
from privcrm.services.live_codes.groups.bursts import Bursts
from privcrm.services.live_codes.groups.counting import Counting
from privcrm.services.live_codes.groups.listing import wanted_list
from privcrm.services.live_codes.groups.reconciling import GroupReconciled, Reconciling
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.live_codes.groups.spares import Spares
from privcrm.services.live_codes.groups.states import state_after, takes_nobody
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room, RoomSource, RoomState

__all__ = ["Tending"]

log = logging.getLogger("privcrm.live_codes")

PATROL_SECONDS: Final = 30.0
PATROL_PART: Final = 4
LONGEST_PATROL_SECONDS: Final = 1800.0
"""How often a code is looked after while all of its groups are full: after a quarter of the time since they are.

Vendors open the next group when somebody wants to come in, which by night may take hours.
"""
RETIRED_AFTER: Final = 86_400.0
"""How long a full group may open again; whoever leaves later leaves it as it is."""


class Tending:
    """Looks after codes."""

    def __init__(
        self,
        shelf: GroupShelf,
        rosters: GroupRosters,
        *,
        counting: Counting,
        adopting: Adopting,
        reconciling: Reconciling,
        spares: Spares,
        bursts: Bursts,
    ) -> None:
        self._shelf = shelf
        self._rosters = rosters
        self._counting = counting
        self._adopting = adopting
        self._reconciling = reconciling
        self._spares = spares
        self._bursts = bursts

    def look_after(self, kept: Kept, *, force: bool = False) -> GroupReconciled:
        """Count what is new, bring the vendor's list up to date, and see that there is a next group.

        ``force`` reads the groups that have room, and the vendor's list, whatever events told. Raises what the ports
        raise.
        """
        self._read_anew(kept, self._live(kept) if force else self._doubted(kept))
        self._measure(kept)
        self._begin_anew(kept)
        done = self._reconciling.run(kept, force=force)
        with self._shelf.database.connect() as connection:
            rooms = self._shelf.rooms.live(connection, kept.number)
            is_time = self._bursts.needs_next(connection, kept, rooms)
        if is_time:
            done = self._seek_next(kept, rooms, done)
        self._spares.watch(kept)
        return done

    def patrol_after(self, kept: Kept) -> float | None:
        """Return in how many seconds to look again because all groups are full; None where one has room."""
        rooms = self._live(kept)
        if not rooms or any(room.state.has_room for room in rooms):
            return None
        full_for = self._shelf.clock.time() - max(room.full_at for room in rooms)
        return min(max(PATROL_SECONDS, full_for / PATROL_PART), LONGEST_PATROL_SECONDS)

    def _seek_next(self, kept: Kept, rooms: Sequence[Room], done: GroupReconciled) -> GroupReconciled:
        """Look for a group that the vendor opened unheard, ask for the next one, and list what came of it."""
        all_full = not any(room.state.has_room for room in rooms)
        found = self._search(kept) if all_full and rooms else []
        if not found and rooms:
            self._shelf.overflow.next_group(kept.row, kept.code, "the groups are full")
        if _known(rooms) != _known(self._live(kept)):
            return self._reconciling.run(kept)
        return done

    def _search(self, kept: Kept) -> list[Room]:
        with self._shelf.database.connect() as connection:
            opens = self._shelf.overflow.opens_at_vendor(connection, kept.row, kept.code)
        return self._adopting.search(kept) if opens else []

    def _doubted(self, kept: Kept) -> Sequence[Room]:
        """Return the listed groups whose count is older than a group that the vendor opened since: to it they are full.

        Who came into them last, no event told.
        """
        rooms = self._live(kept)
        opened = max((room.added_at for room in rooms if room.source is RoomSource.ADOPTED), default=0.0)
        listed = wanted_list(rooms, kept.code.overflow.listed)
        return [room for room in rooms if room.group_id in listed and room.added_at < opened > room.as_of]

    def _read_anew(self, kept: Kept, rooms: Sequence[Room]) -> None:
        """Read those of these groups from the vendor that have room: one call for each.

        One that must not be read stays as it was counted, and keeps nobody from looking after the others.
        """
        for room in rooms:
            if room.as_of and room.state.has_room:
                try:
                    self._rosters.refresh(room.group_id)
                except NotFound:
                    self._rosters.take(
                        GroupDismissed(group_id=GroupId(room.group_id), at=int(self._shelf.clock.time()))
                    )
                except PermissionDenied as error:
                    log.warning("live code %s: a group cannot be read: %s", kept.row.key, type(error).__name__)
                    continue
                self._counting.recount(kept, room.group_id)

    def _measure(self, kept: Kept) -> None:
        """Count groups that never were, retire what was full long ago, and judge all anew: bounds may have changed."""
        for room in self._live(kept):
            if not room.as_of:
                self._rosters.size(room.group_id)
                self._counting.measure(kept, room.group_id)
        now = self._shelf.clock.time()
        with self._shelf.database.transaction() as connection:
            rooms = self._shelf.rooms.live(connection, kept.number)
            for room in rooms:
                after = state_after(room.state, room.seats, room.capacity, kept.code.overflow)
                if after is not room.state:
                    self._shelf.rooms.set_state(connection, room, after, now)
            self._retire(connection, kept, rooms, now)

    def _begin_anew(self, kept: Kept) -> None:
        """Open a spare group at once where none is in use at all: then no vendor opens another by itself."""
        now = self._shelf.clock.time()
        with self._shelf.database.transaction() as connection:
            self._shelf.reservations.take_turn(connection, kept.number)
            rooms = self._shelf.rooms.live(connection, kept.number)
            if not rooms or any(room.state is not RoomState.SPARE for room in rooms):
                return
            first = next((room for room in rooms if not room.part), rooms[0])
            if self._shelf.rooms.open(connection, first, first.part, RoomState.OPEN, now):
                self._shelf.book.notes.decided(connection, kept.number, "spare_opened", first.group_id, now)

    def _retire(self, connection: Connection, kept: Kept, rooms: Sequence[Room], now: float) -> None:
        """Take groups out of use that were full for a day, while others have room: their people have settled."""
        policy = kept.code.overflow
        old = {room.group_id for room in rooms if _is_settled(room, policy, now - RETIRED_AFTER)}
        if not any(room.state.has_room for room in rooms if room.group_id not in old):
            return
        if self._shelf.rooms.retire(connection, kept.number, sorted(old), now):
            self._shelf.book.notes.decided(connection, kept.number, "retired", json.dumps(sorted(old)), now)

    def _live(self, kept: Kept) -> Sequence[Room]:
        with self._shelf.database.connect() as connection:
            return self._shelf.rooms.live(connection, kept.number)


def _is_settled(room: Room, policy: OverflowPolicy, since: float) -> bool:
    """Tell whether a group has taken nobody more since then."""
    return takes_nobody(room.state, room.seats, room.capacity, policy) and 0 < room.full_at <= since


def _known(rooms: Sequence[Room]) -> set[tuple[str, bool]]:
    return {(room.group_id, room.state.has_room) for room in rooms}
