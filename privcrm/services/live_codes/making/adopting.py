"""Taking over codes that were made elsewhere: by another system, or before there was a store."""

from attrs import evolve

from privcrm.errors import InputError, NotFound
from privcrm.models import ContactCode, GroupCode
from privcrm.models.codes import GroupLiveCode, OverflowPolicy, OverflowStrategy, Seat, StaffLiveCode
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.making.orders import CONTACT, GROUP
from privcrm.services.live_codes.making.outcomes import CodeOutcome, CodeState
from privcrm.services.live_codes.making.sides import GroupSide, StaffSide
from privcrm.services.live_codes.pictures.archive import PictureArchive
from privcrm.services.live_codes.specs import dump_code
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeLife, CodeRow
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife

__all__ = ["Adopting"]

_MOST_SHOWN = 5


class Adopting:
    """Reads a code at the vendor and keeps it as ours, with the state that it has."""

    def __init__(self, book: CodeBook, staff: StaffSide, groups: GroupSide, archive: PictureArchive) -> None:
        self._book = book
        self._staff = staff
        self._groups = groups
        self._archive = archive

    def adopt(
        self, vendor_id: str, key: str, wanted: StaffLiveCode | GroupLiveCode | None, kind: str, who: str
    ) -> CodeOutcome:
        """Take one over. Raises ``InputError``, and what reading it raises."""
        if kind not in ("", CONTACT, GROUP):
            raise InputError(f"no code is of the kind {kind!r}: {CONTACT} or {GROUP}")
        self._refuse_known(vendor_id)
        found = self._read(vendor_id, kind)
        code = _as_ours(found, key, wanted)
        with self._book.database.transaction(durable=True) as connection:
            row = self._keep(connection, code, who)
            self._keep_vendors(connection, row, vendor_id, found)
            self._book.store.audit.write(
                connection, who, "live_code_adopted", code=row.number, key=key, vendor_id=vendor_id
            )
        return self._pictured(CodeOutcome(key, CodeState.CREATED, row.number))

    def _refuse_known(self, vendor_id: str) -> None:
        with self._book.database.connect() as connection:
            known = self._book.vendor.of_vendor_id(connection, vendor_id)
            row = self._book.rows.of_number(connection, known.code) if known else None
        if row is not None:
            raise InputError(f"the vendor's code is known already, as live code {row.key!r}")

    def _read(self, vendor_id: str, kind: str) -> ContactCode | GroupCode:
        port = self._book.provider.live_codes
        if kind == GROUP:
            return port.get_group_code(vendor_id)
        try:
            return port.get_contact_code(vendor_id)
        except NotFound:
            if kind:
                raise
            return port.get_group_code(vendor_id)

    def _keep(self, connection: Connection, code: StaffLiveCode | GroupLiveCode, who: str) -> CodeRow:
        kind = CodeKind.STAFF if isinstance(code, StaffLiveCode) else CodeKind.GROUP
        now = self._book.clock.time()
        row = self._book.rows.add(connection, code.key, kind, name=code.name, spec=dump_code(code), now=now, who=who)
        if isinstance(code, StaffLiveCode):
            self._staff.put(connection, row, code)
        else:
            self._groups.put(connection, row, code)
        self._book.rows.set_life(connection, row.number, CodeLife.OPEN, now)
        return row

    def _keep_vendors(
        self, connection: Connection, row: CodeRow, vendor_id: str, found: ContactCode | GroupCode
    ) -> None:
        state = self._book.rows.claim_state(connection, row.number, 0, found.spec.state)
        contact = isinstance(found, ContactCode)
        acked = self._staff.acked(found.spec) if isinstance(found, ContactCode) else self._groups.acked(found.spec)
        self._book.vendor.put(
            connection,
            VendorCode(
                *(row.number, 0, CONTACT if contact else GROUP),
                vendor_id=vendor_id,
                state=state,
                qr_url=found.qr_url,
                acked=acked,
                acked_at=self._book.clock.time(),
                life=VendorLife.OPEN,
            ),
        )

    def _pictured(self, outcome: CodeOutcome) -> CodeOutcome:
        why = self._archive.keep(outcome.number)
        return evolve(outcome, message=why) if why else evolve(outcome, pictured=True)


def _as_ours(
    found: ContactCode | GroupCode, key: str, wanted: StaffLiveCode | GroupLiveCode | None
) -> StaffLiveCode | GroupLiveCode:
    """Return what it is to be from now on: what it is, unless told otherwise. Its state stays."""
    state = found.spec.state
    if wanted is not None:
        _check(found, key, wanted)
        return evolve(wanted, state=state)
    if isinstance(found, ContactCode):
        return _staff_code(found, key)
    strategy = OverflowStrategy.NATIVE if found.spec.opens_groups else OverflowStrategy.SPARE_POOL
    overflow = OverflowPolicy(
        strategy=strategy,
        prefix=found.spec.base_name,
        first_number=found.spec.base_number,
        listed=max(1, len(found.spec.group_ids)),
    )
    return GroupLiveCode(key, found.spec.group_ids, overflow=overflow, note=found.spec.note, state=state)


def _staff_code(found: ContactCode, key: str) -> StaffLiveCode:
    spec = found.spec
    if spec.department_ids:
        shown = ", ".join(spec.department_ids[:_MOST_SHOWN])
        raise InputError(
            f"the code leads to departments ({shown}), not to seats: say by code= which seats it is to have"
        )
    return StaffLiveCode(
        key,
        tuple(Seat(staff_id) for staff_id in spec.staff_ids),
        pool=max(1, len(spec.staff_ids)),
        exclusive=spec.exclusive,
        skip_confirmation=spec.skip_confirmation,
        note=spec.note,
        state=spec.state,
    )


def _check(found: ContactCode | GroupCode, key: str, wanted: StaffLiveCode | GroupLiveCode) -> None:
    if wanted.key != key:
        raise InputError(f"key is {key!r}, and code.key is {wanted.key!r}: give the same")
    if isinstance(found, ContactCode) is not isinstance(wanted, StaffLiveCode):
        kind = "staff" if isinstance(found, ContactCode) else "groups"
        raise InputError(f"the vendor's code leads to {kind}, and code is of the other kind")
    if wanted.state not in ("", found.spec.state):
        raise InputError("code.state is not the state of the vendor's code, which stays as it is: leave it empty")
