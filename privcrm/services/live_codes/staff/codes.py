"""Staff live codes (员工活码): what their seats are given, and what the vendor is told of them."""

from collections.abc import Callable
from random import Random, SystemRandom
from typing import Final

from attrs import evolve

from privcrm.errors import InputError
from privcrm.models import ContactCodeSpec, Content
from privcrm.models.codes import Routing, StaffLiveCode
from privcrm.models.events import Greetable, MemberAdded, StaffChanged, StaffEvent
from privcrm.models.ids import staff_key
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.nights import Nights
from privcrm.services.live_codes.specs import dump_seat, load_seat
from privcrm.services.live_codes.staff.assigning import Assigned, Assigning, NobodyFree
from privcrm.services.live_codes.staff.looking import Looking
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.reconciling import Reconciling
from privcrm.services.live_codes.staff.remarks import Remarks
from privcrm.services.live_codes.staff.reporting import Reporting, desired_of
from privcrm.services.live_codes.staff.results import CodeReport, Desired, Explanation, Reconciled
from privcrm.services.live_codes.staff.taking import Taking
from privcrm.services.live_codes.staff.wishes import seat_part, wish_for
from privcrm.services.live_codes.wakes import Wakes
from privcrm.services.welcomes.rule import state_of
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.seats import Seats
from privcrm.store.mirror.numbers import Numbers
from privcrm.store.timers import Timer

__all__ = ["StaffCodes"]

TIMER: Final = "live_code.staff"
NIGHT_AT: Final = "03:30"


