"""Every group that ever stood behind a group live code: how many are inside, how many it takes, where it stands."""

from collections.abc import Generator, Iterable, Sequence
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.models.codes import GroupCapacity
from privcrm.store.database import Connection, Database, Row, in_pages, marks

__all__ = ["Room", "RoomCounts", "RoomSource", "RoomState", "Rooms"]

PAGE: Final = 500
_COLUMNS: Final = (
    "group_id, code, place, part, source, state, number, scan_cap, hard_cap, staff_seats, cap_source, cap_as_of,"
    " seats, version, joined, added_at, opened_at, full_at, retired_at, as_of, task_id"
)
_READ: Final = _COLUMNS.removesuffix("task_id") + (
    "COALESCE((SELECT t.id FROM privcrm_staff_task t WHERE t.company = privcrm_code_group.company"
    " AND t.id = privcrm_code_group.task_id AND t.state = 'open'), '')"
)
"""As they are read: a task that is done is told no more."""


_SET_CAPACITY: Final = "scan_cap = ?, hard_cap = ?, staff_seats = ?, cap_source = ?, cap_as_of = ?"


class RoomState(StrEnum):
    """Where a group stands, by who is inside now.

    ``spare`` waits for its turn; ``open`` has room; ``soft_full`` has some, but it is time for the next group;
    ``scan_full`` takes nobody more by scanning; ``hard_full`` nobody at all; ``retired`` is out of use for good.
    """

    SPARE = "spare"
    OPEN = "open"
    SOFT_FULL = "soft_full"
    SCAN_FULL = "scan_full"
    HARD_FULL = "hard_full"
    RETIRED = "retired"

    @property
    def has_room(self) -> bool:
        """Whether visitors may be sent there."""
        return self in (RoomState.OPEN, RoomState.SOFT_FULL)

    @property
    def is_full(self) -> bool:
        """Whether it was opened and takes nobody more by scanning."""
        return self in (RoomState.SCAN_FULL, RoomState.HARD_FULL)


class RoomSource(StrEnum):
    """How a group came behind a code: with the code, added as a spare, or opened by the vendor and adopted."""

    GIVEN = "given"
    ADDED = "added"
    ADOPTED = "adopted"


@frozen
class Room:
    """A group behind a code, or, with an empty ``group_id``, all groups of one of its vendor codes (``part``).

    ``place`` is its turn, ``number`` the one in its name (0 for none). Figures are never mixed: ``seats`` are people
    inside now, staff included, by the list of ``version`` as of ``as_of``; ``joined`` came by this code; who was sent
    there and did not come is counted by ``Reservations``. Times are unix seconds, 0 for never. ``task_id`` names the
    open task of preparing it, "" where it is prepared.
    """

    group_id: str
    code: int
    place: int = 0
    part: int = 0
    source: RoomSource = RoomSource.GIVEN
    state: RoomState = RoomState.SPARE
    number: int = 0
    capacity: GroupCapacity = field(factory=GroupCapacity)
    seats: int = 0
    version: str = ""
    joined: int = 0
    added_at: float = 0.0
    opened_at: float = 0.0
    full_at: float = 0.0
    retired_at: float = 0.0
    as_of: float = 0.0
    task_id: str = ""

    @property
    def target(self) -> str:
        """What a visitor is sent to: the group's id, or ``part:<n>`` for a vendor's code."""
        return self.group_id or f"part:{self.part}"

    @property
    def free(self) -> int:
        """Seats that scans may still take, not below 0."""
        return max(0, self.capacity.scan_cap - self.seats)

    @property
    def is_prepared(self) -> bool:
        """Whether a person has seen to what no interface can do."""
        return not self.task_id


@frozen
class RoomCounts:
    """How many groups of a code are in each state that counts for what comes next."""

    spare: int = 0
    with_room: int = 0
    full: int = 0
    retired: int = 0


