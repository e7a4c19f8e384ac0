"""What follows from a count: the vendor's list is due, the next group is needed, something is to be told."""

import json
import logging
from collections.abc import Sequence
from typing import Final

from privcrm.errors import NotFound, PrivcrmError, StoreError
from privcrm.models import GroupId
from privcrm.models.codes import OverflowPolicy
from privcrm.models.events import GroupDismissed, GroupEvent
from privcrm.services.live_codes.groups.adopting import Adopting
from privcrm.services.live_codes.groups.counting import Counted, Counting
from privcrm.services.live_codes.groups.listing import needs_next, wanted_list
from privcrm.services.live_codes.groups.preparing import Preparing
from privcrm.services.live_codes.groups.reconciling import BURST, GroupReconciled, Reconciling
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.live_codes.groups.spares import Spares
from privcrm.services.live_codes.groups.states import state_after, takes_nobody
from privcrm.services.live_codes.nights import Nights
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.generations import GenerationState
from privcrm.store.live_codes.groups import Room, RoomSource, RoomState
from privcrm.store.timers import Timer

__all__ = ["TIMER", "Following"]

log = logging.getLogger("privcrm.live_codes")

TIMER: Final = "live_code.group"
DEBOUNCE_SECONDS: Final = 1.0
PATROL_SECONDS: Final = 30.0
PATROL_PART: Final = 4
LONGEST_PATROL_SECONDS: Final = 1800.0
"""How often a code is looked after while all of its groups are full: after a quarter of the time since they are.

Vendors open the next group when somebody wants to come in, which by night may take hours.
"""
RETIRED_AFTER: Final = 86_400.0
"""How long a full group may open again; whoever leaves later leaves it as it is."""
NIGHT_AT: Final = "04:00"
_LOOKED_AFTER: Final = (CodeLife.OPEN, CodeLife.DRAFT)


