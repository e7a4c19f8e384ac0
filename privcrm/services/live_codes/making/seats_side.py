"""Seats, as making needs them: by what looks after staff live codes."""

from collections.abc import Sequence

from privcrm.errors import InputError, ProviderError
from privcrm.models import ContactCodeSpec, StaffId, StaffState, staff_key
from privcrm.models.codes import StaffLiveCode
from privcrm.services.files.sentences import say
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.making.sides import Wanted
from privcrm.services.live_codes.staff.codes import StaffCodes
from privcrm.services.live_codes.staff.entry_tags import EntryTags
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.results import Pushed
from privcrm.services.live_codes.staff.wishes import SEAT_PARTS, dump_wish
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.seats import Seats
from privcrm.store.live_codes.vendor_codes import VendorLife
from privcrm.store.mirror.numbers import Numbers

__all__ = ["StaffSeats"]

_ENDED = (VendorLife.ENDING, VendorLife.DELETED, VendorLife.ORPHAN)
_GONE = (StaffState.LEFT, StaffState.DISABLED, StaffState.WITHOUT_CONTACT)


class StaffSeats:
    """The seats of staff live codes, for making."""

    def __init__(self, book: CodeBook, codes: StaffCodes, tags: EntryTags, policy: PushPolicy | None = None) -> None:
        self._book = book
        self._tags = tags
        self._codes = codes
        self._policy = policy or PushPolicy()
        self._seats = Seats(book.database)
        self._numbers = Numbers(book.database)

    def put(self, connection: Connection, row: CodeRow, code: StaffLiveCode) -> None:
        """Keep the seats of a code."""
        self._codes.put_seats(connection, row, code)

    def load(self, connection: Connection, row: CodeRow) -> StaffLiveCode:
        """Return a code with its seats."""
        return self._codes.load(connection, row)

    def wanted(self, connection: Connection, row: CodeRow) -> Sequence[Wanted]:
        """Return one code for all seats, or with ``pull`` one for each."""
        own = self._codes.load(connection, row).state

        def state_for(part: int) -> str:
            self._set_ended_aside(connection, row, part)
            return self._book.rows.claim_state(connection, row.number, part, own if part == 0 else "")

        specs = self._codes.to_make(connection, row, state_for)
        others = self._able(connection, row) if 0 in specs else ()
        return [Wanted(part, spec, others if part == 0 else ()) for part, spec in specs.items()]

    def acked(self, spec: ContactCodeSpec) -> str:
        """Return the text that stands for a spec which the vendor said yes to."""
        return dump_wish(spec)

    def refused(self, connection: Connection, row: CodeRow, staff_id: str, why: str) -> None:
        """Keep that the vendor does not take an employee for the time being."""
        number = self._numbers.staff(connection, [staff_id]).get(staff_key(staff_id))
        if number is not None:
            until = self._book.clock.time() + self._policy.barred_for
            self._seats.bar(connection, row.number, number, until, why)

    def made(self, row: CodeRow) -> None:
        """Have a code looked at as soon as somebody runs the timers."""
        self._codes.soon(row)

    def push(self, key: str) -> str:
        """Reconcile a code now."""
        done = self._codes.reconcile(key)
        if done.outcome is Pushed.EMPTY:
            return say("nobody is free, so it leads where it led before")
        return "" if done.outcome.is_good else say("{outcome}, see `live-code show`", outcome=done.outcome.value)

    def keep_tags(self, row: CodeRow) -> str:
        """Keep the tag rule of a code."""
        with self._book.database.connect() as connection:
            row = self._book.rows.of_number(connection, row.number) or row
            code = self._codes.load(connection, row)
        try:
            self._tags.keep(row, code)
        except (InputError, ProviderError) as error:
            why = error.args[0] if isinstance(error, InputError) else str(error)
            return say("its entry tags are not kept: {why}", why=why)
        return ""

    def _set_ended_aside(self, connection: Connection, row: CodeRow, part: int) -> None:
        """Make way for a new code where a seat came back whose own was deleted."""
        held = self._book.vendor.get(connection, row.number, part)
        if held is not None and part >= SEAT_PARTS and held.life in _ENDED:
            self._book.vendor.set_aside(connection, row.number, part)

    def _able(self, connection: Connection, row: CodeRow) -> tuple[StaffId, ...]:
        """Return who may stand in: all seats in their order, but for those of whom it is known that they cannot."""
        now = self._book.clock.time()
        return tuple(
            StaffId(each.staff_id)
            for each in self._seats.of_code(connection, row.number, "", now)
            if each.state not in _GONE and each.barred_until <= now
        )
