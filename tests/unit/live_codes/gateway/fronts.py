"""A company's staff codes with a gateway before them."""

from random import Random
from typing import Any

from privcrm.services.live_codes.gateway.desk import Desk as Gate
from privcrm.services.live_codes.gateway.settings import GatewaySettings
from privcrm.services.live_codes.gateway.shelf import StoredShelf
from privcrm.services.live_codes.gateway.staff_side import StoredStaff
from privcrm.services.live_codes.gateway.visits import Decision, Visit, Visitor
from privcrm.store.live_codes.pictures import CodePicture, CodePictures
from tests.unit.live_codes.gateway.places import PNG
from tests.unit.live_codes.staff.desk import Desk


class Front:
    """A company's staff codes with a gateway before them."""

    def __init__(self, company: Desk, **settings: Any) -> None:
        self.company = company
        database = company.store.database
        staff = StoredStaff(company.book, company.codes)
        self.gate = Gate(
            database, company.clock, staff, StoredShelf(database), settings=GatewaySettings(**settings), rng=Random(1)
        )

    def link(self, key: str) -> str:
        """Archive the pictures of a code and return a link to it."""
        row = self.company.row(key)
        pictures = CodePictures(self.company.store.database)
        with self.company.store.database.transaction() as connection:
            for vendor in self.company.book.vendor.of_code(connection, row.number):
                shown = PNG + vendor.vendor_id.encode()
                pictures.put(connection, CodePicture(row.number, vendor.part, "image/png", shown))
            return self.gate.tables.links.make(connection, row.number, 0.0)

    def visit(self, link: str, who: str = "ann") -> Decision:
        return self.gate.decide(Visit(link, Visitor(who)))
