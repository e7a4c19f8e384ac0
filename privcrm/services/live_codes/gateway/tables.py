"""The tables that the gateway reads and writes, in one hand."""

from privcrm.store.database import Database
from privcrm.store.live_codes.codes import CodeRows
from privcrm.store.live_codes.funnel import Funnel
from privcrm.store.live_codes.links import Links
from privcrm.store.live_codes.notes import CodeNotes
from privcrm.store.live_codes.open_rooms import OpenRooms
from privcrm.store.live_codes.reservations import Reservations
from privcrm.store.live_codes.visitors import Visitors

__all__ = ["GatewayTables"]


class GatewayTables:
    """Repositories of one company; each works inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self.rows = CodeRows(database)
        self.open_rooms = OpenRooms(database)
        self.links = Links(database)
        self.notes = CodeNotes(database)
        self.funnel = Funnel(database)
        self.visitors = Visitors(database)
        self.reservations = Reservations(database)
