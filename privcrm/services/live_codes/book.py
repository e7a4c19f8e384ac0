"""What every part of live codes works with: the vendor, the store, the clock, and the tables that all of them read."""

from random import Random

from privcrm.clock import Clock
from privcrm.errors import InputError
from privcrm.jobs import Jobs
from privcrm.provider import Provider
from privcrm.store import Store
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeKind, CodeRow, CodeRows
from privcrm.store.live_codes.notes import CodeNotes
from privcrm.store.live_codes.vendor_codes import VendorCodes

__all__ = ["CodeBook"]


class CodeBook:
    """The codes of one company, for the services that work on them; ``rng`` makes their states hard to guess."""

    def __init__(self, provider: Provider, store: Store, jobs: Jobs, clock: Clock, rng: Random | None = None) -> None:
        self.provider = provider
        self.store = store
        self.database = store.database
        self.jobs = jobs
        self.clock = clock
        self.rows = CodeRows(store.database, rng)
        self.vendor = VendorCodes(store.database)
        self.notes = CodeNotes(store.database)

    def known(self, connection: Connection, key: str, kind: CodeKind) -> CodeRow:
        """Return a code of a kind by its key; raises ``InputError`` where there is none, or it is of the other kind."""
        row = self.rows.known(connection, key)
        if row.kind is not kind:
            raise InputError(f"live code {key!r} leads to {'staff' if row.kind is CodeKind.STAFF else 'groups'}")
        return row
