"""Whether a seat can be given visitors at a moment, and why not: a pure function of figures and the clock."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from attrs import field, frozen

from privcrm.models import StaffId, StaffState
from privcrm.models.codes.hours import Hours, local_date, zone_named
from privcrm.models.codes.seat import Seat
from privcrm.services.live_codes.staff.arrivals import soft_cap

__all__ = ["HELD_BACK", "SeatFacts", "SeatReason", "Verdict", "judge", "next_midnight"]


class SeatReason(StrEnum):
    """Why a seat is not given visitors; ``free`` is the one that is.

    ``left``, ``disabled``, ``without_contact`` and ``missing`` (the vendor lists the employee no more) are as the
    mirror knows it; ``barred``: the vendor refused the employee lately. ``soft_cap``: those on the way may fill it up.
    """

    FREE = "free"
    LEFT = "left"
    DISABLED = "disabled"
    WITHOUT_CONTACT = "without_contact"
    MISSING = "missing"
    BARRED = "barred"
    OFFLINE = "offline"
    OUTSIDE_HOURS = "outside_hours"
    TOTAL_CAP = "total_cap"
    DAILY_CAP = "daily_cap"
    RAMP = "ramp"
    SOFT_CAP = "soft_cap"


HELD_BACK: Final = frozenset(
    {SeatReason.OUTSIDE_HOURS, SeatReason.TOTAL_CAP, SeatReason.DAILY_CAP, SeatReason.RAMP, SeatReason.SOFT_CAP}
)
"""Reasons of our own, which a stand-in may pass over; the vendor would take such a seat."""

_GONE: Final = {
    StaffState.LEFT: SeatReason.LEFT,
    StaffState.DISABLED: SeatReason.DISABLED,
    StaffState.WITHOUT_CONTACT: SeatReason.WITHOUT_CONTACT,
}


@frozen
class SeatFacts:
    """What is known of a seat; ``number`` is the employee's, ``state`` "" where the mirror does not know him.

    ``served`` counts for ever, ``today`` on the code's day, ``held`` are visitors on the way whom we sent there.
    """

    number: int
    seat: Seat
    place: int = 0
    served: int = 0
    today: int = 0
    held: int = 0
    credit: float = 0.0
    was_free: bool = False
    last_served_at: float = 0.0
    barred_until: float = 0.0
    barred_why: str = ""
    state: str = ""
    missing: bool = False

    @property
    def share(self) -> float:
        """What it was given for each unit of its weight; who has least comes first."""
        return (self.served + self.held + self.credit) / self.seat.weight


@frozen
class Verdict:
    """Whether a seat can be chosen, with the figures that say so.

    ``cap`` bounds ``today`` and ``held`` together, ``soft`` is where it is taken out; None is no bound. ``changes_at``
    is when (unix seconds) the clock alone may change it, None for never.
    """

    number: int
    staff_id: StaffId
    reason: SeatReason
    share: float
    tier: int
    weight: int
    served: int
    today: int
    held: int
    cap: int | None
    soft: int | None
    changes_at: float | None = None
    told: str = field(default="", repr=False)

    @property
    def is_free(self) -> bool:
        """Whether it can be chosen."""
        return self.reason is SeatReason.FREE


@lru_cache(maxsize=512)
def _opening(hours: Hours, at: float) -> tuple[bool, float | None]:
    """Return whether it is open and when that changes: reckoned once for the seats of a look that share their hours."""
    return hours.open_at(at), hours.next_change(at)


def judge(facts: SeatFacts, hours: Hours, at: float, margin: int = 0) -> Verdict:
    """Tell whether a seat can be chosen at a moment (unix seconds); ``margin`` are those who may be on the way."""
    seat = facts.seat
    cap = seat.cap_on(local_date(at, hours.zone))
    reason = _reason(facts, hours, at, cap, margin)
    return Verdict(
        facts.number,
        seat.staff_id,
        reason,
        facts.share,
        seat.tier,
        seat.weight,
        facts.served,
        facts.today,
        facts.held,
        cap,
        None if cap is None else soft_cap(cap, margin),
        _changes_at(facts, reason, hours, at),
        facts.barred_why if reason is SeatReason.BARRED else "",
    )


def _reason(facts: SeatFacts, hours: Hours, at: float, cap: int | None, margin: int) -> SeatReason:
    seat = facts.seat
    gone = next((reason for state, reason in _GONE.items() if state == facts.state), None)
    if gone is not None:
        return gone
    if facts.missing:
        return SeatReason.MISSING
    if facts.barred_until > at:
        return SeatReason.BARRED
    if not seat.online:
        return SeatReason.OFFLINE
    if not _opening(hours, at)[0]:
        return SeatReason.OUTSIDE_HOURS
    return _bounded(facts, cap, margin)


def _bounded(facts: SeatFacts, cap: int | None, margin: int) -> SeatReason:
    seat = facts.seat
    today, ever = facts.today + facts.held, facts.served + facts.held
    if seat.total_cap is not None and ever >= seat.total_cap:
        return SeatReason.TOTAL_CAP
    if cap is not None and today >= cap:
        by_ramp = seat.daily_cap is None or cap < seat.daily_cap
        return SeatReason.RAMP if by_ramp else SeatReason.DAILY_CAP
    for taken, bound in ((today, cap), (ever, seat.total_cap)):
        if bound is not None and taken >= soft_cap(bound, margin):
            return SeatReason.SOFT_CAP
    return SeatReason.FREE


def _changes_at(facts: SeatFacts, reason: SeatReason, hours: Hours, at: float) -> float | None:
    match reason:
        case SeatReason.BARRED:
            return facts.barred_until
        case SeatReason.OUTSIDE_HOURS | SeatReason.FREE:
            return _opening(hours, at)[1]
        case SeatReason.DAILY_CAP | SeatReason.RAMP | SeatReason.SOFT_CAP:
            return next_midnight(at, hours.zone)
        case _:
            return None


def next_midnight(at: float, zone: str) -> float:
    """Return when the next day begins in a zone, both in unix seconds."""
    day = datetime.fromtimestamp(at, zone_named(zone)).date() + timedelta(days=1)
    return datetime.combine(day, time(), zone_named(zone)).timestamp()
