"""Telling the vendor of a code: marked before, confirmed after, and never by one who was overtaken."""

import json
from collections import Counter
from typing import Any

from attrs import evolve, frozen

from privcrm.errors import AnswerLost, PrivcrmError, ProviderError
from privcrm.models import ContactCodeSpec
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.looking import Look
from privcrm.services.live_codes.staff.wishes import dump_wish
from privcrm.store.live_codes.pace import Paces
from privcrm.store.live_codes.vendor_codes import VendorCode

__all__ = ["Overtaken", "Pushing", "Target", "inputs_of"]

SEATS_NOTED = 20


class Overtaken(Exception):
    """Somebody else pushes this code since."""


@frozen
class Target:
    """One of the vendor's codes, and the number that says who pushes it."""

    vendor: VendorCode
    fence: int


class Pushing:
    """Writes codes at the vendor, one write at a time."""

    def __init__(self, book: CodeBook) -> None:
        self._book = book
        self._paces = Paces(book.database)

    def write(self, target: Target, wish: ContactCodeSpec, why: str) -> None:
        """Write the whole of a code.

        Raises ``Overtaken``, and what the port raises: after a refusal the vendor holds what it held, after a lost
        answer the code is in doubt until it is read. A process killed in between leaves it in doubt, too.
        """
        vendor = target.vendor
        with self._book.database.transaction() as connection:
            self._check(self._paces.is_newest(connection, vendor.code, target.fence))
            self._book.vendor.doubted(connection, vendor.code, vendor.part)
            self._paces.spent(connection, vendor.code, self._book.clock.time())
        try:
            self._book.provider.live_codes.update_contact_code(vendor.vendor_id, wish)
        except PrivcrmError as error:
            if not _may_have_happened(error):
                self._keep(target, vendor.acked, vendor.acked_at, "")
            raise
        self._keep(target, dump_wish(wish), self._book.clock.time(), why)

    def confirm(self, target: Target, held: ContactCodeSpec) -> None:
        """Keep what the vendor was seen to hold. Raises ``Overtaken``."""
        self._keep(target, dump_wish(held), self._book.clock.time(), "")

    def renewed(self, target: Target) -> Target:
        """Return a target as it stands in the store after what was written."""
        vendor = target.vendor
        with self._book.database.connect() as connection:
            return evolve(target, vendor=self._book.vendor.get(connection, vendor.code, vendor.part) or vendor)

    def _keep(self, target: Target, acked: str, at: float, why: str) -> None:
        code, part = target.vendor.code, target.vendor.part
        with self._book.database.transaction() as connection:
            newest = self._paces.is_newest(connection, code, target.fence)
            if newest:
                self._book.vendor.acknowledged(connection, code, part, acked, at)
                if why:
                    self._book.notes.decided(connection, code, "pushed", why, self._book.clock.time())
            else:  # our write came after that of whoever overtook us: let it be read and mended
                self._book.vendor.doubted(connection, code, part)
        self._check(newest)

    def _check(self, newest: bool) -> None:
        if not newest:
            raise Overtaken


def _may_have_happened(error: PrivcrmError) -> bool:
    """Tell whether the vendor may have taken it all the same: this try's answer is lost, or an earlier one's was."""
    earlier = error.earlier if isinstance(error, ProviderError) else ()
    return any(isinstance(each, AnswerLost) for each in (error, *earlier))


def inputs_of(look: Look, was: ContactCodeSpec | None) -> str:
    """Return, as JSON, what a decision about a pool was made of; of many seats the first of the order."""
    choice = look.choice
    reasons = Counter(verdict.reason.value for verdict in look.verdicts)
    told: dict[str, Any] = {
        "pool": [verdict.staff_id for verdict in choice.pool],
        "was": list(was.staff_ids) if was else [],
        "tier": choice.tier,
        "stands_in": choice.stands_in,
        "margin": look.margin,
        "lag_seconds": round(look.pace.lag, 2),
        "seats": dict(sorted(reasons.items())),
        "order": [
            [verdict.staff_id, round(verdict.share, 3), verdict.today, verdict.cap]
            for verdict in choice.order[:SEATS_NOTED]
        ],
    }
    return json.dumps(told, ensure_ascii=False)
