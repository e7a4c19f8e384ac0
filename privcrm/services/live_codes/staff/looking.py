"""One look at a code: its seats judged by the clock and the counts, put in order, and what is remembered of that."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from attrs import frozen

from privcrm.models.codes import Routing, Seat, StaffLiveCode
from privcrm.models.codes.hours import local_date
from privcrm.services.live_codes.book import CodeBook
from privcrm.services.live_codes.specs import load_seat, load_staff_code
from privcrm.services.live_codes.staff.arrivals import Arrivals
from privcrm.services.live_codes.staff.order import Choice, choose
from privcrm.services.live_codes.staff.policy import PushPolicy
from privcrm.services.live_codes.staff.verdicts import SeatFacts, SeatReason, Verdict, judge
from privcrm.store.database import Connection
from privcrm.store.live_codes.codes import CodeRow
from privcrm.store.live_codes.pace import PaceRow, Paces
from privcrm.store.live_codes.seats import SeatRow, Seats

__all__ = ["Look", "Looking", "staff_limit"]

_LIMITS: Final = ("contact_code_staff", "live_codes.staff")
SLACK: Final = 3.0
"""Visitors whom a seat may be ahead of the neediest one, and still stand in the pool beside it."""
LIVELY_SECONDS: Final = 600.0
LIVELY_ADDS: Final = 30.0
MOST_BEHIND_ONE: Final = 100
"""Where a provider's limits do not say how many employees one code leads to."""


def staff_limit(limits: Mapping[str, object]) -> int:
    """Return how many employees the vendor lets one code lead to."""
    found = next((limits[name] for name in _LIMITS if name in limits), None)
    return int(getattr(found, "value", MOST_BEHIND_ONE))


# Reading a seat costs more than judging it, and a code's seats change seldom.
_seat_of = lru_cache(maxsize=8192)(load_seat)


@frozen
class Look:
    """What a look at a code found, as of ``at`` (unix seconds).

    ``margin`` are those who may be on the way uncounted. ``due`` is when the clock alone may change something, None for
    never.
    """

    row: CodeRow
    code: StaffLiveCode
    at: float
    pace: PaceRow
    margin: int
    facts: tuple[SeatFacts, ...]
    verdicts: tuple[Verdict, ...]
    choice: Choice
    due: float | None


class Looking:
    """Looks at codes, inside the caller's transaction."""

    def __init__(self, book: CodeBook, policy: PushPolicy) -> None:
        self._limit = staff_limit(book.provider.limits)
        self._seats = Seats(book.database)
        self._paces = Paces(book.database)
        self._policy = policy

    def load(self, connection: Connection, row: CodeRow) -> StaffLiveCode:
        """Return a code with its seats."""
        rows = self._seats.of_code(connection, row.number, "", 0.0)
        return load_staff_code(row.spec, tuple(_seat_of(each.staff_id, each.spec) for each in rows))

    def blank(self, row: CodeRow) -> StaffLiveCode:
        """Return a code by its row alone; instead of its seats it has one of nobody."""
        return _blank_code(row.spec)

    def look(self, connection: Connection, row: CodeRow, at: float, *, lock: bool) -> Look:
        """Look at a code at a moment; with ``lock`` nobody else counts for it until the transaction ends."""
        pace = (self._paces.locked if lock else self._paces.get)(connection, row.number)
        day = local_date(at, self.blank(row).zone).isoformat()
        rows = self._seats.of_code(connection, row.number, day, at)
        facts = tuple(_facts(each) for each in rows)
        code = load_staff_code(row.spec, tuple(each.seat for each in facts))
        arrivals = Arrivals.of(pace)
        margin = 0 if code.routing is Routing.PULL else arrivals.margin(at, self._policy.debounce)
        hours = {each.seat.windows: each.seat for each in facts}  # many seats, few different hours
        open_hours = {windows: code.hours_of(one) for windows, one in hours.items()}
        verdicts = tuple(judge(each, open_hours[each.seat.windows], at, margin) for each in facts)
        judged = zip(facts, verdicts, strict=True)
        lively = _lively(facts, pace, at)
        choice = choose(
            judged, min(code.pool, self._limit), code.on_empty, pace.floors, lively=lively, slack=SLACK + margin
        )
        due = _due(verdicts, facts, arrivals, at, self._policy.debounce)
        if choice.pool and len(choice.pool) < min(code.pool, self._limit, len(choice.order)):
            due = min(each for each in (due, lively[choice.pool[0].number]) if each is not None)
        return Look(row, code, at, pace, margin, facts, verdicts, choice, due)

    def remember(self, connection: Connection, look: Look) -> None:
        """Keep who could be chosen, and where those who came in start; writes only what changed."""
        free = {
            facts.number: verdict.is_free
            for facts, verdict in zip(look.facts, look.verdicts, strict=True)
            if facts.was_free is not verdict.is_free
        }
        self._seats.set_standing(connection, look.row.number, free, look.choice.credit)
        if look.choice.floors != look.pace.floors:
            self._paces.set_floors(connection, look.row.number, look.choice.floors)


@lru_cache(maxsize=1024)
def _blank_code(spec: str) -> StaffLiveCode:
    """Return a code without its seats, for what stands in its row."""
    return load_staff_code(spec, (load_seat("-", "{}"),))


def _facts(row: SeatRow) -> SeatFacts:
    return SeatFacts(
        row.staff,
        _seat_of(row.staff_id, row.spec),
        row.place,
        row.served,
        row.today,
        row.held,
        row.credit,
        row.free,
        row.last_served_at,
        row.barred_until,
        row.barred_why,
        row.state,
        missing=row.missing_since > 0,
    )


def _lively(facts: Sequence[SeatFacts], pace: PaceRow, at: float) -> dict[int, float]:
    """Return, of those who were added lately, until when (unix seconds) they are trusted to be the only ones to add.

    Who was not may be out of reach, though nothing says so: visitors are to have another way then.
    """
    # The rate as it was when somebody came last: it must not fade while everybody meets a closed door.
    lasts = max(LIVELY_SECONDS, LIVELY_ADDS / pace.rate if pace.rate else 0.0)
    return {each.number: each.last_served_at + lasts for each in facts if each.last_served_at + lasts > at}


def _due(
    verdicts: Sequence[Verdict], facts: Sequence[SeatFacts], arrivals: Arrivals, at: float, interval: float
) -> float | None:
    """Return when to look again though nobody came: the next change by the clock, or when fewer are on the way."""
    times = [verdict.changes_at for verdict in verdicts if verdict.changes_at is not None]
    for each, verdict in zip(facts, verdicts, strict=True):
        if verdict.reason is SeatReason.SOFT_CAP:
            room = _room(each.seat, verdict)
            times.append(max(at + 1.0, arrivals.calm_at(at, interval, room - 1)))
    return min(times, default=None)


def _room(seat: Seat, verdict: Verdict) -> int:
    """Return how many more a seat may be given."""
    taken = [(verdict.cap, verdict.today + verdict.held), (seat.total_cap, verdict.served + verdict.held)]
    return min(bound - used for bound, used in taken if bound is not None)