class StaffCodes:
    """The staff live codes of a company.

    Whom a code leads to is read off the clock and the counts, never off edges: a process that slept over a boundary
    finds the same. Looks are timers of the work kernel, so whoever runs these runs the codes.
    """

    def __init__(self, book: CodeBook, *, policy: PushPolicy | None = None, rng: Random | None = None) -> None:
        self._book = book
        self._policy = policy or PushPolicy()
        self._looking = Looking(book, self._policy)
        self._wakes = Wakes(book, TIMER)
        self._remarks = Remarks(book, self._looking)
        self._taking = Taking(book, self._looking, self._wakes, self._remarks, self._policy)
        self._assigning = Assigning(book, self._looking, self._policy)
        self._reconciling = Reconciling(book, self._looking, self._wakes, self._policy, rng or SystemRandom())
        self._reporting = Reporting(book, self._looking, self._policy)
        self._seats = Seats(book.database)
        self._numbers = Numbers(book.database)
        self._nights = Nights(book, CodeKind.STAFF, NIGHT_AT, lambda row: self.reconcile(row.key, force=True))
        book.jobs.timers.offer(TIMER, self._on_timer)

    # -- what a code is

    def put_seats(self, connection: Connection, row: CodeRow, code: StaffLiveCode) -> None:
        """Keep the seats of a code, inside the caller's transaction; call ``soon`` when it is over.

        Who stays keeps what he was given, and his place in the order also if his weight changed; who is new starts
        where the others are.
        """
        before = {each.staff: each for each in self._seats.of_code(connection, row.number, "", 0.0)}
        weights = {each.staff: load_seat(each.staff_id, each.spec).weight for each in before.values()}
        specs = {str(seat.staff_id): dump_seat(seat) for seat in code.seats}
        numbers = self._seats.put(connection, row.number, specs, self._book.clock.time())
        credit: dict[int, float] = {}
        for seat in code.seats:
            number = numbers[staff_key(seat.staff_id)]
            if number in before and weights[number] != seat.weight:
                held = before[number]
                credit[number] = (held.served + held.credit) / weights[number] * seat.weight - held.served
        self._seats.set_standing(connection, row.number, {}, credit)

    def load(self, connection: Connection, row: CodeRow) -> StaffLiveCode:
        """Return a code with its seats."""
        return self._looking.load(connection, row)

    def to_make(
        self, connection: Connection, row: CodeRow, state_for: Callable[[int], str]
    ) -> dict[int, ContactCodeSpec]:
        """Return what the vendor's codes behind a code are to be, by part; ``state_for`` claims a state for one.

        With ``push`` that is part 0, which leads to the pool of the moment (or to the first seats, when nobody is
        free: a code cannot be made of nobody); with ``pull`` one for each seat.
        """
        look = self._looking.look(connection, row, self._book.clock.time(), lock=False)
        if look.code.routing is Routing.PULL:
            seats = {seat_part(facts.number): facts.seat.staff_id for facts in look.facts}
            return {part: wish_for(look.code, (staff_id,), state_for(part)) for part, staff_id in seats.items()}
        pool = look.choice.pool or look.verdicts[: look.code.pool]
        return {0: wish_for(look.code, (verdict.staff_id for verdict in pool), state_for(0))}

    def online(self, key: str, staff_id: str, online: bool, *, who: str = "") -> bool:
        """Take an employee's seat out for the time being, or back in, and have the vendor told soon.

        Who comes back starts where the others are. Return whether that is news. Raises ``InputError`` for what is
        unknown.
        """
        with self._book.database.transaction() as connection:
            row = self._book.known(connection, key, CodeKind.STAFF)
            number = self._numbers.staff(connection, [staff_id]).get(staff_key(staff_id))
            held = [each for each in self._seats.of_code(connection, row.number, "", 0.0) if each.staff == number]
            if not held:
                raise InputError(f"live code {key!r} has no seat of employee {staff_id!r}: see `live-code show`")
            seat = load_seat(held[0].staff_id, held[0].spec)
            if seat.online is online:
                return False
            self._seats.set_spec(connection, row.number, held[0].staff, dump_seat(evolve(seat, online=online)))
            self._book.store.audit.write(connection, who, "live code seat", code=key, staff=staff_id, online=online)
        self.soon(row)
        return True

    # -- whom it leads to

    def desired(self, key: str, at: float | None = None) -> Desired:
        """Return whom a code is to lead to now, or at a moment (unix seconds), and a reason for every seat.

        Counts are those of now. Raises ``InputError`` for a code that is unknown.
        """
        with self._book.database.snapshot() as connection:
            row = self._book.known(connection, key, CodeKind.STAFF)
            moment = self._book.clock.time() if at is None else at
            return desired_of(self._looking.look(connection, row, moment, lock=False))

    def reconcile(self, key: str, *, shadow: bool = False, force: bool = False) -> Reconciled:
        """Tell the vendor what differs from what he last said yes to; nothing where nothing does.

        ``force`` reads his code first, and mends what somebody else changed. ``shadow`` decides and notes, and writes
        nothing. An empty pool is never told. Sets the timer of the next look. Raises ``InputError``,
        ``ConfigurationError``, ``CredentialRejected``, ``StoreError``; what else goes wrong is the ``outcome``.
        """
        return self._reconciling.reconcile(key, shadow=shadow, force=force)

    def assign(
        self, connection: Connection, row: CodeRow, code: StaffLiveCode, visitor: str, now: float
    ) -> Assigned | NobodyFree:
        """Hold a place with an employee for a visitor, inside the caller's transaction; caps are exact.

        Who asks again keeps his place; with ``sticky_days`` he is led to whom he met, or it is noted why not. Raises
        ``InputError`` for a code with ``push``, and for a visitor without a mark.
        """
        return self._assigning.assign(connection, row, code, visitor, now)

    # -- what happens

    def take(self, event: MemberAdded) -> bool:
        """Count an add of one of our codes once; return whether it is ours and new. Raises ``StoreError``."""
        return self._taking.take(event)

    def take_staff(self, event: StaffEvent) -> None:
        """Have the codes of an employee looked at who left, or changed."""
        ids = [event.staff_id]
        if isinstance(event, StaffChanged) and event.new_staff_id:
            ids.append(event.new_staff_id)
        with self._book.database.connect() as connection:
            numbers = self._numbers.staff(connection, ids).values()
            codes = {code for number in numbers for code in self._seats.codes_of(connection, number)}
            rows = [row for code in sorted(codes) if (row := self._book.rows.of_number(connection, code)) is not None]
        for row in rows:
            self.soon(row)

    def soon(self, row: CodeRow) -> None:
        """Have a code looked at as soon as somebody runs the timers."""
        if row.life is not CodeLife.DELETED:
            self._wakes.by(row, self._book.clock.time())

    def every_night(self, at: str) -> None:
        """Read every code back at a time of the Beijing day (HH:MM), instead of 03:30. Raises ``InputError``."""
        self._nights.choose(at)

    def write_remarks(self) -> int:
        """Write some of the remarks that are wanted; return how many are left. Raises ``StoreError``."""
        return self._remarks.write()

    # -- what is said to who comes

    def welcome_for(self, event: Greetable) -> Content | None:
        """Return what the code says by which somebody came, None where it says nothing."""
        state = state_of(event)
        if not state:
            return None
        with self._book.database.connect() as connection:
            owner = self._book.rows.of_state(connection, state)
            row = None if owner is None else self._book.rows.of_number(connection, owner[0])
        return self._looking.blank(row).welcome if row is not None and row.kind is CodeKind.STAFF else None

    # -- what is told

    def explain(self, key: str) -> Explanation:
        """Say why a code leads to whom it leads: every seat with its figures. Raises ``InputError``."""
        with self._book.database.snapshot() as connection:
            row = self._book.known(connection, key, CodeKind.STAFF)
            return self._reporting.explain(connection, row, self._book.clock.time())

    def report(self, key: str, since: str = "") -> CodeReport:
        """Say what a code gave to whom, by local days since one (as ``2026-10-01``), "" for the last 31.

        Raises ``InputError``.
        """
        with self._book.database.snapshot() as connection:
            row = self._book.known(connection, key, CodeKind.STAFF)
            return self._reporting.report(connection, row, since, self._book.clock.time())

    def _on_timer(self, timer: Timer) -> None:
        with self._book.database.connect() as connection:
            row = self._book.rows.of_number(connection, int(timer.key))
        if row is not None and row.kind is CodeKind.STAFF:
            self.reconcile(row.key)
        self._nights.plan()
