"""Bringing the vendor's code in line with what is wanted: only what differs, whole, by one pusher at a time."""

import json
import logging
from collections.abc import Sequence
from random import Random
from typing import Final

from attrs import evolve

from privcrm.errors import CredentialRejected, NotFound, Refused, TokenRejected
from privcrm.models import ContactCodeSpec, StaffId, staff_key
from privcrm.models.codes import Routing
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.bad_seats import is_about_seats, search
from privcrm.services.live_codes.staff.looking import Look, Looking
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.pushing import Overtaken, Pushing, Target, inputs_of
from privcrm.services.live_codes.staff.results import Alarms, Pushed, Reconciled
from privcrm.services.live_codes.staff.retiring import Retiring
from privcrm.services.live_codes.staff.telling import TRANSIENT, Telling
from privcrm.services.live_codes.staff.wishes import SEAT_PARTS, as_made, drift_of, load_wish, same_wish, wish_for
from privcrm.services.live_codes.staff.work import Work
from privcrm.services.live_codes.wakes import Wakes
from privcrm.store.leases import Leases
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.pace import Paces
from privcrm.store.live_codes.seats import Seats
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

__all__ = ["Reconciling"]

PATIENCE: Final = 0.1
"""Seconds to wait for another pusher: enough to take over from one whose process is gone."""
_BY_WEIGHT: Final = list(Pushed)

log = logging.getLogger("privcrm.live_codes")


