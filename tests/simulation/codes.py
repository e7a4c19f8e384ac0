"""Live codes of a simulation, put straight into its store and at its vendor."""

from privcrm.models import CodeId
from privcrm.models.codes import StaffLiveCode
from privcrm.provider import Intent
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.specs import dump_code
from privcrm.services.live_codes.staff import keeper as staff_keeper
from privcrm.services.live_codes.staff.codes import StaffCodes
from privcrm.store.live_codes.codes import CodeKind, CodeLife
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife
from tests.simulation.run import Simulation


class Desk:
    """The services of live codes around a simulation's CRM."""

    def __init__(self, simulation: Simulation) -> None:
        crm = simulation.crm
        self.simulation = simulation
        self.book = CodeBook(crm.provider, crm.store, crm.jobs, crm.clock)
        self.staff = StaffCodes(self.book, rng=simulation.rng)
        staff_keeper.subscribe(crm._router, lambda: self.staff)

    def make_staff_code(self, code: StaffLiveCode) -> CodeId:
        """Keep a staff code and make it at the vendor; return the vendor's id."""
        now = self.book.clock.time()
        with self.book.database.transaction() as connection:
            row = self.book.rows.add(
                connection, code.key, CodeKind.STAFF, name=code.name, spec=dump_code(code), now=now
            )
            state = self.book.rows.claim_state(connection, row.number, 0)
            self.staff.put_seats(connection, row, code)
            (spec,) = self.staff.to_make(connection, row, {0: state}).values()
        made = self.book.provider.live_codes.create_contact_code(spec, intent=Intent(code.key, state, created_at=now))
        with self.book.database.transaction() as connection:
            self.book.vendor.put(
                connection,
                VendorCode(row.number, 0, "contact", made.code_id, state, made.qr_url, life=VendorLife.OPEN),
            )
            self.book.rows.set_life(connection, row.number, CodeLife.OPEN, now)
        self.staff.soon(row)
        return made.code_id
