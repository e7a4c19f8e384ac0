"""A store with codes, groups and pictures for tests of the gateway."""

from collections.abc import Sequence
from random import Random
from typing import Any

from attrs import define, field

from privcrm.clock import ManualClock
from privcrm.models import GroupId, StaffId
from privcrm.models.codes import GroupCapacity, GroupLiveCode, OverflowPolicy, OverflowStrategy, Seat, StaffLiveCode
from privcrm.services.live_codes.gateway.desk import Desk
from privcrm.services.live_codes.gateway.ports import StaffAnswer
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.shelf import StoredShelf
from privcrm.services.live_codes.gateway.visits import Decision, Visit, Visitor
from privcrm.services.live_codes.specs import dump_code
from privcrm.store import Store
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.group_images import GroupImage, GroupImages
from privcrm.store.live_codes.groups import Room, Rooms, RoomState
from privcrm.store.live_codes.pictures import CodePicture, CodePictures
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorCodes, VendorLife

PNG = b"\x89PNG\r\n\x1a\n"


@define
class Staffing:
    """Says whom staff codes lead to, as a test wants it."""

    answers: dict[str, StaffAnswer] = field(factory=dict[str, StaffAnswer])
    asked: list[str] = field(factory=list[str])

    def answer(self, connection: Connection, row: CodeRow, visitor: str, now: float) -> StaffAnswer:
        self.asked.append(visitor)
        return self.answers.get(row.key, StaffAnswer(0, "part:0", "vendor_chooses"))

    def holds_for(self, row: CodeRow) -> float:
        return 0.0

    def spread(self, connection: Connection, row: CodeRow, rng: Random, now: float) -> StaffAnswer:
        raise AssertionError("places are held with none of these codes")

    def preview(self, connection: Connection, row: CodeRow, visitor: str, now: float) -> StaffAnswer:
        return self.answers.get(row.key, StaffAnswer(0, "part:0", "vendor_chooses"))


class Place:
    """One company's codes, and a desk in front of them."""

    def __init__(self, store: Store, clock: ManualClock, **settings: Any) -> None:
        self.store = store
        self.clock = clock
        self.staffing = Staffing()
        self.short: list[str] = []
        self.gathered: list[str] = []
        self.desk = self.new_desk(**settings)
        self.tables = self.desk.tables

    def new_desk(self, **settings: Any) -> Desk:
        return Desk(
            self.store.database,
            self.clock,
            self.staffing,
            StoredShelf(self.store.database, settings.get("picture_hosts", ())),
            settings=GatewaySettings(**settings),
            rng=Random(1),
            on_short=self.short.append,
            on_gathered=self.gathered.append,
        )

    # -- codes

    def add(self, code: GroupLiveCode | StaffLiveCode, life: CodeLife = CodeLife.OPEN) -> str:
        """Keep a code with one link and return the link."""
        kind = CodeKind.STAFF if isinstance(code, StaffLiveCode) else CodeKind.GROUP
        now = self.clock.time()
        with self.store.database.transaction() as connection:
            row = self.tables.rows.add(connection, code.key, kind, name=code.name, spec=dump_code(code), now=now)
            self.tables.rows.set_life(connection, row.number, life, now)
            return self.tables.links.make(connection, row.number, now)

    def number_of(self, key: str) -> int:
        with self.store.database.connect() as connection:
            return self.tables.rows.known(connection, key).number

    def images(self, key: str = "town", rooms: Sequence[int] = (0,), **options: Any) -> str:
        """Add a code with pictures of so many groups, each with people inside; return its link."""
        cap = options.pop("cap", 200)
        link = self.add(group_code(key, OverflowStrategy.IMAGES, **options))
        for place, seats in enumerate(rooms, 1):
            self.room(key, f"g{place}", seats=seats, cap=cap)
            self.image(key, f"g{place}")
        return link

    def room(self, key: str, group_id: str, *, seats: int = 0, cap: int = 200, part: int = 0) -> None:
        room = Room(
            group_id,
            self.number_of(key),
            part=part,
            state=RoomState.OPEN,
            capacity=GroupCapacity(cap, 500, 0),
            seats=seats,
            opened_at=self.clock.time(),
        )
        with self.store.database.transaction() as connection:
            assert Rooms(self.store.database).add(connection, room)

    def image(self, key: str, group_id: str, *, lasts: float = 7 * 86_400.0, content: bytes = b"") -> None:
        now = self.clock.time()
        shown = content or PNG + group_id.encode()
        image = GroupImage(self.number_of(key), group_id, "image/png", shown, "", now, now + lasts)
        with self.store.database.transaction() as connection:
            GroupImages(self.store.database).put(connection, image)

    def vendor_code(self, key: str, part: int = 0, *, content: bytes = b"", url: str = "") -> None:
        number = self.number_of(key)
        row = VendorCode(number, part, "group", f"v-{key}-{part}", qr_url=url, life=VendorLife.OPEN)
        with self.store.database.transaction() as connection:
            VendorCodes(self.store.database).put(connection, row)
            if not url:
                shown = content or PNG + f"{key}/{part}".encode()
                CodePictures(self.store.database).put(connection, CodePicture(number, part, "image/png", shown))

    # -- what happens

    def visit(self, link: str, who: str = "ann", *, commits: bool = False, is_new: bool = False) -> Decision:
        return self.desk.decide(Visit(link, Visitor(who, is_new=is_new), commits=commits))

    def join(self, key: str, group_id: str, count: int = 1, *, target: str = "") -> None:
        """Let people join, as an event of the vendor tells of it."""
        number = self.number_of(key)
        rooms = Rooms(self.store.database)
        with self.store.database.transaction() as connection:
            room = rooms.get(connection, number, group_id)
            assert room is not None
            seats = room.seats + count
            cap = room.capacity.scan_cap
            state = RoomState.SCAN_FULL if seats >= cap else RoomState.OPEN
            now = self.clock.time()
            rooms.count(connection, room, seats=seats, version=str(seats), as_of=now, state=state, now=now)
            self.tables.reservations.close_oldest(connection, number, target or group_id, count)

    def funnel(self, key: str = "town") -> dict[str, int]:
        with self.store.database.connect() as connection:
            return self.tables.funnel.of_code(connection, self.number_of(key))

    def seats(self, key: str = "town") -> list[int]:
        with self.store.database.connect() as connection:
            return [room.seats for room in Rooms(self.store.database).live(connection, self.number_of(key))]


def group_code(key: str, strategy: OverflowStrategy = OverflowStrategy.IMAGES, **options: Any) -> GroupLiveCode:
    overflow = {name: options.pop(name) for name in ("margin", "soft_full", "new_group_within") if name in options}
    options.setdefault("group_ids", (GroupId("g1"),))
    return GroupLiveCode(key, overflow=OverflowPolicy(strategy, **overflow), **options)


def staff_code(key: str, **options: Any) -> StaffLiveCode:
    return StaffLiveCode(key, (Seat(StaffId("zhang")),), **options)