class Reconciling:
    """Compares what is wanted of a code with what the vendor last said yes to, and tells him what differs."""

    def __init__(self, book: CodeBook, looking: Looking, wakes: Wakes, policy: PushPolicy, rng: Random) -> None:
        self._book = book
        self._looking = looking
        self._wakes = wakes
        self._policy = policy
        self._leases = Leases(book.database, book.clock, rng)
        self._pushing = Pushing(book)
        self._paces = Paces(book.database)
        self._telling = Telling(book, policy)
        self._seats = Seats(book.database)
        self._retiring = Retiring(book, policy)

    def reconcile(self, key: str, *, shadow: bool, force: bool) -> Reconciled:
        """Bring a code in line; see ``StaffCodes.reconcile``."""
        with self._book.database.connect() as connection:
            row = self._book.known(connection, key, CodeKind.STAFF)
        if row.life is CodeLife.DELETED:
            self._wakes.set(row, None)
            return Reconciled(key, Pushed.GONE)
        name = f"live_code.staff {row.number}"
        try:
            with self._leases.holding(name, self._policy.lease, patience=PATIENCE):
                return self._held(row, shadow=shadow, force=force)
        except TimeoutError:
            due = self._now() + max(1.0, self._policy.debounce)
            self._wakes.by(row, due)
            return Reconciled(key, Pushed.BUSY, due=due)

    def _held(self, row: CodeRow, *, shadow: bool, force: bool) -> Reconciled:
        with self._book.database.transaction() as connection:
            fence = self._paces.take_over(connection, row.number)
        work = Work(self._look(row), fence, force, shadow)
        with self._book.database.connect() as connection:
            parts = [each for each in self._book.vendor.of_code(connection, row.number) if each.vendor_id]
        if not shadow:
            self._retiring.plan(parts, {facts.number for facts in work.look.facts})
        try:
            self._all(work, [each for each in parts if each.life is VendorLife.OPEN])
        except Overtaken:
            work.outcomes.append(Pushed.STALE)
            work.due.append(self._now() + self._policy.debounce)
        return self._end(work)

    def _look(self, row: CodeRow) -> Look:
        with self._book.database.transaction() as connection:
            look = self._looking.look(connection, row, self._now(), lock=True)
            self._looking.remember(connection, look)
        return look

    def _all(self, work: Work, parts: Sequence[VendorCode]) -> None:
        if work.look.code.routing is Routing.PULL:
            staff = {facts.number: facts.seat.staff_id for facts in work.look.facts}
            for vendor in parts:
                if (staff_id := staff.get(vendor.part - SEAT_PARTS)) is not None:
                    self._seat(work, Target(vendor, work.fence), staff_id)
        else:
            for vendor in (each for each in parts if each.part < SEAT_PARTS):
                self._shared(work, Target(vendor, work.fence))
        if not work.outcomes:
            work.outcomes.append(Pushed.NOT_MADE)

    # -- one of the vendor's codes

    def _seat(self, work: Work, target: Target, staff_id: StaffId) -> None:
        """Keep a seat's own code leading to its employee."""
        before = len(work.outcomes)
        held = self._held_by_vendor(work, target)
        wish = as_made(wish_for(work.look.code, (staff_id,), target.vendor.state), held)
        if len(work.outcomes) > before or self._is_settled(work, target, held, wish):
            return
        try:
            refusal = self._try(work, target, wish, inputs_of(work.look, held))
        except TRANSIENT as error:
            self._telling.failed(work, error)
            return
        if refusal is None:
            work.outcomes.append(Pushed.PUSHED)
        elif is_about_seats(refusal):
            self._bar(work, {staff_id: refusal})
            work.outcomes.append(Pushed.REFUSED)
        else:
            self._telling.refused(work, refusal)

    def _shared(self, work: Work, target: Target) -> None:
        """Keep the code that all seats share leading to the pool."""
        held = self._held_by_vendor(work, target)
        if work.outcomes:  # it is gone, or could not be read
            return
        self._telling.free_or_not(work)
        wish = self._wish(work, target, held)
        if wish is None:
            work.outcomes.append(Pushed.EMPTY)
        elif not self._is_settled(work, target, held, wish):
            self._push(work, target, held, wish)

    def _wish(self, work: Work, target: Target, held: ContactCodeSpec | None) -> ContactCodeSpec | None:
        """Return what the vendor is to hold; None where nobody is free and it holds nobody: never an empty pool."""
        staff_ids = tuple(verdict.staff_id for verdict in work.look.choice.pool)
        if not staff_ids:
            kept = load_wish(target.vendor.acked) or held
            staff_ids = () if kept is None else kept.staff_ids
        return as_made(wish_for(work.look.code, staff_ids, target.vendor.state), held) if staff_ids else None

    def _held_by_vendor(self, work: Work, target: Target) -> ContactCodeSpec | None:
        """Return what the vendor holds: as it last said, or as read where that is in doubt or asked for."""
        vendor = target.vendor
        acked = load_wish(vendor.acked)
        if not (work.force or vendor.unsure):
            return acked
        work.calls += 1
        try:
            found = self._book.provider.live_codes.get_contact_code(vendor.vendor_id).spec
        except NotFound:
            self._telling.gone(work, target.vendor.vendor_id)
            return acked
        except TRANSIENT as error:
            self._telling.failed(work, error)
            return acked
        if acked is not None:
            found = evolve(found, exclusive=acked.exclusive, state=found.state or acked.state)
            if not vendor.unsure:
                work.drift += drift_of(acked, found)
        return found

    def _is_settled(self, work: Work, target: Target, held: ContactCodeSpec | None, wish: ContactCodeSpec) -> bool:
        """Tell whether nothing has to be written now, and note why."""
        if same_wish(held, wish):
            was_read = work.force or target.vendor.unsure
            if was_read:
                self._pushing.confirm(target, wish)
            work.pool = wish.staff_ids
            nobody = work.look.choice.empty and work.look.code.routing is Routing.PUSH
            work.outcomes.append(Pushed.EMPTY if nobody else Pushed.CONFIRMED if was_read else Pushed.UNCHANGED)
            return True
        work.pool = () if held is None else held.staff_ids
        if work.shadow:
            self._telling.decided(work, "shadow", inputs_of(work.look, held))
            work.outcomes.append(Pushed.SHADOW)
            return True
        due = self._policy.due(work.look.pace, self._now(), urgent=work.force or _is_urgent(work.look, held, wish))
        if due <= self._now():
            return False
        if not self._policy.left(work.look.pace, self._now()):
            self._telling.alarm(work, Alarms.BUDGET, f"{self._policy.calls_per_hour:,} calls of this hour are spent")
        work.due.append(due)
        work.outcomes.append(Pushed.DEFERRED)
        return True

    def _push(self, work: Work, target: Target, held: ContactCodeSpec | None, wish: ContactCodeSpec) -> None:
        """Write the pool; leave out whom the vendor does not take, and write the rest."""
        try:
            while True:
                refusal = self._try(work, target, wish, inputs_of(work.look, held))
                if refusal is None:
                    work.pool = wish.staff_ids
                    work.outcomes.append(Pushed.PUSHED)
                    return
                if isinstance(refusal, NotFound) and self._is_gone(work, target):
                    return
                may_look = is_about_seats(refusal) and work.probes < self._policy.probes
                if not (may_look and self._drop(work, target, wish, refusal)):
                    self._telling.refused(work, refusal)
                    return
                target = self._pushing.renewed(target)
                held = load_wish(target.vendor.acked)
                if work.look.choice.empty or (next_wish := self._wish(work, target, held)) is None:
                    self._telling.free_or_not(work)
                    work.outcomes.append(Pushed.EMPTY)
                    return
                wish = next_wish
                if same_wish(held, wish):
                    work.pool = wish.staff_ids
                    work.outcomes.append(Pushed.PUSHED)
                    return
        except TRANSIENT as error:
            self._telling.failed(work, error)

    def _try(self, work: Work, target: Target, wish: ContactCodeSpec, why: str) -> Refused | None:
        work.calls += 1
        work.probes += 1
        try:
            self._pushing.write(target, wish, why)
        except (*TRANSIENT, CredentialRejected, TokenRejected):
            raise
        except Refused as refusal:
            return refusal
        return None

    def _is_gone(self, work: Work, target: Target) -> bool:
        """Tell whether it is the code itself that was not found."""
        work.calls += 1
        try:
            self._book.provider.live_codes.get_contact_code(target.vendor.vendor_id)
        except NotFound:
            self._telling.gone(work, target.vendor.vendor_id)
            return True
        return False

    def _drop(self, work: Work, target: Target, wish: ContactCodeSpec, refusal: Refused) -> bool:
        """Bar those whom the vendor does not take, and look again without them; return whether anybody was found."""

        def attempt(some: Sequence[StaffId]) -> Refused | None:
            return self._try(work, self._pushing.renewed(target), evolve(wish, staff_ids=tuple(some)), "")

        found = search(wish.staff_ids, refusal, attempt, max(0, self._policy.probes - work.probes))
        if not found.bad:
            return False
        self._bar(work, found.bad)
        work.look = self._look(work.look.row)
        return True

    def _bar(self, work: Work, bad: dict[StaffId, Refused]) -> None:
        numbers = {staff_key(facts.seat.staff_id): facts.number for facts in work.look.facts}
        until = self._now() + self._policy.barred_for
        told = {staff_id: f"{type(why).__name__} {why.code}" for staff_id, why in bad.items()}
        with self._book.database.transaction() as connection:
            for staff_id, why in told.items():
                if (number := numbers.get(staff_key(staff_id))) is not None:
                    self._seats.bar(connection, work.look.row.number, number, until, why)
            self._book.notes.decided(
                connection, work.look.row.number, "barred", json.dumps(told, ensure_ascii=False), self._now()
            )
        work.dropped |= told
        log.warning("live code %s: the vendor refused %d of its seats", work.look.row.number, len(bad))

    # -- how it ends

    def _end(self, work: Work) -> Reconciled:
        look = work.look
        outcome = max(work.outcomes, key=_BY_WEIGHT.index)
        self._telling.end(work, outcome)
        if look.due is not None:
            work.due.append(look.due)
        due = min(work.due, default=None)
        self._wake(look.row, due, again=work.force)
        pool = work.pool if look.code.routing is Routing.PUSH else _free(work)
        return Reconciled(look.row.key, outcome, pool, work.calls, work.dropped, tuple(work.drift), due)

    def _wake(self, row: CodeRow, due: float | None, *, again: bool) -> None:
        with self._book.database.connect() as connection:
            row = self._book.rows.of_number(connection, row.number) or row
        if again or row.next_due != (due or 0.0) or row.next_due <= self._now():
            self._wakes.set(row, due)

    def _now(self) -> float:
        return self._book.clock.time()


def _free(work: Work) -> tuple[StaffId, ...]:
    """Return whom our page may choose."""
    return tuple(each.staff_id for each in work.look.choice.order if each.staff_id not in work.dropped)


def _is_urgent(look: Look, held: ContactCodeSpec | None, wish: ContactCodeSpec) -> bool:
    """Tell whether somebody has to be taken out, or something else than the pool changed: that waits for no turn."""
    if held is None:
        return True
    if not same_wish(evolve(held, staff_ids=wish.staff_ids), wish):
        return True
    free = {staff_key(verdict.staff_id) for verdict in look.choice.order}
    return any(staff_key(staff_id) not in free for staff_id in held.staff_ids)
