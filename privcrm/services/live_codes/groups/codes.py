"""Group live codes: what the front, the gateway, the overflow and the command line ask of them."""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from attrs import evolve

from privcrm.errors import InputError
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowStrategy
from privcrm.models.events import GroupEvent
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.groups.adopting import Adopting
from privcrm.services.live_codes.groups.bursts import Bursts
from privcrm.services.live_codes.groups.counting import Counting
from privcrm.services.live_codes.groups.entry import Entries, Entry
from privcrm.services.live_codes.groups.forecast import Forecast
from privcrm.services.live_codes.groups.hearing import Hearing
from privcrm.services.live_codes.groups.images import Images
from privcrm.services.live_codes.groups.neighbours import Committed, NextGroups, ReadsPicture
from privcrm.services.live_codes.groups.preparing import Preparing
from privcrm.services.live_codes.groups.reconciling import GroupReconciled, Reconciling
from privcrm.services.live_codes.groups.report import Explanation, GroupCodeReport, Reporting
from privcrm.services.live_codes.groups.rounds import Rounds
from privcrm.services.live_codes.groups.shelf import GroupShelf
from privcrm.services.live_codes.groups.spares import Added, Spares
from privcrm.services.live_codes.groups.tending import Tending
from privcrm.services.live_codes.specs import load_group_code
from privcrm.services.mirror.rosters import GroupRosters
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeLife, CodeRow
from privcrm.store.live_codes.group_images import GroupImage
from privcrm.store.live_codes.groups import Room, RoomState
from privcrm.store.staff_tasks import StaffTasks

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["GroupCodes"]


