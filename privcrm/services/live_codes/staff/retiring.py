"""A seat's own code outlives its seat a while, for those on the way, and is then deleted at the vendor."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from privcrm.errors import CredentialRejected, Refused, TokenRejected, UnsupportedCapability
from privcrm.services.live_codes.at_vendor import delete_code
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.telling import TRANSIENT
from privcrm.services.live_codes.staff.wishes import SEAT_PARTS
from privcrm.store.database import Connection
from privcrm.store.live_codes.holds import Holds
from privcrm.store.live_codes.seats import Seats
from privcrm.store.live_codes.vendor_codes import SET_ASIDE, VendorCode, VendorLife
from privcrm.store.timers import Timer

__all__ = ["KIND", "Retiring", "leftovers"]

KIND: Final = "live_code.seat_code"
_PASSES: Final = (*TRANSIENT, CredentialRejected, TokenRejected)


def leftovers(parts: Iterable[VendorCode], seats: Collection[int]) -> Sequence[VendorCode]:
    """Return those of the vendor's codes that led to seats which are gone, and still work; ``seats`` are those there.

    Whoever kept such a picture comes to an employee who is to have no visitors any more.
    """
    return [
        each
        for each in parts
        if each.part >= SEAT_PARTS
        and (each.life is VendorLife.ENDING or (each.life is VendorLife.OPEN and _staff_of(each) not in seats))
    ]


class Retiring:
    """Deletes the codes of seats that are gone, each by a timer of its own.

    That it is to be deleted is kept first, so a seat that comes back meanwhile has another code made. A process may be
    killed anywhere: the timer comes again, and what the vendor has deleted is not there to be deleted.
    """

    def __init__(self, book: CodeBook, policy: PushPolicy) -> None:
        self._book = book
        self._policy = policy
        self._seats = Seats(book.database)
        self._holds = Holds(book.database)
        book.jobs.timers.offer(KIND, self._when_due)

    def plan(self, parts: Iterable[VendorCode], seats: Collection[int]) -> None:
        """Have the codes of seats that are gone deleted in a while; one that is planned already stays as it is."""
        for vendor in leftovers(parts, seats):
            self._book.jobs.timers.set_first(KIND, vendor.vendor_id, self._now() + self._policy.grace, {})

    def _when_due(self, timer: Timer) -> None:
        """Delete a code; what passes by itself is raised, and tried again by the timer."""
        vendor = self._begun(timer.key)
        if vendor is None:
            return
        why = ""
        try:
            delete_code(self._book.provider, vendor)
        except _PASSES:
            raise
        except (Refused, UnsupportedCapability) as error:
            why = str(error)
        self._ended(vendor, why)

    def _begun(self, vendor_id: str) -> VendorCode | None:
        """Keep that a code is being deleted, and return it; None where it is not to be, or not yet."""
        wait_until = 0.0
        with self._book.database.transaction(durable=True) as connection:
            vendor = self._book.vendor.of_vendor_id(connection, vendor_id)
            if vendor is None or vendor.life not in (VendorLife.OPEN, VendorLife.ENDING):
                return None
            if vendor.life is VendorLife.OPEN:
                if self._is_back(connection, vendor):
                    return None
                wait_until = self._holds.last_until(connection, vendor.code, _staff_of(vendor)) + self._policy.grace
                if wait_until <= self._now():
                    self._book.vendor.set_life(connection, vendor_id, VendorLife.ENDING)
        if wait_until > self._now():
            self._book.jobs.timers.set(KIND, vendor_id, wait_until, {})
            return None
        return vendor

    def _is_back(self, connection: Connection, vendor: VendorCode) -> bool:
        """Tell whether the seat is there; who puts it back waits until this transaction ends."""
        self._seats.lock(connection, vendor.code, _staff_of(vendor))
        seats = self._seats.of_code(connection, vendor.code, "", self._now())
        return any(each.staff == _staff_of(vendor) for each in seats)

    def _ended(self, vendor: VendorCode, why: str) -> None:
        ended, number = vendor.vendor_id, vendor.code
        life, what = (VendorLife.ORPHAN, "orphan") if why else (VendorLife.DELETED, "seat_code_deleted")
        told = why or json.dumps({"vendor_id": ended})
        with self._book.database.transaction(durable=True) as connection:
            self._book.vendor.set_life(connection, ended, life)
            self._book.notes.decided(connection, number, what, told, self._now())
            self._book.store.audit.write(
                connection, "", "live_code_seat_ended", code=number, vendor_id=ended, life=life
            )

    def _now(self) -> float:
        return self._book.clock.time()


def _staff_of(vendor: VendorCode) -> int:
    return vendor.part % SET_ASIDE - SEAT_PARTS
