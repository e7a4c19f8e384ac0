"""A company whose vendor is a folder of files, so that it outlives every process and is seen by all of them."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from attrs import evolve, frozen

from privcrm.clock import Clock, SystemClock
from privcrm.errors import NotFound
from privcrm.jobs import Jobs
from privcrm.models import CodeId, Group, GroupCode, GroupId, GroupMember
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy, OverflowStrategy
from privcrm.provider.capabilities import NATIVE
from privcrm.provider.intents import CannotTell
from privcrm.services.live_codes import GROUP_KIND
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.ordering import CodeOrders
from privcrm.services.live_codes.overflow import Overflow
from privcrm.services.live_codes.specs import dump_code
from privcrm.store import Store, open_store
from privcrm.store.live_codes.codes import CodeKind, CodeRow
from privcrm.store.live_codes.generations import Generation, Generations, GenerationState
from privcrm.store.live_codes.groups import Room, Rooms, RoomSource, RoomState
from privcrm.store.live_codes.joins import Came, Joins
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

SCAN_CAP = 20
FULL = SCAN_CAP
SOFT = 18
CAPACITY = GroupCapacity(scan_cap=SCAN_CAP, hard_cap=50, source="test")


class AheadClock(SystemClock):
    """Runs as the machine's does, so that threads and processes may wait on one another, but waits for nobody."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = ahead

    def time(self) -> float:
        return super().time() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += max(0.0, seconds)


class FileVendor:
    """Groups are files with as many lines as there are people; every code that was made is a line of one file."""

    name = "file"
    capabilities = MappingProxyType({"live_codes.create_group_code": NATIVE, "groups.get": NATIVE})

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.groups = self
        self.live_codes = self

    def fill(self, group_id: str, people: int) -> None:
        (self.folder / group_id).write_text("x\n" * people)

    def dismiss(self, group_id: str) -> None:
        (self.folder / group_id).unlink()

    def get(self, group_id: str, *, names: bool = False) -> Group:
        self._note("looks", group_id)
        path = self.folder / group_id
        if not path.exists():
            raise NotFound("no such group", provider="file", operation="groups.get")
        people = path.read_text().count("x")
        return Group(GroupId(group_id), members=tuple(GroupMember(f"m{each}", False) for each in range(people)))

    def create_group_code(self, spec, *, intent, extra=None) -> GroupCode:
        self.before_making()
        number = self._note("codes", " ".join([intent.marker, *spec.group_ids]))
        self.after_making()
        return GroupCode(CodeId(f"code-{number}"), spec, f"https://qr.example/{number}")

    def settle_group_code(self, intent, *, claimed=()) -> CannotTell:
        return CannotTell("a group code of which nobody has the id")

    def before_making(self) -> None:
        """For tests: the request is on its way."""

    def after_making(self) -> None:
        """For tests: it is made, and the answer on its way."""

    @property
    def codes(self) -> list[list[str]]:
        """State and groups of each code that was made."""
        return [line.split() for line in self._lines("codes")]

    @property
    def looks(self) -> Counter[str]:
        return Counter(self._lines("looks"))

    def _lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def _note(self, name: str, line: str) -> int:
        """Append a line, and return where it stands."""
        file = os.open(self.folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, f"{line}\n".encode())
        place = os.lseek(file, 0, os.SEEK_CUR)
        os.close(file)
        return place


