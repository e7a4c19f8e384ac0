"""What is told of a group code: never a number of people alone, but where each group stands, and why."""

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from privcrm.models.codes import OverflowStrategy
from privcrm.services.live_codes.groups.bursts import Bursts
from privcrm.services.live_codes.groups.names import name_of
from privcrm.services.live_codes.groups.shelf import GroupShelf, Kept
from privcrm.services.live_codes.groups.states import soft_bound
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeLife
from privcrm.store.live_codes.groups import Room, RoomCounts, RoomState
from privcrm.store.live_codes.notes import Alarm, Decision

__all__ = ["Explanation", "GroupCodeReport", "Reporting", "RoomReport"]

DECISIONS_TOLD = 20


@frozen
class RoomReport:
    """One group: people inside now, of how many by scanning and at all; joined by the code, on the way, handed out.

    ``picture_until`` is when its uploaded picture expires (unix seconds), None where there is none.
    """

    group_id: str
    name: str
    state: RoomState
    part: int
    seats: int
    scan_cap: int
    hard_cap: int
    capacity_source: str
    joined: int
    on_the_way: int
    handed_out: int
    is_prepared: bool
    picture_until: float | None = None


@frozen
class GroupCodeReport:
    """A group code: its groups that are in use, counts of all it ever had, and the alarms that stand."""

    key: str
    life: CodeLife
    strategy: OverflowStrategy
    rooms: tuple[RoomReport, ...]
    counts: RoomCounts
    next_name: str
    alarms: tuple[Alarm, ...]

    @property
    def seats(self) -> int:
        """People in the groups that are in use, staff included."""
        return sum(room.seats for room in self.rooms)

    @property
    def unprepared(self) -> tuple[str, ...]:
        """The groups in which a person has something to do still."""
        return tuple(room.group_id for room in self.rooms if not room.is_prepared)


@frozen
class Explanation:
    """Why a code stands as it does: a sentence for each group and for what comes next, alarms, and decisions."""

    key: str
    groups: tuple[str, ...]
    next_group: str
    alarms: tuple[Alarm, ...]
    decisions: tuple[Decision, ...] = field(repr=False)


class Reporting:
    """Tells of codes."""

    def __init__(self, shelf: GroupShelf, bursts: Bursts) -> None:
        self._shelf = shelf
        self._bursts = bursts

    def report(self, kept: Kept) -> GroupCodeReport:
        """Return where a code stands, as of one moment."""
        with self._shelf.database.snapshot() as connection:
            return GroupCodeReport(
                key=kept.row.key,
                life=kept.row.life,
                strategy=kept.code.overflow.strategy,
                rooms=tuple(self._rooms(connection, kept)),
                counts=self._shelf.rooms.counts(connection, kept.number),
                next_name=self._next_name(connection, kept),
                alarms=tuple(self._shelf.book.notes.alarms(connection, kept.number)),
            )

    def explain(self, kept: Kept) -> Explanation:
        """Return why."""
        with self._shelf.database.snapshot() as connection:
            rooms = self._shelf.rooms.live(connection, kept.number)
            decisions = list(self._shelf.book.notes.decisions(connection, kept.number))
            return Explanation(
                key=kept.row.key,
                groups=tuple(_why(room, kept) for room in rooms),
                next_group=self._why_next(connection, kept, rooms),
                alarms=tuple(self._shelf.book.notes.alarms(connection, kept.number)),
                decisions=tuple(decisions[:DECISIONS_TOLD]),
            )

    def _rooms(self, connection: Connection, kept: Kept) -> Iterator[RoomReport]:
        figures = self._shelf.reservations.figures(connection, kept.number)
        pictures = self._shelf.images.expiries(connection, kept.number)
        for room in self._shelf.rooms.live(connection, kept.number):
            sent = figures.get(room.target)
            yield RoomReport(
                group_id=room.group_id,
                name=name_of(kept.code.prefix, room.number) if room.number else "",
                state=room.state,
                part=room.part,
                seats=room.seats,
                scan_cap=room.capacity.scan_cap,
                hard_cap=room.capacity.hard_cap,
                capacity_source=room.capacity.source,
                joined=room.joined,
                on_the_way=sent.reserved if sent else 0,
                handed_out=sent.handed_out if sent else 0,
                is_prepared=room.is_prepared,
                picture_until=pictures.get(room.group_id),
            )

    def _next_name(self, connection: Connection, kept: Kept) -> str:
        prefix = kept.code.prefix
        return name_of(prefix, self._shelf.names.next_number(connection, prefix, kept.code.overflow.first_number))

    def _why_next(self, connection: Connection, kept: Kept, rooms: Sequence[Room]) -> str:
        if not self._bursts.needs_next(connection, kept, rooms):
            return "no other group is needed yet: one has plenty of room"
        if self._shelf.overflow.opens_at_vendor(connection, kept.row, kept.code):
            return f"the vendor opens {self._next_name(connection, kept)} when all listed groups are full"
        spares = sum(room.state is RoomState.SPARE for room in rooms)
        if spares:
            return f"a spare group is next, out of {spares}"
        return "no spare group is left: people have to make some"


def _why(room: Room, kept: Kept) -> str:
    """Return in one sentence why a group stands where it stands."""
    capacity, policy = room.capacity, kept.code.overflow
    inside = f"{room.group_id}: {room.seats} inside, {capacity.scan_cap} by scanning ({capacity.source})"
    soft = soft_bound(capacity, policy)
    match room.state:
        case RoomState.SPARE:
            why = "spare: waits for its turn"
        case RoomState.OPEN:
            why = f"open: {soft - room.seats} more until the next group is asked for"
        case RoomState.SOFT_FULL:
            why = f"soft full: from {soft} on the next group is asked for"
        case RoomState.SCAN_FULL if room.seats < capacity.scan_cap:
            why = f"scan full: was full, and opens again with {policy.reopen_gap} free seats"
        case RoomState.SCAN_FULL:
            why = "scan full: nobody more comes in by scanning"
        case RoomState.HARD_FULL:
            why = f"hard full: {capacity.hard_cap} are the most"
        case RoomState.RETIRED:
            why = "retired"
    return f"{inside}; {why}" + ("" if room.is_prepared else "; unprepared")
