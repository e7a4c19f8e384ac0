"""Spare groups: people make them, the library gives them out, and says in time how many are to be made."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from privcrm.errors import NotFound
from privcrm.models.codes import OverflowStrategy
from privcrm.models.ids import StaffId
from privcrm.models.staff_task import StaffTask, TaskState
from privcrm.services.files.sentences import say
from privcrm.services.live_codes.groups.counting import Counting
from privcrm.services.live_codes.groups.forecast import (
    DAYS_LOOKED_BACK,
    HOUR,
    Forecast,
    Supply,
    forecast,
    low_water,
    peak_of,
    rate_of,
)
from privcrm.services.live_codes.groups.putting import put_behind
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.live_codes.groups.states import usable_seats
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room, RoomSource, RoomState

__all__ = ["LOW_WATER", "MAKE_SPARES", "Added", "Spares"]

LOW_WATER: Final = "low_water"
MAKE_SPARES: Final = "make_spares"
"""A task: make empty groups for a code."""
_USES_SPARES: Final = (OverflowStrategy.SPARE_POOL, OverflowStrategy.CHAIN, OverflowStrategy.IMAGES)


@frozen
class Added:
    """What became of a group that was to be a spare one; ``reason`` says why it was not taken, "" where it was."""

    group_id: str
    reason: str = ""

    @property
    def is_added(self) -> bool:
        """Whether it stands behind the code now."""
        return not self.reason


class Spares:
    """Adds spare groups, and watches that there are enough."""

    def __init__(self, shelf: GroupShelf, rosters: GroupRosters, counting: Counting) -> None:
        self._shelf = shelf
        self._rosters = rosters
        self._counting = counting

    # -- adding

    def add(self, kept: Kept, group_ids: Iterable[str]) -> list[Added]:
        """Put groups behind a code, to be opened when their turn comes; one bad id keeps none of the others out.

        Each is read where it is not known yet. Raises what ``GroupsPort.get`` raises, but for ``NotFound``.
        """
        done = [self._add(kept, group_id) for group_id in dict.fromkeys(group_ids)]
        if any(each.is_added for each in done):
            self.watch(kept)
            self._shelf.overflow.try_again(kept.row, kept.code, "spare groups were added")
        return done

    def _add(self, kept: Kept, group_id: str) -> Added:
        try:
            size = self._rosters.size(group_id)
        except NotFound:
            return Added(group_id, say("the vendor has no such group, or we may not see it"))
        if size.people == 0:
            return Added(group_id, say("the group was dismissed"))
        if size.people >= kept.code.capacity.scan_cap:
            return Added(
                group_id, say("{people} people are inside, so nobody more comes in by scanning", people=size.people)
            )
        with self._shelf.database.transaction() as connection:
            reason = self._put(connection, kept, group_id)
        if not reason and self._counting.measure(kept, group_id) is None:
            self._counting.recount(kept, group_id)  # it was here before
        return Added(group_id, reason)

    def _put(self, connection: Connection, kept: Kept, group_id: str) -> str:
        now = self._shelf.clock.time()
        room = Room(group_id, kept.number, source=RoomSource.ADDED, capacity=kept.code.capacity, added_at=now, number=0)
        reason = put_behind(self._shelf.book, connection, room)
        if not reason:
            self._shelf.book.notes.decided(connection, kept.number, "spare_added", group_id, now)
        return reason

    # -- watching

    def forecast(self, kept: Kept, until: float) -> Forecast:
        """Return what is to be expected until a time (unix seconds)."""
        with self._shelf.database.connect() as connection:
            hours = self._hours(connection, kept)
            rooms = self._shelf.rooms.live(connection, kept.number)
        return forecast(hours, self._supply(kept, rooms), kept.code.overflow, now=self._shelf.clock.time(), until=until)

    def watch(self, kept: Kept) -> bool:
        """Raise or end the alarm of too few spare groups, and ask the owner to make some; return whether it stands.

        Strategies for which vendors open groups are watched only where a policy names a mark.
        """
        policy, finished = kept.code.overflow, ""
        watched = policy.strategy in _USES_SPARES or policy.low_water is not None
        with self._shelf.database.transaction() as connection:
            hours = self._hours(connection, kept)
            spares = self._shelf.rooms.counts(connection, kept.number).spare
            busiest = max(peak_of(hours), rate_of(hours, self._shelf.clock.time()))
            mark = low_water(policy, busiest, usable_seats(kept.code.capacity, policy)) if watched else 0
            if is_low := spares < mark:
                self._alarm(connection, kept, spares, mark)
            else:
                finished = self._finished(connection, kept)
        if finished:
            self._shelf.tasks.done(finished, f"spare groups: {spares}")
        return is_low

    def _alarm(self, connection: Connection, kept: Kept, spares: int, mark: int) -> None:
        now, missing = self._shelf.clock.time(), mark - spares
        told = f"spare groups left: {spares}, wanted: {mark}, to make: {missing}"
        if self._shelf.book.notes.alarm(connection, kept.number, LOW_WATER, told, now):
            why = json.dumps({"spares": spares, "low_water": mark})
            self._shelf.book.notes.decided(connection, kept.number, LOW_WATER, why, now)
        last = self._shelf.tasks.last_like(connection, _series(kept.number))
        if last is not None and last[1] is TaskState.OPEN:
            return
        number = 1 if last is None else int(last[0].rpartition("-")[2]) + 1
        first = self._shelf.names.next_number(connection, kept.code.prefix, kept.code.overflow.first_number)
        task = StaffTask(
            f"{_series(kept.number)}{number:06}",
            MAKE_SPARES,
            StaffId(kept.code.owner_id or next(iter(self._shelf.rooms.owners(connection, kept.number, 1)), "")),
            f"Empty groups to make for live code {kept.row.key}: {missing}, from {kept.code.prefix}{first} on,"
            " each with welcome template, anti-harassment rules, notice and administrators;"
            " then put them behind it (add-group)",
            due_at=now + kept.code.overflow.lead_hours * HOUR,
        )
        self._shelf.tasks.open(connection, task)

    def _finished(self, connection: Connection, kept: Kept) -> str:
        """End the alarm, and return the task that is done by that, "" for none."""
        self._shelf.book.notes.clear(connection, kept.number, LOW_WATER)
        last = self._shelf.tasks.last_like(connection, _series(kept.number))
        return last[0] if last is not None and last[1] is TaskState.OPEN else ""

    def _hours(self, connection: Connection, kept: Kept) -> dict[int, int]:
        since = int(self._shelf.clock.time() // HOUR) - DAYS_LOOKED_BACK * 24
        return self._shelf.joins.by_hour(connection, kept.number, since)

    def _supply(self, kept: Kept, rooms: Sequence[Room]) -> Supply:
        policy = kept.code.overflow
        return Supply(
            free_seats=sum(max(0, room.free - policy.margin) for room in rooms if room.state.has_room),
            spares=sum(room.state is RoomState.SPARE for room in rooms),
            seats_each=usable_seats(kept.code.capacity, policy),
        )


def _series(code: int) -> str:
    return f"{MAKE_SPARES}-{code}-"
