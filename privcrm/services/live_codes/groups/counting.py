"""What an event of a group changes: seats by the list of its members, and who came by the code. Idempotent.

Seats are who is inside now, by the version of the list that the mirror keeps; never a sum of what was told. So a lost
event, or one that comes twice, is made good by the next.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from privcrm.events.try_again import TryAgain
from privcrm.models.events import EventSource, GroupEvent, GroupMembersChanged, GroupMembersJoined, GroupRenamed
from privcrm.models.group import JoinScene
from privcrm.services.live_codes.groups.forecast import HOUR
from privcrm.services.live_codes.groups.names import readings
from privcrm.services.live_codes.groups.second_homes import SecondHome, SecondHomes
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.live_codes.groups.states import state_after, takes_nobody
from privcrm.services.mirror.patience import MOST_TRIES, RETRY_SECONDS
from privcrm.store.database import Connection
from privcrm.store.live_codes.groups import Room, RoomState
from privcrm.store.live_codes.joins import Arrival, Came, Inside

__all__ = ["Counted", "Counting"]

_SCANNED: Final = JoinScene.SCANNED.value
_UNTOLD: Final = ("", JoinScene.UNKNOWN.value)


@frozen
class Counted:
    """What became of a group: its code, its state before and after, and how many came by the code."""

    code: int
    group_id: str
    before: RoomState
    after: RoomState
    joined: int = 0

    @property
    def changed(self) -> bool:
        """Whether the group stands elsewhere now."""
        return self.before is not self.after


@frozen
class _Case:
    """A group that is counted, on what occasion: when (unix seconds), and whether those who came scanned."""

    kept: Kept
    room: Room
    inside: Inside
    at: int
    scanned: bool | None = None


class Counting:
    """Counts the groups of all codes, each in one transaction."""

    def __init__(self, shelf: GroupShelf) -> None:
        self._shelf = shelf
        self._second_homes = SecondHomes(shelf)

    def take(self, event: GroupEvent) -> Counted | None:
        """Count a group anew; None if no code is concerned. Raises ``TryAgain`` while the mirror does not know yet."""
        with self._shelf.database.transaction() as connection:
            room = self._shelf.rooms.of_group(connection, event.group_id)
            kept = self._shelf.of_number(connection, room.code) if room else None
            if room is None or kept is None:
                return None
            self._shelf.reservations.take_turn(connection, room.code)
            inside = self._shelf.joins.inside(connection, event.group_id)
            self._wait_for_mirror(connection, event, inside)
            return None if inside is None else self._count(connection, kept, room, inside, event)

    def measure(self, kept: Kept, group_id: str) -> Counted | None:
        """Count a group that is new behind its code; None where nothing is known of it.

        Who is inside was so before, but for those who bear the code's state: they were quicker than the first count.
        """
        with self._shelf.database.transaction() as connection:
            self._shelf.reservations.take_turn(connection, kept.number)
            room = self._shelf.rooms.get(connection, kept.number, group_id)
            inside = self._shelf.joins.inside(connection, group_id)
            if room is None or inside is None or room.as_of:
                return None
            self._claim_name(connection, kept, inside)
            return self.first(connection, kept, room, inside)

    def recount(self, kept: Kept, group_id: str) -> Counted | None:
        """Count a group anew from what the mirror knows by now, where no event told; None where it knows nothing."""
        with self._shelf.database.transaction() as connection:
            self._shelf.reservations.take_turn(connection, kept.number)
            room = self._shelf.rooms.get(connection, kept.number, group_id)
            inside = self._shelf.joins.inside(connection, group_id)
            if room is None or inside is None or room.state is RoomState.RETIRED:
                return None
            if not inside.lives:
                return self._dismissed(connection, room)
            case = _Case(kept, room, inside, int(self._shelf.clock.time()))
            joined = self._attribute(connection, case, self._shelf.joins.unnoted(connection, room.code, group_id))
            return self._seat(connection, kept, room, inside, joined=joined)

    def first(self, connection: Connection, kept: Kept, room: Room, inside: Inside) -> Counted:
        """Count a group for the first time: who bears the code's state came by it, also before we knew of him.

        In the caller's transaction, who has the turn at the code's reservations.
        """
        arrivals = self._shelf.joins.unnoted(connection, room.code, room.group_id)
        ours = [each for each in arrivals if self._is_ours(connection, room, each)]
        joined = self._attribute(connection, _Case(kept, room, inside, int(self._shelf.clock.time())), ours)
        self._note_before(connection, room)
        return self._seat(connection, kept, room, inside, joined=joined)

    # -- inside the transaction

    def _wait_for_mirror(self, connection: Connection, event: GroupEvent, inside: Inside | None) -> None:
        """Let an event come again that the mirror's own handler has not taken in yet. Raises ``TryAgain``."""
        if event.source is EventSource.SWEEP or event.attempt >= MOST_TRIES:
            return
        if inside is None or (isinstance(event, GroupMembersChanged) and self._is_behind(connection, event, inside)):
            raise TryAgain(RETRY_SECONDS, "the mirror does not know of it yet")

    def _is_behind(self, connection: Connection, event: GroupMembersChanged, inside: Inside) -> bool:
        """Tell whether the mirror's list is older than an event: by version, by time, and by who is in it."""
        if not event.version or event.version in inside.versions or event.at < inside.current_to:
            return False
        there = len(self._shelf.joins.arrivals(connection, event.group_id, event.user_ids))
        shows = there == len(event.user_ids) if isinstance(event, GroupMembersJoined) else there == 0
        return not (shows and event.user_ids)

    def _count(self, connection: Connection, kept: Kept, room: Room, inside: Inside, event: GroupEvent) -> Counted:
        if not inside.lives:
            return self._dismissed(connection, room)
        arrivals = self._arrivals(connection, room, inside, event)
        scanned = event.scanned if isinstance(event, GroupMembersJoined) else None
        joined = self._attribute(connection, _Case(kept, room, inside, event.at, scanned), arrivals)
        if not room.as_of:
            self._note_before(connection, room)
        if not room.as_of or isinstance(event, GroupRenamed):
            self._claim_name(connection, kept, inside)
        return self._seat(connection, kept, room, inside, joined=joined)

    def _dismissed(self, connection: Connection, room: Room) -> Counted:
        now = self._shelf.clock.time()
        self._shelf.rooms.retire(connection, room.code, [room.group_id], now)
        self._shelf.book.notes.decided(connection, room.code, "dismissed", room.group_id, now)
        return Counted(room.code, room.group_id, room.state, RoomState.RETIRED)

    def _arrivals(self, connection: Connection, room: Room, inside: Inside, event: GroupEvent) -> Sequence[Arrival]:
        """Return who may be new: those told of where the event follows what was counted, else whoever is not noted."""
        told = event.user_ids if isinstance(event, GroupMembersJoined) else ()
        if not room.as_of:  # never counted: whoever else is inside was there before
            return self._shelf.joins.arrivals(connection, room.group_id, told)
        if inside.version and room.version == inside.version:
            return ()
        if isinstance(event, GroupMembersChanged) and _follows(room, event, inside):
            return self._shelf.joins.arrivals(connection, room.group_id, told)
        return self._shelf.joins.unnoted(connection, room.code, room.group_id)

    def _attribute(self, connection: Connection, case: _Case, arrivals: Sequence[Arrival]) -> int:
        """Note how each came, and return how many came by the code for the first time."""
        code, group_id, joins = case.room.code, case.room.group_id, self._shelf.joins
        came: dict[Came, dict[int, int]] = {}
        for each in arrivals:
            how = self._how(connection, case, each)
            home = joins.home_of(connection, code, each.member, group_id)
            if home is not None:
                self._second_homes.ask(connection, case.kept, each, SecondHome(group_id, home, case.inside.owner_id))
                how = Came.AGAIN if how is Came.BY_CODE else how
            came.setdefault(how, {})[each.member] = each.joined_at or case.at
        noted = {how: joins.note(connection, code, group_id, who, how) for how, who in came.items()}
        by_code = noted.get(Came.BY_CODE, ())
        self._shelf.rooms.joined(connection, code, group_id, len(by_code))
        joins.count_hours(connection, code, _by_hour(came[Came.BY_CODE][member] for member in by_code))
        self._close(connection, case.room, len(by_code) + len(noted.get(Came.AGAIN, ())))
        return len(by_code)

    def _close(self, connection: Connection, room: Room, count: int) -> None:
        """Close reservations of the group, or where visitors were sent to its vendor's code, of that."""
        if not count:
            return
        closed = self._shelf.reservations.close_oldest(connection, room.code, room.group_id, count)
        if closed < count:
            self._shelf.reservations.close_oldest(connection, room.code, f"part:{room.part}", count - closed)

    def _is_ours(self, connection: Connection, room: Room, arrival: Arrival) -> bool:
        owner = self._shelf.book.rows.of_state(connection, arrival.state) if arrival.state else None
        return owner is not None and owner[0] == room.code

    def _how(self, connection: Connection, case: _Case, arrival: Arrival) -> Came:
        """Tell how somebody came: by the state where the vendor told it, else by whether it was a scan."""
        if arrival.state:
            return Came.BY_CODE if self._is_ours(connection, case.room, arrival) else Came.OTHERWISE
        if case.room.state is RoomState.SPARE:
            return Came.OTHERWISE
        if arrival.scene not in _UNTOLD:
            return Came.BY_CODE if arrival.scene == _SCANNED else Came.OTHERWISE
        return Came.OTHERWISE if case.scanned is False else Came.BY_CODE

    def _note_before(self, connection: Connection, room: Room) -> None:
        before = self._shelf.joins.unnoted(connection, room.code, room.group_id)
        arrivals = {each.member: each.joined_at for each in before}
        self._shelf.joins.note(connection, room.code, room.group_id, arrivals, Came.BEFORE)

    def _claim_name(self, connection: Connection, kept: Kept, inside: Inside) -> None:
        """Claim the number in a group's name, where it is named as the code's groups are: no other gets it then."""
        told = next((number for prefix, number in readings(inside.name) if prefix == kept.code.prefix), None)
        names = self._shelf.names
        if told is not None and names.claim(connection, kept.number, kept.code.prefix, told, inside.group_id):
            self._shelf.rooms.set_number(connection, kept.number, inside.group_id, told)

    def _seat(self, connection: Connection, kept: Kept, room: Room, inside: Inside, *, joined: int) -> Counted:
        after = state_after(room.state, inside.people, room.capacity, kept.code.overflow)
        now = self._shelf.clock.time()
        if self._shelf.rooms.count(
            *(connection, room),
            seats=inside.people,
            version=inside.version,
            as_of=inside.as_of,
            state=after,
            full=takes_nobody(after, inside.people, room.capacity, kept.code.overflow),
            now=now,
        ):
            return Counted(room.code, room.group_id, room.state, after, joined)
        return Counted(room.code, room.group_id, room.state, room.state, joined)


def _follows(room: Room, event: GroupMembersChanged, inside: Inside) -> bool:
    return room.version == event.last_version and event.version == inside.version != room.version


def _by_hour(times: Iterable[int]) -> dict[int, int]:
    hours: dict[int, int] = {}
    for at in times:
        hours[at // HOUR] = hours.get(at // HOUR, 0) + 1
    return hours
