"""Deleting codes at the vendor, each by what its kind asks for; what cannot be deleted is not forgotten."""

from privcrm.errors import InputError, JobError, ProviderError, UnsupportedCapability
from privcrm.services.live_codes.at_vendor import delete_code
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.groups.images import RENEW_IMAGE
from privcrm.services.live_codes.groups.spares import MAKE_SPARES
from privcrm.services.live_codes.making.orders import Orders
from privcrm.services.live_codes.making.outcomes import CodeOutcome, CodeState
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeLife
from privcrm.store.live_codes.makings import Making, MakingState
from privcrm.store.live_codes.vendor_codes import VendorCode, VendorLife
from privcrm.store.staff_tasks import close_series

__all__ = ["Deleting"]


class Deleting:
    """Deletes codes here and at the vendor."""

    def __init__(self, book: CodeBook, orders: Orders) -> None:
        self._book = book
        self._orders = orders

    def delete(self, key: str, who: str) -> CodeOutcome:
        """Delete a code; raises ``InputError`` where there is none, or it is being made just now."""
        with self._book.database.connect() as connection:
            row = self._book.rows.known(connection, key)
            codes = self._book.vendor.of_code(connection, row.number)
            under_way = self._orders.makings.of_code(connection, row.number)
        told = [self._drop_order(key, each) for each in under_way if each.state is MakingState.ORDERED]
        told += [self._delete_one(code) for code in codes if code.vendor_id and code.life is not VendorLife.DELETED]
        with self._book.database.transaction(durable=True) as connection:
            for each in under_way:
                self._orders.makings.end(connection, each.code, each.part)
            self._book.rows.set_life(connection, row.number, CodeLife.DELETED, self._book.clock.time())
            self._book.rows.set_due(connection, row.number, 0.0)
            self._ask_no_more(connection, row.number)
            orphans = sum(map(bool, told))
            self._book.store.audit.write(
                connection, who, "live_code_deleted", code=row.number, key=key, orphans=orphans
            )
        message = "; ".join(filter(None, told))
        return CodeOutcome(key, CodeState.ORPHANED if message else CodeState.DELETED, row.number, message)

    def _ask_no_more(self, connection: Connection, number: int) -> None:
        """End the alarms of a code, and the tasks that nobody has any use for without it."""
        self._book.notes.clear_all(connection, number)
        for kind in (MAKE_SPARES, RENEW_IMAGE):
            close_series(
                connection,
                self._book.database.company,
                f"{kind}-{number}-",
                evidence="the live code was deleted",
                now=self._book.clock.time(),
            )

    def _drop_order(self, key: str, making: Making) -> str:
        """Let an order go that nobody carries out any more; return what it may have left behind.

        Raises ``InputError`` while its job is there: only that knows whether the vendor has made the code.
        """
        try:
            job = self._orders.job_of(making)
        except JobError as error:  # cancelled after something of it was sent
            return f"the vendor may have made its code, which nobody has the picture of: {error}"
        if job is not None:
            raise InputError(f"live code {key!r} is being made by job {job.id}: go on with that first, then delete it")
        return ""

    def _delete_one(self, code: VendorCode) -> str:
        """Delete one of the vendor's; return why it could not be, "" if it is gone."""
        why = ""
        try:
            delete_code(self._book.provider, code)
        except (ProviderError, UnsupportedCapability) as error:
            why = f"the vendor did not delete its code, which still works: {error}"
        with self._book.database.transaction(durable=True) as connection:
            self._book.vendor.set_life(connection, code.vendor_id, VendorLife.ORPHAN if why else VendorLife.DELETED)
            if why:
                self._book.notes.decided(connection, code.code, "orphan", why, self._book.clock.time())
        return why
