"""The ways by strategy. The simple ones: the vendor does it by itself, or a spare group has its turn."""

from collections.abc import Mapping

from privcrm.models.codes import OverflowStrategy
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.groups.forecast import DAYS_LOOKED_BACK, HOUR
from privcrm.services.live_codes.overflow.chain import ChainOpener, OrderGroupCodes
from privcrm.services.live_codes.overflow.judging import Judge
from privcrm.services.live_codes.overflow.lateness import LATEST_ONES, Arrivals, late_at
from privcrm.services.live_codes.overflow.opening import (
    Failed,
    Opened,
    Opener,
    Opening,
    Result,
    WaitsForPerson,
    WaitsForVendor,
)
from privcrm.store.live_codes.allotting import Allotments
from privcrm.store.live_codes.joins import Joins
from privcrm.store.live_codes.vendor_codes import VendorLife

__all__ = ["SparePoolOpener", "openers"]


class NativeOpener:
    """Asks nothing: the vendor opens a group when all are brimful, and it is adopted (``Overflow.arrived``).

    The time that the vendor has counts from when a look shows that all are brimful; before that nothing is late. How
    long it is depends on who should have come (``late_at``); it is over when our own page turned somebody away.
    """

    def __init__(self, book: CodeBook, judge: Judge) -> None:
        self._book = book
        self._judge = judge
        self._joins = Joins(book.database)

    def find(self, opening: Opening) -> str:
        """Return what was adopted; that makes a generation ready at once, so there is nothing to find."""
        del opening
        return ""

    def open(self, opening: Opening) -> Result:
        """Wait, unless the vendor is late."""
        look = opening.look or self._judge.look(opening.row, opening.code)
        if not look.brimful:
            return WaitsForVendor(0.0)
        now, alarm_at = self._book.clock.time(), opening.generation.alarm_at
        if not alarm_at:
            return WaitsForVendor(self._late_at(opening, now))
        if now < alarm_at and not opening.turned_away:
            return WaitsForVendor(alarm_at)
        return Failed("the groups are full, people should have come, and the vendor has opened no other")

    def _late_at(self, opening: Opening, now: float) -> float:
        number, code = opening.row.number, opening.code
        with self._book.database.connect() as connection:
            arrivals = Arrivals(
                self._joins.latest(connection, number, LATEST_ONES),
                self._joins.by_hour(connection, number, int(now // HOUR) - DAYS_LOOKED_BACK * 24),
            )
        return late_at(arrivals, full_at=now, within=code.overflow.new_group_within, zone=code.zone)


class SparePoolOpener:
    """Puts the next spare group in front; reconciling the code puts it on the vendor's list."""

    def __init__(self, book: CodeBook) -> None:
        self._book = book
        self._allotments = Allotments(book.database)

    def find(self, opening: Opening) -> str:
        """Return the group that was put in front for this generation."""
        return opening.generation.target

    def open(self, opening: Opening) -> Result:
        """Take the first spare group."""
        return self._take(opening) or WaitsForPerson("no spare group is left: make some, and add them to the code")

    def _take(self, opening: Opening, *, pictured: bool = False) -> Opened | None:
        number, now = opening.row.number, self._book.clock.time()
        with opening.fenced() as connection:
            free = self._allotments.spare(connection, number, 1, pictured_at=now if pictured else None)
            for group_id in free:
                if self._allotments.open(connection, number, group_id, now):
                    opening.keep(connection, target=group_id)
                    return Opened(group_id)
        return None


class ImageOpener(SparePoolOpener):
    """Puts the next group in front of which somebody uploaded a picture that is still valid."""

    def open(self, opening: Opening) -> Result:
        """Take the first spare group with a valid picture."""
        return self._take(opening, pictured=True) or WaitsForPerson(
            "no spare group has a valid picture: upload one of the next group"
        )


class StaffFirstOpener:
    """Whatever entry the employee's welcome carries: the vendor's group code if there is one, else pictures."""

    def __init__(self, book: CodeBook, spare_pool: SparePoolOpener, images: ImageOpener) -> None:
        self._book = book
        self._spare_pool = spare_pool
        self._images = images

    def find(self, opening: Opening) -> str:
        """Return the group that was put in front for this generation."""
        return opening.generation.target

    def open(self, opening: Opening) -> Result:
        """Take the next group as the inner entry does."""
        with self._book.database.connect() as connection:
            codes = self._book.vendor.of_code(connection, opening.row.number)
        has_code = any(each.kind == "group" and each.life is VendorLife.OPEN for each in codes)
        return (self._spare_pool if has_code else self._images).open(opening)


def openers(book: CodeBook, judge: Judge, order: OrderGroupCodes) -> Mapping[OverflowStrategy, Opener]:
    """Return the way of each strategy."""
    spare_pool, images = SparePoolOpener(book), ImageOpener(book)
    return {
        OverflowStrategy.NATIVE: NativeOpener(book, judge),
        OverflowStrategy.SPARE_POOL: spare_pool,
        OverflowStrategy.CHAIN: ChainOpener(book, order),
        OverflowStrategy.IMAGES: images,
        OverflowStrategy.STAFF_FIRST: StaffFirstOpener(book, spare_pool, images),
    }
