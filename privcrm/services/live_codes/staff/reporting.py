"""What is told of a code: why it leads to whom, what it gave to whom, and where a cap was not kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Final

from privcrm.models import StaffId, staff_key
from privcrm.models.codes import Seat, StaffLiveCode
from privcrm.models.codes.hours import local_date
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.arrivals import Arrivals
from privcrm.services.live_codes.staff.looking import Look, Looking
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.results import CodeReport, Desired, Explanation, Overshoot, SeatReport
from privcrm.services.live_codes.staff.retiring import leftovers
from privcrm.services.live_codes.staff.wishes import load_wish
from privcrm.store.database import Connection
from privcrm.store.live_codes.adds import Adds, DayCount
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.seats import Seats
from privcrm.store.live_codes.vendor_codes import VendorLife

__all__ = ["Reporting", "desired_of"]

DAYS: Final = 31
DECISIONS: Final = 20


class Reporting:
    """Tells of codes, from the store alone."""

    def __init__(self, book: CodeBook, looking: Looking, policy: PushPolicy) -> None:
        self._book = book
        self._looking = looking
        self._policy = policy
        self._adds = Adds(book.database)
        self._seats = Seats(book.database)

    def explain(self, connection: Connection, row: CodeRow, now: float) -> Explanation:
        """Say why a code leads to whom it leads."""
        look = self._looking.look(connection, row, now, lock=False)
        parts = self._book.vendor.of_code(connection, row.number)
        leaving = self._leaving(connection, row)
        working = [each for each in parts if each.life is VendorLife.OPEN and each.vendor_id not in leaving]
        held = [spec.staff_ids for each in working if (spec := load_wish(each.acked)) is not None]
        decisions = self._book.notes.decisions(connection, row.number)
        return Explanation(
            row.key,
            desired_of(look),
            tuple(dict.fromkeys(staff_id for each in held for staff_id in each)),
            any(each.unsure for each in working),
            60 * Arrivals.of(look.pace).at(now),
            look.pace.lag,
            self._policy.left(look.pace, now),
            row.next_due,
            tuple(self._book.notes.alarms(connection, row.number)),
            tuple(islice(decisions, DECISIONS)),
            leaving,
        )

    def report(self, connection: Connection, row: CodeRow, since: str, now: float) -> CodeReport:
        """Say what a code gave to whom since a local day, "" for the last 31."""
        code = self._looking.load(connection, row)
        since = since or (local_date(now, code.zone) - timedelta(days=DAYS - 1)).isoformat()
        counts = self._adds.days(connection, row.number, since)
        seats = {staff_key(seat.staff_id): seat for seat in code.seats}
        by_staff: dict[str, dict[str, int]] = defaultdict(dict)
        for count in counts:
            by_staff[staff_key(count.staff_id)][count.day] = count.adds
        totals = {staff: sum(days.values()) for staff, days in by_staff.items()}
        return CodeReport(
            row.key,
            since,
            tuple(_seat_report(seat, code, by_staff, totals) for seat in code.seats),
            {StaffId(staff): total for staff, total in sorted(totals.items()) if staff not in seats},
            sum(totals.values()),
            tuple(_overshoots(counts, seats)),
            code.on_empty,
            tuple(self._book.notes.alarms(connection, row.number)),
            self._leaving(connection, row),
        )

    def _leaving(self, connection: Connection, row: CodeRow) -> dict[str, tuple[StaffId, ...]]:
        """Return, by the vendor's id, to whom codes still lead whose seats are gone."""
        seats = {each.staff for each in self._seats.of_code(connection, row.number, "", 0.0)}
        found = leftovers(self._book.vendor.of_code(connection, row.number), seats)
        wishes = {each.vendor_id: load_wish(each.acked) for each in found}
        return {vendor_id: wish.staff_ids if wish else () for vendor_id, wish in wishes.items()}


def desired_of(look: Look) -> Desired:
    """Return what a look says in the words of the company."""
    choice = look.choice
    nobody = choice.empty or choice.stands_in
    return Desired(
        tuple(verdict.staff_id for verdict in choice.pool),
        look.verdicts,
        look.at,
        look.margin,
        choice.stands_in,
        look.code.on_empty if nobody else None,
        look.code.redirect_to if nobody else "",
        look.due,
    )


def _seat_report(
    seat: Seat, code: StaffLiveCode, by_staff: Mapping[str, Mapping[str, int]], totals: Mapping[str, int]
) -> SeatReport:
    """Return what a seat got; shares are among the seats of its tier, for these are who share."""
    tier = [each for each in code.seats if each.tier == seat.tier]
    given = sum(totals.get(staff_key(each.staff_id), 0) for each in tier)
    mine = totals.get(staff_key(seat.staff_id), 0)
    wanted = seat.weight / sum(each.weight for each in tier)
    days = by_staff.get(staff_key(seat.staff_id), {})
    return SeatReport(seat.staff_id, seat.tier, dict(days), mine, wanted, mine / given if given else 0.0)


def _overshoots(counts: Sequence[DayCount], seats: Mapping[str, Seat]) -> list[Overshoot]:
    found: list[Overshoot] = []
    for count in counts:
        seat = seats.get(staff_key(count.staff_id))
        cap = None if seat is None else seat.cap_on(date.fromisoformat(count.day))
        if cap is not None and count.adds > cap:
            found.append(Overshoot(count.day, StaffId(count.staff_id), count.adds, cap))
    return found