class GroupCodes:
    """The group live codes of a company."""

    def __init__(
        self,
        book: CodeBook,
        rosters: GroupRosters,
        tasks: StaffTasks,
        overflow: Callable[[], NextGroups],
        *,
        read_picture: ReadsPicture = lambda _: "",
        committed: Committed = lambda _connection, _code: 0,
    ) -> None:
        """``overflow`` is asked for on first use; ``read_picture`` decodes a code, ``committed`` counts for gates."""
        self._shelf = shelf = GroupShelf(book, tasks, overflow)
        self._committed = committed
        counting, preparing, bursts = Counting(shelf), Preparing(shelf), Bursts(shelf)
        adopting = Adopting(shelf, rosters, counting, preparing)
        self._reconciling = Reconciling(shelf, adopting, bursts)
        self._spares = Spares(shelf, rosters, counting)
        self._images = Images(shelf, read_picture)
        self._entries = Entries(shelf)
        self._reporting = Reporting(shelf, bursts)
        self._tending = Tending(
            shelf,
            rosters,
            counting=counting,
            adopting=adopting,
            reconciling=self._reconciling,
            spares=self._spares,
            bursts=bursts,
        )
        self._rounds = Rounds(shelf, tending=self._tending, bursts=bursts, adopting=adopting, preparing=preparing)
        self._hearing = Hearing(shelf, counting=counting, adopting=adopting, bursts=bursts, rounds=self._rounds)

    # -- what a code is to be

    def load(self, connection: Connection, row: CodeRow) -> GroupLiveCode:  # noqa: ARG002 - staff codes have rows to read
        """Return what a code is to be; ``rooms`` and ``history`` tell which groups stand behind it by now."""
        return load_group_code(row.spec)

    def push(self, key: str) -> None:
        """Let the vendor know what a code is to be by now. Raises what the ports raise."""
        self.reconcile(key)
        self.schedule(key)

    def set_capacity(self, key: str, group_id: str, capacity: GroupCapacity, who: str = "") -> None:
        """Keep how many one group takes, with where that is known from. Raises ``InputError``."""
        kept = self._shelf.read(key)
        with self._shelf.database.transaction() as connection:
            if not self._shelf.rooms.set_capacity(connection, kept.number, group_id, capacity):
                raise InputError(f"group {group_id!r} never stood behind live code {key!r}")
            told = {"scan_cap": capacity.scan_cap, "hard_cap": capacity.hard_cap, "source": capacity.source}
            self._audit(connection, who, "live_code.capacity", key, group=group_id, **told)
        self._rounds.schedule(kept.number)

    def change_capacity(
        self, key: str, group_id: str, *, source: str, as_of: str, who: str = "", **bounds: int
    ) -> GroupCapacity:
        """Change some bounds of one group (``scan_cap``, ``hard_cap``, ``staff_seats``) and return all of them.

        Where the hard cap is not named it is not below the scan cap. Raises ``InputError``.
        """
        kept = self._shelf.read(key)
        with self._shelf.database.connect() as connection:
            room = self._shelf.rooms.get(connection, kept.number, group_id)
        before = room.capacity if room is not None else kept.code.capacity
        if "scan_cap" in bounds and "hard_cap" not in bounds:
            bounds["hard_cap"] = max(before.hard_cap, bounds["scan_cap"])
        capacity = evolve(before, source=source, as_of=as_of, **bounds)
        self.set_capacity(key, group_id, capacity, who)
        return capacity

    def try_own_way(self, key: str, who: str = "") -> None:
        """Have the next group of a code that fell back to its spare groups opened in its own way again, at once.

        Raises ``InputError`` for an unknown key.
        """
        number = self._shelf.read(key).number
        with self._shelf.database.transaction() as connection:
            now = self._shelf.clock.time()
            self._shelf.book.rows.set_changed(connection, number, now)
            self._shelf.book.notes.decided(connection, number, "own_way", who, now)
            self._audit(connection, who, "live_code.own_way", key)
        self._rounds.schedule(number)

    def open(self, key: str, *, in_spite_of_gate: bool = False, who: str = "") -> CodeRow:
        """Let visitors in. Raises ``InputError`` while fewer have committed themselves than the code's gate wants.

        ``in_spite_of_gate`` opens it all the same; either is in the audit, with who did it and how many there were.
        """
        kept = self._shelf.read(key)
        with self._shelf.database.transaction(durable=True) as connection:
            committed, wanted = self._committed(connection, kept.number), kept.code.gate.min_start
            if kept.row.life is CodeLife.DELETED:
                raise InputError(f"live code {key!r} is deleted: create another one")
            if committed < wanted and not in_spite_of_gate:
                raise InputError(
                    f"{committed} of {wanted} people have committed themselves to live code {key!r}:"
                    " wait, or open it in spite of the gate"
                )
            self._shelf.book.rows.set_life(connection, kept.number, CodeLife.OPEN, self._shelf.clock.time())
            in_spite = committed < wanted
            self._audit(connection, who, "live_code.opened", key, committed=committed, in_spite_of_gate=in_spite)
        self._rounds.schedule(kept.number)
        with self._shelf.database.connect() as connection:
            return self._shelf.book.rows.known(connection, key)

    # -- groups behind it

    def rooms(self, connection: Connection, row: CodeRow) -> Sequence[Room]:
        """Return what a visitor may be led to, full or not, in the order of their opening.

        Of a chain these are its vendor codes with all their groups taken together; of pictures only the groups of which
        one is valid now.
        """
        strategy = load_group_code(row.spec).overflow.strategy
        rooms = [room for room in self._shelf.rooms.live(connection, row.number) if room.state is not RoomState.SPARE]
        if strategy is OverflowStrategy.CHAIN:
            return [_together(list(each)) for _, each in groupby(sorted(rooms, key=_by_part), key=_by_part)]
        if strategy is OverflowStrategy.IMAGES:
            now, until = self._shelf.clock.time(), self._shelf.images.expiries(connection, row.number)
            return [room for room in rooms if until.get(room.group_id, 0.0) > now]
        return rooms

    def history(self, key: str) -> "Generator[Room]":
        """Yield every group that ever stood behind a code, by place."""
        return self._shelf.rooms.history(self._shelf.read(key).number)

    def add_groups(self, key: str, group_ids: Iterable[str]) -> list[Added]:
        """Put empty groups behind a code, to be opened when their turn comes; one outcome for each.

        Those that were taken out of use come back.
        Raises what ``GroupsPort.get`` raises, but for ``NotFound``.
        """
        kept = self._shelf.read(key)
        done = self._spares.add(kept, group_ids)
        self._rounds.schedule(kept.number)
        return done

    def retire_groups(self, key: str, group_ids: Iterable[str], who: str = "") -> int:
        """Take groups out of use, as ones that are to have no more people; return how many were in use."""
        kept, given = self._shelf.read(key), dict.fromkeys(group_ids)
        with self._shelf.database.transaction() as connection:
            now, rooms = self._shelf.clock.time(), self._shelf.rooms.live(connection, kept.number)
            in_use = {room.group_id for room in rooms}
            retired = [group_id for group_id in given if group_id in in_use]
            if not retired:
                return 0
            count = self._shelf.rooms.retire(connection, kept.number, retired, now)
            self._shelf.book.notes.decided(connection, kept.number, "retired", json.dumps(retired), now)
            self._audit(connection, who, "live_code.groups_retired", key, groups=retired)
        self._rounds.schedule(kept.number)
        return count

    def add_image(self, key: str, group_id: str, content: bytes, expires_at: float | None = None) -> GroupImage:
        """Keep a picture (PNG or JPEG) of a group's own code until it expires (unix seconds), else for 7 days.

        Raises ``InputError`` for what is no picture, expired, of a group that is not the code's, or of another group.
        """
        kept = self._shelf.read(key)
        image = self._images.add(kept, group_id, content, expires_at)
        self._shelf.overflow.try_again(kept.row, kept.code, "a picture was uploaded")
        return image

    # -- events

    def take(self, event: GroupEvent) -> None:
        """Count an event's group and see to what follows. Raises ``TryAgain`` and ``StoreError``."""
        self._hearing.take(event)

    # -- at the vendor

    def reconcile(self, key: str, *, shadow: bool = False, force: bool = False) -> GroupReconciled:
        """Bring the vendor's list to what it is to be; nothing is called where nothing differs.

        ``force`` reads it all the same and tells what somebody else changed; ``shadow`` only tells. Raises what the
        ports raise.
        """
        kept = self._shelf.read(key)
        if shadow:
            return self._reconciling.run(kept, shadow=True, force=force)
        return self._tending.look_after(kept, force=force)

    def look_through(self) -> None:
        """Read every code back, adopt what was missed and look at unprepared groups: what is done every night."""
        self._rounds.look_through()

    def every_night(self, at: str) -> None:
        """Look through at a time of the Beijing day (HH:MM), instead of 04:00. Raises ``InputError``."""
        self._rounds.every_night(at)

    def schedule(self, key: str) -> None:
        """Have a code looked after by the runner soon, as after it was made or changed."""
        self._rounds.schedule(self._shelf.read(key).number)

    # -- telling

    def entry_now(self, key: str, member_id: str = "") -> Entry:
        """Return what somebody is to be shown at this moment, such as a new contact by his welcome.

        Who is in one of the code's groups already is told so, where ``member_id`` says who it is.
        """
        return self._entries.now(self._shelf.read(key), member_id)

    def forecast(self, key: str, until: float) -> Forecast:
        """Return how many spare groups are needed until a time (unix seconds), if people keep coming as they do."""
        return self._spares.forecast(self._shelf.read(key), until)

    def report(self, key: str) -> GroupCodeReport:
        """Return where a code and each of its groups stand."""
        return self._reporting.report(self._shelf.read(key))

    def explain(self, key: str) -> Explanation:
        """Return why a code stands as it does, and what was decided lately."""
        return self._reporting.explain(self._shelf.read(key))

    def _audit(self, connection: Connection, who: str, what: str, key: str, **told: Any) -> None:
        self._shelf.book.store.audit.write(connection, who, what, code=key, **told)


def _by_part(room: Room) -> int:
    return room.part


def _together(rooms: Sequence[Room]) -> Room:
    """Return the groups of one vendor code as one."""
    capacity = GroupCapacity(
        scan_cap=sum(room.capacity.scan_cap for room in rooms),
        hard_cap=sum(room.capacity.hard_cap for room in rooms),
        staff_seats=sum(room.capacity.staff_seats for room in rooms),
        source=rooms[0].capacity.source,
        as_of=rooms[0].capacity.as_of,
    )
    return evolve(
        rooms[0],
        group_id="",
        number=0,
        state=min((room.state for room in rooms), key=list(RoomState).index),
        capacity=capacity,
        seats=sum(room.seats for room in rooms),
        joined=sum(room.joined for room in rooms),
        version="",
        task_id=next((room.task_id for room in rooms if room.task_id), ""),
    )