class Rooms:
    """The groups behind the codes of a company, inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._company = database.company

    # -- reading

    def get(self, connection: Connection, code: int, group_id: str) -> Room | None:
        """Return a group of a code, retired or not, or None."""
        row = connection.one(
            f"SELECT {_READ} FROM privcrm_code_group WHERE company = ? AND code = ? AND group_id = ?",
            *(self._company, code, group_id),
        )
        return None if row is None else _room(row)

    def of_group(self, connection: Connection, group_id: str) -> Room | None:
        """Return the group as the one code has it behind which it stands now; None if it stands behind none."""
        row = connection.one(
            f"SELECT {_READ} FROM privcrm_code_group WHERE company = ? AND group_id = ? AND state <> 'retired'",
            *(self._company, group_id),
        )
        return None if row is None else _room(row)

    def ever_of(self, connection: Connection, group_id: str) -> Sequence[Room]:
        """Return the group as every code has it that it ever stood behind."""
        rows = connection.all(
            f"SELECT {_READ} FROM privcrm_code_group WHERE company = ? AND group_id = ? ORDER BY code LIMIT ?",
            *(self._company, group_id, PAGE),
        )
        return [_room(row) for row in rows]

    def live(self, connection: Connection, code: int) -> Sequence[Room]:
        """Return the groups of a code that are not retired, by place: those that any decision is about."""
        rows = connection.all(
            f"SELECT {_READ} FROM privcrm_code_group WHERE company = ? AND code = ? AND state <> 'retired'"
            " ORDER BY place, group_id",
            *(self._company, code),
        )
        return [_room(row) for row in rows]

    def history(self, code: int) -> Generator[Room]:
        """Yield every group that ever stood behind a code, by place."""
        rows = in_pages(
            self._database,
            f"SELECT place, group_id, {_READ} FROM privcrm_code_group WHERE company = ? AND code = ?"
            " AND (place, group_id) > (?, ?) ORDER BY place, group_id LIMIT ?",
            (self._company, code),
            (-1, ""),
            PAGE,
        )
        return (_room(row[2:]) for row in rows)

    def owners(self, connection: Connection, code: int, most: int) -> Sequence[str]:
        """Return who owns the groups behind a code, in the form in which ids of staff are compared."""
        rows = connection.all(
            "SELECT DISTINCT k.owner_id FROM privcrm_code_group g JOIN privcrm_known_group k"
            " ON k.company = g.company AND k.group_id = g.group_id WHERE g.company = ? AND g.code = ?"
            " AND g.state <> 'retired' AND k.owner_id <> '' ORDER BY k.owner_id LIMIT ?",
            *(self._company, code, most),
        )
        return [owner for (owner,) in rows]

    def counts(self, connection: Connection, code: int) -> RoomCounts:
        """Return how many groups there are in each state."""
        rows = connection.all(
            "SELECT state, count(*) FROM privcrm_code_group WHERE company = ? AND code = ? GROUP BY state",
            *(self._company, code),
        )
        found = {RoomState(state): int(count) for state, count in rows}
        return RoomCounts(
            spare=found.get(RoomState.SPARE, 0),
            with_room=found.get(RoomState.OPEN, 0) + found.get(RoomState.SOFT_FULL, 0),
            full=found.get(RoomState.SCAN_FULL, 0) + found.get(RoomState.HARD_FULL, 0),
            retired=found.get(RoomState.RETIRED, 0),
        )

    # -- writing

    def add(self, connection: Connection, room: Room) -> bool:
        """Put a group behind a code, at the end; return False where it stands behind one already.

        One that was retired comes back in its old place with its history.
        """
        row = connection.one(
            "SELECT COALESCE(MAX(place), 0) + 1 FROM privcrm_code_group WHERE company = ? AND code = ?",
            *(self._company, room.code),
        )
        written = connection.run(
            f"INSERT INTO privcrm_code_group (company, {_COLUMNS}) VALUES (?, {marks(_COLUMNS.split(','))})"
            " ON CONFLICT DO NOTHING",
            *(self._company, room.group_id, room.code, int(row[0]) if row else 1, room.part, room.source.value),
            *(room.state.value, room.number, *_capacity(room.capacity), room.seats, room.version, room.joined),
            *(room.added_at, room.opened_at, room.full_at, room.retired_at, room.as_of, room.task_id),
        )
        return bool(written) or self._bring_back(connection, room)

    def _bring_back(self, connection: Connection, room: Room) -> bool:
        """Let a retired group stand behind its code again, unless it stands behind another by now."""
        if self.of_group(connection, room.group_id) is not None:
            return False
        return bool(
            connection.run(
                "UPDATE privcrm_code_group SET state = ?, part = ?, retired_at = 0, full_at = 0"
                " WHERE company = ? AND code = ? AND group_id = ? AND state = 'retired'",
                *(room.state.value, room.part, self._company, room.code, room.group_id),
            )
        )

    def count(
        self,
        connection: Connection,
        room: Room,
        *,
        seats: int,
        version: str,
        as_of: float,
        state: RoomState,
        now: float,
        full: bool | None = None,
    ) -> bool:
        """Keep how many are inside and where the group stands by that; return False if newer is known already.

        ``full`` tells whether it takes nobody more, None for what the state says: since when is kept as ``full_at``.
        """
        return bool(
            connection.run(
                "UPDATE privcrm_code_group SET seats = ?, version = ?, as_of = ?, state = ?,"
                " full_at = CASE WHEN ? = 0 THEN 0 WHEN full_at = 0 THEN ? ELSE full_at END"
                " WHERE company = ? AND code = ? AND group_id = ? AND as_of <= ? AND state <> 'retired'",
                *(seats, version, as_of, state.value, int(state.is_full if full is None else full), now),
                *(self._company, room.code, room.group_id, as_of),
            )
        )

    def open(self, connection: Connection, room: Room, part: int, state: RoomState, now: float) -> bool:
        """Let a spare group be open, behind one of the code's vendor codes; return False if it is spare no more."""
        return bool(
            connection.run(
                "UPDATE privcrm_code_group SET state = ?, part = ?, opened_at = ?"
                " WHERE company = ? AND code = ? AND group_id = ? AND state = 'spare'",
                *(state.value, part, now, self._company, room.code, room.group_id),
            )
        )

    def retire(self, connection: Connection, code: int, group_ids: Iterable[str], now: float) -> int:
        """Take groups out of use; their history stays. Return how many were in use."""
        return connection.run_many(
            "UPDATE privcrm_code_group SET state = 'retired', retired_at = ?"
            " WHERE company = ? AND code = ? AND group_id = ? AND state <> 'retired'",
            [(now, self._company, code, group_id) for group_id in group_ids],
        )

    def remove(self, connection: Connection, code: int, group_ids: Iterable[str]) -> None:
        """Forget groups that never were in use."""
        connection.run_many(
            "DELETE FROM privcrm_code_group WHERE company = ? AND code = ? AND group_id = ?",
            [(self._company, code, group_id) for group_id in group_ids],
        )

    def let_go(self, connection: Connection, group_id: str, now: float) -> None:
        """Take a group out of use where its code is deleted, so that it may stand behind another."""
        connection.run(
            "UPDATE privcrm_code_group SET state = 'retired', retired_at = ?"
            " WHERE company = ? AND group_id = ? AND state <> 'retired' AND code IN"
            " (SELECT c.number FROM privcrm_live_code c WHERE c.company = ? AND c.life = 'deleted')",
            *(now, self._company, group_id, self._company),
        )

    def joined(self, connection: Connection, code: int, group_id: str, count: int) -> None:
        """Count people who came by the code."""
        connection.run(
            "UPDATE privcrm_code_group SET joined = joined + ? WHERE company = ? AND code = ? AND group_id = ?",
            *(count, self._company, code, group_id),
        )

    def set_capacity(self, connection: Connection, code: int, group_id: str, capacity: GroupCapacity) -> bool:
        """Keep how many a group takes, whatever holds for the others; return whether the code ever had it."""
        return bool(
            connection.run(
                f"UPDATE privcrm_code_group SET {_SET_CAPACITY}, own_cap = 1"
                " WHERE company = ? AND code = ? AND group_id = ?",
                *(*_capacity(capacity), self._company, code, group_id),
            )
        )

    def set_common_capacity(self, connection: Connection, code: int, capacity: GroupCapacity) -> None:
        """Keep how many each group of a code takes of which nothing else was said."""
        connection.run(
            f"UPDATE privcrm_code_group SET {_SET_CAPACITY}"
            " WHERE company = ? AND code = ? AND own_cap = 0 AND state <> 'retired'",
            *(*_capacity(capacity), self._company, code),
        )

    def set_state(self, connection: Connection, room: Room, state: RoomState, now: float) -> None:
        """Keep where a group stands, by what is known of it already."""
        connection.run(
            "UPDATE privcrm_code_group SET state = ?,"
            " full_at = CASE WHEN ? = 0 THEN 0 WHEN full_at = 0 THEN ? ELSE full_at END"
            " WHERE company = ? AND code = ? AND group_id = ? AND state = ?",
            *(state.value, int(state.is_full), now, self._company, room.code, room.group_id, room.state.value),
        )

    def set_number(self, connection: Connection, code: int, group_id: str, number: int) -> None:
        """Keep the number in a group's name."""
        connection.run(
            "UPDATE privcrm_code_group SET number = ? WHERE company = ? AND code = ? AND group_id = ?",
            *(number, self._company, code, group_id),
        )

    def set_task(self, connection: Connection, code: int, group_id: str, task_id: str) -> None:
        """Keep by which task the group is being prepared; "" once it is."""
        connection.run(
            "UPDATE privcrm_code_group SET task_id = ? WHERE company = ? AND code = ? AND group_id = ?",
            *(task_id, self._company, code, group_id),
        )


def _capacity(capacity: GroupCapacity) -> tuple[int, int, int, str, str]:
    return (capacity.scan_cap, capacity.hard_cap, capacity.staff_seats, capacity.source, capacity.as_of)


def _room(row: Row) -> Room:
    group_id, code, place, part, source, state, number, scan, hard, staff, told, as_of, *rest = row
    capacity = GroupCapacity(scan, hard, staff, told, as_of)
    return Room(group_id, code, place, part, RoomSource(source), RoomState(state), number, capacity, *rest)