@frozen
class Company:
    """Everything that a test of overflowing wants."""

    store: Store
    clock: Clock
    vendor: FileVendor
    jobs: Jobs
    book: CodeBook
    overflow: Overflow
    rooms: Rooms
    generations: Generations

    def code(
        self,
        key: str = "shop",
        strategy: OverflowStrategy = OverflowStrategy.SPARE_POOL,
        *,
        spares: int = 4,
        people: int = FULL,
        policy: OverflowPolicy = OverflowPolicy(margin=0),  # noqa: B008 - frozen
        **changes: object,
    ) -> tuple[CodeRow, GroupLiveCode]:
        """Keep a code with one group in front, and some spare ones; each has a picture.

        Groups of the spare pool follow one another here.
        """
        if strategy is OverflowStrategy.SPARE_POOL:
            policy = evolve(policy, listed=1)
        if strategy is OverflowStrategy.STAFF_FIRST:
            changes = {"staff_code": "desk", **changes}
        code = GroupLiveCode(key, overflow=evolve(policy, strategy=strategy), capacity=CAPACITY, **changes)
        with self.store.database.transaction() as connection:
            row = self.book.rows.add(
                connection, key, CodeKind.GROUP, name="", spec=dump_code(code), now=self.clock.time()
            )
            if strategy not in (OverflowStrategy.IMAGES, OverflowStrategy.STAFF_FIRST):
                self.book.vendor.put(
                    connection, VendorCode(row.number, 0, "group", f"{key}-code", life=VendorLife.OPEN)
                )
            self.add(connection, row, f"{key}-g0", RoomState.OPEN, people)
            for number in range(1, spares + 1):
                self.add(connection, row, f"{key}-g{number}", RoomState.SPARE)
        return row, code

    def add(self, connection, row: CodeRow, group_id: str, state: RoomState, people: int = 1) -> None:
        """Put a group behind a code, with a picture that is good for a week."""
        self.vendor.fill(group_id, people)
        now = self.clock.time()
        room = Room(group_id, row.number, source=RoomSource.ADDED, state=state, capacity=CAPACITY, added_at=now)
        assert self.rooms.add(connection, room)
        connection.run(
            "INSERT INTO privcrm_code_group_image"
            " (company, code, group_id, media_type, content, says, uploaded_at, expires_at)"
            " VALUES (?, ?, ?, 'image/png', ?, '', ?, ?)",
            *(self.store.database.company, row.number, group_id, b"png", now, now + 7 * 86_400),
        )

    def come(self, row: CodeRow, *, every: float, count: int = 10) -> None:
        """Let it be known that people came so often, the last one just now."""
        now = int(self.clock.time())
        arrivals = {member: int(now - (count - member) * every) for member in range(1, count + 1)}
        joins = Joins(self.store.database)
        with self.store.database.transaction() as connection:
            joins.note(connection, row.number, f"{row.key}-g0", arrivals, Came.BY_CODE)
            hours = Counter(at // 3600 for at in arrivals.values())
            joins.count_hours(connection, row.number, hours)

    def change(self, row: CodeRow, code: GroupLiveCode) -> CodeRow:
        """Keep what an administrator wants the code to be from now on."""
        with self.store.database.transaction() as connection:
            self.book.rows.change(connection, row.number, name="", spec=dump_code(code), now=self.clock.time() + 0.001)
            changed = self.book.rows.of_number(connection, row.number)
        assert changed is not None
        return changed

    def states(self, row: CodeRow) -> Counter[RoomState]:
        with self.store.database.connect() as connection:
            return Counter(room.state for room in self.rooms.live(connection, row.number))

    def in_front(self, row: CodeRow) -> list[str]:
        """Return the groups behind a code that are open, by place."""
        with self.store.database.connect() as connection:
            return [room.group_id for room in self.rooms.live(connection, row.number) if room.state.has_room]

    def ready(self, row: CodeRow) -> list[Generation]:
        return [each for each in self.generations.of_code(row.number) if each.state is GenerationState.READY]

    def parts(self, row: CodeRow) -> dict[int, VendorLife]:
        with self.store.database.connect() as connection:
            return {each.part: each.life for each in self.book.vendor.of_code(connection, row.number)}

    def alarms(self, row: CodeRow) -> list[str]:
        with self.store.database.connect() as connection:
            return [alarm.kind for alarm in self.book.notes.alarms(connection, row.number)]

    def decisions(self, row: CodeRow) -> list[str]:
        with self.store.database.connect() as connection:
            return [decision.what for decision in self.book.notes.decisions(connection, row.number)]

    def orphans(self) -> int:
        """Return how many codes the journal says may be at the vendor without anybody knowing them."""
        return sum(1 for job in self.jobs.list() for _ in self.jobs.history.orphans(job.id))

    @property
    def timers(self) -> list[float]:
        """When the code's timers are due."""
        with self.store.database.connect() as connection:
            return [due for (due,) in connection.all("SELECT due FROM privcrm_timer ORDER BY due LIMIT 9")]

    def fire(self) -> bool:
        """Let a timer that is due do its work."""
        return self.jobs.timers.fire_one("test")


@contextmanager
def open_company(url: str, folder: Path, clock: Clock, vendor: type[FileVendor] = FileVendor) -> Iterator[Company]:
    """Open the company's store; every process has one of its own."""
    with open_store(url, clock=clock, company="acme") as store:
        provider = vendor(folder)
        jobs = Jobs(store, clock)
        orders = CodeOrders(provider, jobs)
        jobs.settle_after(GROUP_KIND, 0.0)
        book = CodeBook(provider, store, jobs, clock)
        overflow = Overflow(book, orders.create_group_codes)
        database = store.database
        yield Company(store, clock, provider, jobs, book, overflow, Rooms(database), Generations(database))
