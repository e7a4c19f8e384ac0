"""From what the vendor gave to what is kept: the code's id first, then its picture, then whose turn comes next."""

import json

from attrs import evolve, field, frozen

from privcrm.models import ContactCodeSpec, StaffId
from privcrm.services.files.sentences import say
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.making.orders import Batch, End, Ended, Orders, spec_of
from privcrm.services.live_codes.making.sides import GroupSide, StaffSide
from privcrm.services.live_codes.pictures.archive import PictureArchive
from privcrm.services.live_codes.staff.bad_seats import named_in
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.makings import Making, MakingState
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

__all__ = ["Finished", "Finishing"]


@frozen
class Finished:
    """How one of the vendor's codes ended; ``again``: it was ordered once more, otherwise."""

    code: int
    part: int
    end: End
    message: str = ""
    job_id: str = ""
    bad: dict[str, str] = field(factory=dict[str, str])
    pictured: bool = False
    again: bool = False


class Finishing:
    """Writes down how orders ended. Everything may be done twice: a process may die between any two lines."""

    def __init__(
        self, book: CodeBook, orders: Orders, staff: StaffSide, groups: GroupSide, archive: PictureArchive
    ) -> None:
        self._book = book
        self._orders = orders
        self._staff = staff
        self._groups = groups
        self._archive = archive

    def finish(self, ended: Ended, batch: Batch, who: str, *, patient: bool) -> Finished:
        """Keep how an order ended; ``patient`` lets a code be ordered again without those whom the vendor refused."""
        making = ended.making
        match ended.end:
            case End.MADE:
                return self._made(ended, who)
            case End.PEOPLE:
                return self._refused(ended, batch, who, patient=patient)
            case End.FAILED:
                return self._failed(ended, json.loads(making.bad), ended.message, who)
            case _:
                return Finished(making.code, making.part, ended.end, ended.message, ended.job_id)

    # -- made

    def _made(self, ended: Ended, who: str) -> Finished:
        making, bad = ended.making, json.loads(ended.making.bad)
        code = self._code(ended)
        with self._book.database.transaction(durable=True) as connection:
            if not self._is_open(connection, making):
                return self._overtaken(connection, ended, code)
            self._book.vendor.put(connection, code)
        pictured, message = self._pictured(code)
        with self._book.database.transaction() as connection:
            self._drop(connection, making, bad)
            self._note_orphans(connection, ended, who)
            self._orders.makings.end(connection, making.code, making.part)
            self._book.store.audit.write(
                *(connection, who, "live_code_made"),
                job_id=ended.job_id,
                code=making.code,
                part=making.part,
                vendor_id=code.vendor_id,
                dropped=len(bad),
            )
        return Finished(making.code, making.part, End.MADE, message, ended.job_id, bad, pictured)

    def _is_open(self, connection: Connection, making: Making) -> bool:
        """Tell whether nobody else has written down yet how this order ended."""
        held = self._orders.makings.get(connection, making.code, making.part)
        return held is not None and (held.order_key, held.state) == (making.order_key, MakingState.ORDERED)

    def _overtaken(self, connection: Connection, ended: Ended, code: VendorCode) -> Finished:
        """Return how an order ended that another process has written down, or that was deleted meanwhile."""
        making = ended.making
        held = self._book.vendor.get(connection, making.code, making.part)
        if held is not None and held.vendor_id:
            return Finished(making.code, making.part, End.MADE, "", ended.job_id, pictured=True)
        self._book.vendor.put(connection, evolve(code, life=VendorLife.ORPHAN))
        message = "it was deleted while it was being made: delete it again, for the vendor's code works"
        self._book.notes.decided(connection, making.code, "orphan", message, self._book.clock.time())
        return Finished(making.code, making.part, End.FAILED, message, ended.job_id)

    def _code(self, ended: Ended) -> VendorCode:
        """Return the vendor's code as it was made; an address that the answer left out is asked for later."""
        making, spec = ended.making, spec_of(ended.making)
        acked = self._staff.acked(spec) if isinstance(spec, ContactCodeSpec) else self._groups.acked(spec)
        return VendorCode(
            *(making.code, making.part, making.kind),
            vendor_id=str(ended.given["id"]),
            state=str(ended.given.get("state") or spec.state),
            qr_url=str(ended.given.get("qr_url", "")),
            acked=acked,
            acked_at=self._book.clock.time(),
            life=VendorLife.OPEN,
        )

    def _pictured(self, code: VendorCode) -> tuple[bool, str]:
        """Fetch the picture at once; that this failed does not undo the code."""
        why = self._archive.keep(code.code, code.part)
        return not why, why

    def _drop(self, connection: Connection, making: Making, bad: dict[str, str]) -> None:
        row = self._book.rows.of_number(connection, making.code)
        if row is not None:
            for staff_id, why in bad.items():
                self._staff.refused(connection, row, staff_id, why)

    def _note_orphans(self, connection: Connection, ended: Ended, who: str) -> None:
        """Keep that the vendor may have made a code more, of which nobody has id or picture."""
        making = ended.making
        for what in ended.orphans:
            self._book.notes.decided(connection, making.code, "orphan", what, self._book.clock.time())
            details = {"code": making.code, "part": making.part, "told": what}
            self._book.store.audit.write(connection, who, "live_code_orphan", job_id=ended.job_id, **details)

    # -- refused

    def _refused(self, ended: Ended, batch: Batch, who: str, *, patient: bool) -> Finished:
        """Order it again with others, where there are any."""
        making, spec = ended.making, spec_of(ended.making)
        if not isinstance(spec, ContactCodeSpec):
            return self._failed(ended, {}, ended.message, who)
        with self._book.database.transaction() as connection:
            row = self._book.rows.of_number(connection, making.code)
            bad = {**json.loads(making.bad), **_bad_of(spec, ended.message)}
            still = row is not None and self._is_open(connection, making)
            chosen = self._others(connection, row, making, spec, bad) if row is not None and still else ()
            if chosen and patient:
                self._orders.again(connection, batch, making, evolve(spec, staff_ids=chosen), bad)
                return Finished(making.code, making.part, End.PEOPLE, ended.message, ended.job_id, bad, again=True)
        return self._failed(ended, bad, say("the vendor takes none of its employees: {why}", why=ended.message), who)

    def _others(
        self, connection: Connection, row: CodeRow, making: Making, spec: ContactCodeSpec, bad: dict[str, str]
    ) -> tuple[StaffId, ...]:
        """Return whom to try next: those of the pool who are not refused where that is known, else one at a time."""
        wanted = next((each for each in self._staff.wanted(connection, row) if each.part == making.part), None)
        if wanted is None or not isinstance(wanted.spec, ContactCodeSpec):
            return ()
        order = dict.fromkeys((*spec.staff_ids, *wanted.spec.staff_ids, *wanted.others))
        left = tuple(each for each in order if each not in bad)
        return left[: len(wanted.spec.staff_ids)] if _is_named(spec, bad) else left[:1]

    def _failed(self, ended: Ended, bad: dict[str, str], message: str, who: str) -> Finished:
        making = ended.making
        told = json.dumps(bad, ensure_ascii=False, sort_keys=True)
        with self._book.database.transaction() as connection:
            if self._is_open(connection, making):
                over = evolve(making, state=MakingState.ENDED, bad=told, told=message)
                self._orders.makings.put(connection, over)
                self._note_orphans(connection, ended, who)
        return Finished(making.code, making.part, End.FAILED, message, ended.job_id, bad)


def _bad_of(spec: ContactCodeSpec, message: str) -> dict[str, str]:
    """Return who is known to be refused: who is named, or was alone."""
    staff_ids = spec.staff_ids
    named = named_in(message, staff_ids) if len(staff_ids) > 1 else staff_ids
    return dict.fromkeys(named, message) if len(named) < len(staff_ids) or len(staff_ids) == 1 else {}


def _is_named(spec: ContactCodeSpec, bad: dict[str, str]) -> bool:
    return len(spec.staff_ids) > 1 and not bad.keys().isdisjoint(spec.staff_ids)
