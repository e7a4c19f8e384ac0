"""Everything that making needs, over a company in memory or one behind an address."""

from collections import Counter
from pathlib import Path
from random import Random

from attrs import frozen

from privcrm.clock import Clock
from privcrm.jobs import Jobs
from privcrm.models import StaffId
from privcrm.models.codes import GroupLiveCode, Seat, StaffLiveCode
from privcrm.provider import CallRecord, Provider
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.making import GroupRooms, Making, OrderJobs, StaffSeats
from privcrm.services.live_codes.ordering import CodeOrders
from privcrm.services.live_codes.pictures.archive import PictureArchive
from privcrm.services.live_codes.staff.codes import StaffCodes
from privcrm.services.live_codes.staff.entry_tags import EntryTags
from privcrm.services.tag_rules import TagRules
from privcrm.services.tagging import Tagging
from privcrm.store import Store
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.vendor_codes import VendorCode


@frozen
class Studio:
    """One company's making, with the parts that tests look into."""

    book: CodeBook
    making: Making
    archive: PictureArchive
    staff: StaffCodes
    rules: TagRules
    able: tuple[StaffId, ...]
    pushed: list[str]
    records: list[CallRecord]

    def code(self, key: str = "SH001", *, seats: int = 2, **changes: object) -> StaffLiveCode:
        """Return a code of the first employees who serve."""
        return StaffLiveCode(key, tuple(Seat(each) for each in self.able[:seats]), name=f"店{key}", **changes)

    def groups(self, key: str = "G001", *, count: int = 2, **changes: object) -> GroupLiveCode:
        """Return a code over the first groups."""
        found = [group.group_id for group, _ in zip(self.book.provider.groups.list(), range(count), strict=False)]
        return GroupLiveCode(key, tuple(found), name="群", **changes)

    def row(self, key: str) -> CodeRow:
        """Return a code's row."""
        with self.book.database.connect() as connection:
            return self.book.rows.known(connection, key)

    def vendors(self, key: str) -> list[VendorCode]:
        """Return the vendor's codes of a code."""
        with self.book.database.connect() as connection:
            return list(self.book.vendor.of_code(connection, self.book.rows.known(connection, key).number))

    def calls(self) -> Counter[str]:
        """Return how often each operation of live codes was called, and start anew."""
        found = Counter(record.operation.removeprefix("live_codes.") for record in self.records)
        self.records.clear()
        return found


def open_studio(
    store: Store, provider: Provider, clock: Clock, records: list[CallRecord], folder: Path | None = None
) -> Studio:
    """Wire the parts together as a CRM does."""
    jobs = Jobs(store, clock, rng=Random(7))
    front = CodeOrders(provider, jobs)
    book = CodeBook(provider, store, jobs, clock, Random(7))
    staff, pushed = StaffCodes(book, rng=Random(7)), list[str]()
    archive = PictureArchive(book, folder)
    order = OrderJobs(front.create_contact_codes, front.create_group_codes)
    rules = TagRules(provider, jobs, Tagging(provider, jobs, clock), store, clock, rng=Random(7))
    seats = StaffSeats(book, staff, EntryTags(book, lambda: rules))
    making = Making(book, seats, GroupRooms(book, pushed.append), archive, order)
    able = tuple(provider.staff.serving())
    records.clear()
    return Studio(book, making, archive, staff, rules, able, pushed, records)