class Following:
    """Takes events, and looks after a code when its timer is due."""

    def __init__(
        self,
        shelf: GroupShelf,
        rosters: GroupRosters,
        *,
        counting: Counting,
        adopting: Adopting,
        reconciling: Reconciling,
        spares: Spares,
        preparing: Preparing,
    ) -> None:
        self._shelf = shelf
        self._rosters = rosters
        self._counting = counting
        self._adopting = adopting
        self._reconciling = reconciling
        self._spares = spares
        self._preparing = preparing
        shelf.book.jobs.timers.register(TIMER, self._when_due)
        self._nights = Nights(shelf.book, CodeKind.GROUP, NIGHT_AT, self._by_night, begin=adopting.sweep)

    # -- events

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
            self.schedule(room.code)

    def _follow(self, counted: Counted) -> None:
        burst_turned = bool(counted.joined) and self._mark_burst(counted.code)
        if not (counted.changed or burst_turned):
            return
        self.schedule(counted.code)
        if counted.changed:
            self._note_state(counted)
            self._ask_for_next(counted)

    def _ask_for_next(self, counted: Counted) -> None:
        with self._shelf.database.connect() as connection:
            kept = self._shelf.of_number(connection, counted.code)
            rooms = self._shelf.rooms.live(connection, counted.code)
        if kept is None or not needs_next(rooms):
            return
        try:
            self._shelf.overflow.next_group(kept.row, kept.code, f"group {counted.group_id} is {counted.after.value}")
        except StoreError:
            raise
        except PrivcrmError as error:  # the timer that is set already tries again
            log.warning("live code %s: the next group cannot be asked for: %s", kept.row.key, type(error).__name__)

    def _note_state(self, counted: Counted) -> None:
        told = {"group": counted.group_id, "was": counted.before.value}
        with self._shelf.database.transaction() as connection:
            now = self._shelf.clock.time()
            self._shelf.book.notes.decided(connection, counted.code, counted.after.value, json.dumps(told), now)

    def _mark_burst(self, number: int) -> bool:
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
            stands = any(alarm.kind == BURST for alarm in notes.alarms(connection, number))
        begins, ends = lately >= burst.most_joins and not stands, lately * 2 <= burst.most_joins and stands
        if not (begins or ends):
            return False
        with self._shelf.database.transaction() as connection:
            if ends:
                return notes.clear(connection, number, BURST)
            return notes.alarm(connection, number, BURST, f"{lately} people came within {burst.window} seconds", now)

    # -- looking after a code

    def schedule(self, number: int, after: float = DEBOUNCE_SECONDS) -> None:
        """Have a code looked after soon; what is due earlier already stays so."""
        now = self._shelf.clock.time()
        with self._shelf.database.connect() as connection:
            row = self._shelf.book.rows.of_number(connection, number)
        if row is None or now < row.next_due <= now + after:
            return
        self._shelf.book.jobs.timers.set(TIMER, str(number), now + after, {"code": number})
        with self._shelf.database.transaction() as connection:
            self._shelf.book.rows.set_due(connection, number, now + after)

    def look_after(self, kept: Kept, *, force: bool = False) -> GroupReconciled:
        """Count what is new, bring the vendor's list up to date, and see that there is a next group.

        ``force`` reads the groups that have room, and the vendor's list, whatever events told. Raises what the ports
        raise.
        """
        self._read_anew(kept, self._live(kept) if force else self._doubted(kept))
        self._measure(kept)
        self._begin_anew(kept)
        done = self._reconciling.run(kept, force=force)
        rooms = self._live(kept)
        if needs_next(rooms):
            done = self._seek_next(kept, rooms, done)
        self._spares.watch(kept)
        return done

    def _seek_next(self, kept: Kept, rooms: Sequence[Room], done: GroupReconciled) -> GroupReconciled:
        """Look for a group that the vendor opened unheard, ask for the next one, and list what came of it."""
        all_full = not any(room.state.has_room for room in rooms)
        found = self._search(kept) if all_full and rooms else []
        if not found and rooms:
            generation = self._shelf.overflow.next_group(kept.row, kept.code, "the groups are full")
            if generation.state is not GenerationState.READY and all_full:
                self.schedule(kept.number, _patrol_after(rooms, self._shelf.clock.time()))
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
        """Read those of these groups from the vendor that have room: one call for each."""
        for room in rooms:
            if room.as_of and room.state.has_room:
                try:
                    self._rosters.refresh(room.group_id)
                except NotFound:
                    self._rosters.take(
                        GroupDismissed(group_id=GroupId(room.group_id), at=int(self._shelf.clock.time()))
                    )
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

    # -- timers

    def every_night(self, at: str) -> None:
        """Look through at a time of the Beijing day (HH:MM), instead of 04:00. Raises ``InputError``."""
        self._nights.choose(at)

    def _when_due(self, timer: Timer) -> None:
        number = int(timer.payload["code"])
        with self._shelf.database.transaction() as connection:
            kept = self._shelf.of_number(connection, number)
            if kept is None:
                return
            self._shelf.book.rows.set_due(connection, number, 0.0)
        if kept.row.life in _LOOKED_AFTER:
            if self._mark_burst(number):
                log.info("live code %s: the burst is over", kept.row.key)
            self.look_after(kept)
            self._patrol_burst(number)
        self._nights.plan()

    def _patrol_burst(self, number: int) -> None:
        """Look again while a burst lasts: that it is over, nobody tells."""
        with self._shelf.database.connect() as connection:
            kept = self._shelf.of_number(connection, number)
            alarms = self._shelf.book.notes.alarms(connection, number)
        if kept is not None and any(alarm.kind == BURST for alarm in alarms):
            self.schedule(number, float(kept.code.burst.window))

    def look_through(self) -> None:
        """Look at every code now as by night. Raises ``StoreError``."""
        self._nights.run()

    def _by_night(self, row: CodeRow) -> None:
        """Read a code back and tell of drift, adopt what was missed, and look at unprepared groups."""
        with self._shelf.database.connect() as connection:
            kept = self._shelf.of_number(connection, row.number)
        if kept is not None and kept.row.life in _LOOKED_AFTER:
            self.look_after(kept, force=True)
            self._preparing.see(kept)
            self._forget_visitors(kept)

    def _forget_visitors(self, kept: Kept) -> None:
        """Close what was held for visitors who never came, also where nobody asks any more."""
        closed = True
        while closed:
            with self._shelf.database.transaction() as connection:
                closed = self._shelf.reservations.expire(connection, kept.number, self._shelf.clock.time()) > 0


def _is_settled(room: Room, policy: OverflowPolicy, since: float) -> bool:
    """Tell whether a group has taken nobody more since then."""
    return takes_nobody(room.state, room.seats, room.capacity, policy) and 0 < room.full_at <= since


def _patrol_after(rooms: Sequence[Room], now: float) -> float:
    """Return in how many seconds to look again, where all groups are full."""
    full_for = now - max(room.full_at for room in rooms)
    return min(max(PATROL_SECONDS, full_for / PATROL_PART), LONGEST_PATROL_SECONDS)


def _known(rooms: Sequence[Room]) -> set[tuple[str, bool]]:
    return {(room.group_id, room.state.has_room) for room in rooms}
