"""Adds: counted once under the code by whose state they came."""

from typing import Final

from privcrm.models.codes import Routing
from privcrm.models.codes.hours import local_date
from privcrm.models.events import EventSource, MemberAdded
from privcrm.models.ids import staff_key
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.arrivals import Arrivals
from privcrm.services.live_codes.staff.looking import Looking
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.remarks import Remarks
from privcrm.services.live_codes.staff.results import Alarms
from privcrm.services.live_codes.wakes import Wakes
from privcrm.store.database import Connection
from privcrm.store.live_codes.adds import Adds, RemarkState
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.holds import Holds
from privcrm.store.live_codes.pace import PaceRow, Paces
from privcrm.store.live_codes.seats import Seats
from privcrm.store.mirror.numbers import Numbers

__all__ = ["Taking"]

_IN_USE: Final = (CodeLife.WANTED, CodeLife.DRAFT, CodeLife.OPEN)


class Taking:
    """Takes adds in; the same one twice, by callback or by a sweep, counts once."""

    def __init__(self, book: CodeBook, looking: Looking, wakes: Wakes, remarks: Remarks, policy: PushPolicy) -> None:
        self._book = book
        self._looking = looking
        self._wakes = wakes
        self._remarks = remarks
        self._policy = policy
        self._adds = Adds(book.database)
        self._holds = Holds(book.database)
        self._numbers = Numbers(book.database)
        self._paces = Paces(book.database)
        self._seats = Seats(book.database)

    def take(self, event: MemberAdded) -> bool:
        """Take an add in; return whether it is one of ours, and new."""
        row = self._code_of(event)
        if row is None:
            return False
        code = self._looking.blank(row)
        with self._book.database.transaction() as connection:
            pace = self._paces.locked(connection, row.number)
            new = self._count(connection, row, event, wants_remark=bool(code.remark))
            if new is not None:
                self._serve(connection, row, event, new, pace)
        # What follows is also done for an add that is known: a process may have been killed before it.
        if code.remark:
            self._remarks.soon()
        if row.life in _IN_USE and code.routing is Routing.PUSH:
            self._wakes.by(row, max(self._book.clock.time(), pace.pushed_at + self._policy.debounce))
        return new is not None

    def _code_of(self, event: MemberAdded) -> CodeRow | None:
        """Return the staff code whose state an add carries: looked up, for others make states, too."""
        if not event.state:
            return None
        with self._book.database.connect() as connection:
            owner = self._book.rows.of_state(connection, event.state)
            row = None if owner is None else self._book.rows.of_number(connection, owner[0])
        return row if row is not None and row.kind is CodeKind.STAFF else None

    def _count(
        self, connection: Connection, row: CodeRow, event: MemberAdded, *, wants_remark: bool
    ) -> tuple[int, int] | None:
        """Count an add, and return the numbers of member and employee; None for one that was counted before."""
        now = self._book.clock.time()
        member = self._numbers.ensure_members(connection, [event.member_id], now)[event.member_id]
        staff = self._numbers.ensure_staff(connection, [event.staff_id])[staff_key(event.staff_id)]
        day = local_date(event.at, self._looking.blank(row).zone).isoformat()
        remark = RemarkState.PLANNED if wants_remark else RemarkState.NONE
        new = self._adds.count(connection, row.number, member, staff, at=event.at, day=day, remark=remark)
        return (member, staff) if new else None

    def _serve(
        self, connection: Connection, row: CodeRow, event: MemberAdded, who: tuple[int, int], pace: PaceRow
    ) -> None:
        """Let an add count for its seat, also for one that was taken off since, and learn from it."""
        member, staff = who
        if self._seats.served(connection, row.number, staff, float(event.at)):
            self._holds.release_oldest(connection, row.number, staff, self._book.clock.time())
            self._learn(connection, row, event, pace)
            return
        if self._adds.came_to_another(connection, row.number, member, staff):  # and was handed over since
            return
        told = f"somebody came with the state of this code to {event.staff_id}, who never had a seat of it"
        self._book.notes.alarm(connection, row.number, Alarms.STRANGER, told, self._book.clock.time())

    def _learn(self, connection: Connection, row: CodeRow, event: MemberAdded, pace: PaceRow) -> None:
        now = self._book.clock.time()
        lag = max(0.0, now - event.at) if event.source is EventSource.CALLBACK and event.attempt == 1 else None
        known = Arrivals.of(pace).after(min(float(event.at), now), lag)
        self._paces.learned(
            connection, row.number, rate=known.rate, burst=known.burst, lag=known.lag, as_of=known.as_of
        )
