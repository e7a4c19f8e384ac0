"""How the gateway comes by the employees of staff codes."""

from collections import OrderedDict
from random import Random
from typing import Final

from privcrm.models.codes import OnEmpty, Routing, StaffLiveCode
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.gateway.ports import StaffAnswer
from privcrm.services.live_codes.staff.assigning import Assigned
from privcrm.services.live_codes.staff.codes import StaffCodes
from privcrm.services.live_codes.staff.looking import Looking
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.wishes import seat_part
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow

__all__ = ["StoredStaff"]

FRESH_SECONDS: Final = 1.0
"""For so long a code whose vendor draws is taken to have somebody free, or nobody, as it was seen last."""
_MOST_SEEN: Final = 10_000
_SEEN_BEFORE: Final = frozenset({"held", "bound"})


class StoredStaff:
    """Asks the staff codes.

    Where the vendor draws it is the vendor's own picture, else a seat that is held for the visitor.
    """

    def __init__(self, book: CodeBook, codes: StaffCodes, policy: PushPolicy | None = None) -> None:
        self._codes = codes
        self._policy = policy or PushPolicy()
        self._looking = Looking(book, self._policy)
        self._seen: OrderedDict[int, tuple[float, bool]] = OrderedDict()

    def answer(self, connection: Connection, row: CodeRow, visitor: str, now: float) -> StaffAnswer:
        """Choose for a visitor, and hold the seat where the code is of the pull family."""
        code = self._looking.blank(row)
        if code.routing is Routing.PUSH:
            return self._vendors(connection, row, code, now)
        assigned = self._codes.assign(connection, row, code, visitor, now)
        if not isinstance(assigned, Assigned):
            return _nobody(code)
        repeats = assigned.why in _SEEN_BEFORE
        return StaffAnswer(assigned.part, str(assigned.staff_id), assigned.why, repeats=repeats, left=assigned.left)

    def holds_for(self, row: CodeRow) -> float:
        """Return for how many seconds a visitor of a code holds a place; 0 where the vendor draws, and none is held."""
        return self._policy.hold if self._looking.blank(row).routing is Routing.PULL else 0.0

    def spread(self, connection: Connection, row: CodeRow, rng: Random, now: float) -> StaffAnswer:
        """Choose for somebody who may hold no place: any of those who are free, by their weights."""
        order = self._looking.look(connection, row, now, lock=False).choice.order
        if not order:
            return _nobody(self._looking.blank(row))
        # Not the first in the order: that stays the same one until somebody holds a place with him.
        (verdict,) = rng.choices(order, [each.weight for each in order])
        return StaffAnswer(seat_part(verdict.number), str(verdict.staff_id), "spread")

    def preview(self, connection: Connection, row: CodeRow, visitor: str, now: float) -> StaffAnswer:
        """Say whom a visitor would be led to who was never here, and hold nothing."""
        del visitor
        code = self._looking.blank(row)
        if code.routing is Routing.PUSH:
            return self._vendors(connection, row, code, now)
        order = self._looking.look(connection, row, now, lock=False).choice.order
        if not order:
            return _nobody(code)
        return StaffAnswer(seat_part(order[0].number), str(order[0].staff_id), "next")

    def _vendors(self, connection: Connection, row: CodeRow, code: StaffLiveCode, now: float) -> StaffAnswer:
        """Return the vendor's own code; that nobody is free matters only where the page is to say so."""
        if code.on_empty in (OnEmpty.CLOSED, OnEmpty.REDIRECT) and self._is_empty(connection, row, now):
            return _nobody(code)
        return StaffAnswer(0, "part:0", "vendor_chooses")

    def _is_empty(self, connection: Connection, row: CodeRow, now: float) -> bool:
        seen = self._seen.get(row.number)
        if seen is not None and 0 <= now - seen[0] < FRESH_SECONDS:
            return seen[1]
        is_empty = self._looking.look(connection, row, now, lock=False).choice.empty
        self._seen[row.number] = (now, is_empty)
        if len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)
        return is_empty


def _nobody(code: StaffLiveCode) -> StaffAnswer:
    return StaffAnswer(None, why="nobody_free", on_empty=code.on_empty, redirect_to=code.redirect_to)
