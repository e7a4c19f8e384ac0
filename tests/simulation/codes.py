"""Live codes of a simulation, and what people see of them."""

from collections.abc import Callable

from privcrm.models import CodeId, GroupId
from privcrm.models.codes import GroupLiveCode, OverflowStrategy, StaffLiveCode
from privcrm.services.live_codes.gateway import Page, Visit, Visitor
from privcrm.services.live_codes.groups.entry import EntryKind
from privcrm.services.live_codes.making.outcomes import CodeOutcome
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.group_images import GroupImages
from privcrm.store.live_codes.group_names import GroupNames
from privcrm.store.live_codes.groups import Rooms, RoomState
from tests.simulation.crowd import Entrance, Shown
from tests.simulation.run import Simulation

PNG = b"\x89PNG\r\n\x1a\n"


class Desk:
    """Where codes are made, and where visitors come to."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.codes = simulation.crm.live_codes
        self.book = self.codes._book
        self.gateway = self.codes.desk()
        self._rooms, self._names = Rooms(self.book.database), GroupNames(self.book.database)
        self._images = GroupImages(self.book.database)

    def make_staff_code(self, code: StaffLiveCode) -> CodeId:
        """Make a staff code and return the vendor's id."""
        self._done(self.codes.create(code))
        return CodeId(self.codes.get(code.key).vendor_codes[0].vendor_id)

    def make_group_code(self, code: GroupLiveCode) -> CodeRow:
        """Make a group code with a permanent link."""
        self._done(self.codes.create(code))
        self.codes.link(code.key)
        return self.codes.get(code.key).row

    def _done(self, outcome: CodeOutcome) -> None:
        assert outcome.message == "", outcome

    # -- what visitors see

    def entrance(self, row: CodeRow, strategy: OverflowStrategy) -> Entrance:
        """Return what visitors of a code come to: the vendor's picture, our page, or an employee's welcome."""
        by_strategy: dict[OverflowStrategy, Callable[[CodeRow], Entrance]] = {
            OverflowStrategy.NATIVE: self._printed,
            OverflowStrategy.SPARE_POOL: self._printed,
            OverflowStrategy.CHAIN: self._link,
            OverflowStrategy.IMAGES: self._link,
            OverflowStrategy.STAFF_FIRST: self._welcome,
        }
        return by_strategy[strategy](row)

    def _printed(self, row: CodeRow) -> Entrance:
        shown = self._way_in(row, "part:0")
        return lambda _: shown

    def _link(self, row: CodeRow) -> Entrance:
        slug = self.codes.link(row.key)

        def look(visitor: int) -> Shown:
            decision = self.gateway.decide(Visit(slug, Visitor(f"visitor-{visitor}", is_new=True)))
            if decision.page is not Page.CODE:
                return Shown(None, decision.page.value)
            return self._way_in(row, decision.target)

        return look

    def _welcome(self, row: CodeRow) -> Entrance:
        def look(_: int) -> Shown:
            entry = self.codes.groups.entry_now(row.key)
            match entry.kind:
                case EntryKind.CODE:
                    return self._way_in(row, f"part:{entry.part}")
                case EntryKind.IMAGE:
                    return self._way_in(row, entry.group_id)
                case _:
                    return Shown(None, entry.kind.value)

        return look

    def _way_in(self, row: CodeRow, target: str) -> Shown:
        scans, (kind, _, part) = self.simulation.scans, target.partition(":")
        if kind != "part":
            return Shown(lambda: scans.picture(target))
        with self.book.database.connect() as connection:
            vendor = self.book.vendor.get(connection, row.number, int(part))
        assert vendor is not None
        return Shown(lambda: scans.group_code(vendor.vendor_id))

    # -- what people do who are asked to

    def keep_supplied(self, row: CodeRow, code: GroupLiveCode, spares: int) -> None:
        """Let somebody make groups until so many are spare, and see that every group has a picture, where it must."""
        self._make_spares(row, code, spares)
        if code.overflow.strategy in (OverflowStrategy.IMAGES, OverflowStrategy.STAFF_FIRST):
            self._renew_pictures(row, code)

    def _make_spares(self, row: CodeRow, code: GroupLiveCode, spares: int) -> None:
        with self.book.database.connect() as connection:
            rooms = self._rooms.live(connection, row.number)
            number = self._names.next_number(connection, code.prefix, code.overflow.first_number)
        missing = spares - sum(room.state is RoomState.SPARE for room in rooms)
        made: list[GroupId] = []
        for each in range(number, number + missing):
            group_id, events = self.simulation.scans.makes_group(self.simulation.staff[0], f"{code.prefix}{each}")
            self.simulation.tell(events)
            made.append(group_id)
        if made:
            self.codes.groups.add_groups(code.key, made)

    def _renew_pictures(self, row: CodeRow, code: GroupLiveCode) -> None:
        now = self.book.clock.time()
        with self.book.database.connect() as connection:
            rooms = self._rooms.live(connection, row.number)
            until = self._images.expiries(connection, row.number)
        for room in rooms:
            if until.get(room.group_id, 0.0) < now + 86_400:
                self.codes.groups.add_image(code.key, room.group_id, PNG + room.group_id.encode())
