"""Choosing the employee for a visitor ourselves: exact, because a place is held before it is shown."""

from typing import Final

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models import StaffId
from privcrm.models.codes import Routing, StaffLiveCode
from privcrm.models.codes.staff_code import OnEmpty
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.staff.looking import Look, Looking
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.verdicts import SeatReason, Verdict
from privcrm.services.live_codes.staff.wishes import seat_part
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.holds import Hold, Holds
from privcrm.store.live_codes.visitors import Visitors

__all__ = ["Assigned", "Assigning", "NobodyFree"]

DAY: Final = 86_400.0
NO_BOUND: Final = 1_000_000_000
_FULL: Final = frozenset({SeatReason.DAILY_CAP, SeatReason.TOTAL_CAP, SeatReason.RAMP})


@frozen
class Assigned:
    """The employee for a visitor; ``part`` is the vendor's code to show.

    The place is held until ``held_until`` (unix seconds): an add ends it, or the clock. ``why`` is ``held`` (he asked
    before), ``bound`` (he met this employee), ``next`` (whose turn it is) or ``rebound``, then with what hinders the
    employee whom he had met. ``left`` is how many more places there are, ``NO_BOUND`` where nothing bounds them.
    """

    staff_id: StaffId
    part: int
    held_until: float
    why: str
    hindered: str = ""
    left: int = 0


@frozen
class NobodyFree:
    """Nobody can be given to a visitor: what the code does then, and where it sends him."""

    on_empty: OnEmpty
    redirect_to: str = ""


class Assigning:
    """Gives visitors to seats inside the caller's transaction; one transaction at a time for each code."""

    def __init__(self, book: CodeBook, looking: Looking, policy: PushPolicy) -> None:
        self._book = book
        self._looking = looking
        self._policy = policy
        self._holds = Holds(book.database)
        self._visitors = Visitors(book.database)

    def assign(
        self, connection: Connection, row: CodeRow, code: StaffLiveCode, visitor: str, now: float
    ) -> Assigned | NobodyFree:
        """Hold a place for a visitor; see ``StaffCodes.assign``."""
        if code.routing is not Routing.PULL:
            raise InputError("a code with routing 'push' leaves the choice to the vendor: show its own picture")
        if not visitor:
            raise InputError("a visitor without a mark cannot hold a place")
        look = self._looking.look(connection, row, now, lock=True)  # the lock comes first: then counts are exact
        self._looking.remember(connection, look)
        self._holds.clear(connection, row.number, now)
        order = {verdict.number: verdict for verdict in look.choice.order}
        held = self._holds.of_visitor(connection, row.number, visitor, now)
        if held is not None and (kept := _still(look, held)) is not None:
            return self._hold(connection, look, visitor, kept, "held", since=held.made_at)
        bound = self._bound(connection, look, visitor)
        if bound is not None and bound.number in order:
            return self._hold(connection, look, visitor, order[bound.number], "bound")
        if not order:
            return NobodyFree(code.on_empty, code.redirect_to)
        first = next(iter(order.values()))
        if bound is None:
            return self._hold(connection, look, visitor, first, "next")
        hindered = bound.reason.value if not bound.is_free else "another tier works"
        self._book.notes.decided(connection, row.number, "rebound", f'{{"because": "{hindered}"}}', now)
        return self._hold(connection, look, visitor, first, "rebound", hindered=hindered)

    def _bound(self, connection: Connection, look: Look, visitor: str) -> Verdict | None:
        """Return the seat of the employee whom a visitor met, wherever it stands; None where he met nobody."""
        if not look.code.sticky_days:
            return None
        target = self._visitors.bound(connection, look.row.number, visitor, look.at)
        return next((verdict for verdict in look.verdicts if str(verdict.number) == target), None)

    def _hold(
        self,
        connection: Connection,
        look: Look,
        visitor: str,
        verdict: Verdict,
        why: str,
        *,
        hindered: str = "",
        since: float | None = None,
    ) -> Assigned:
        until = look.at + self._policy.hold
        made_at = look.at if since is None else since
        self._holds.put(connection, look.row.number, Hold(visitor, verdict.number, made_at, until))
        if look.code.sticky_days:
            bound_until = look.at + look.code.sticky_days * DAY
            self._visitors.bind(connection, look.row.number, visitor, str(verdict.number), bound_until)
        left = _left(look, verdict) - int(since is None)
        return Assigned(verdict.staff_id, seat_part(verdict.number), until, why, hindered, max(0, left))


def _left(look: Look, verdict: Verdict) -> int:
    """Return how many places a seat had left at the look."""
    total = next(each.seat.total_cap for each in look.facts if each.number == verdict.number)
    taken = ((verdict.cap, verdict.today + verdict.held), (total, verdict.served + verdict.held))
    return min((bound - used for bound, used in taken if bound is not None), default=NO_BOUND)


def _still(look: Look, held: Hold) -> Verdict | None:
    """Return the seat that a visitor holds, if it can be shown to him again; that it is full by now hinders others."""
    verdict = next((each for each in look.verdicts if each.number == held.staff), None)
    return verdict if verdict is not None and (verdict.is_free or verdict.reason in _FULL) else None
