"""What a look at a code came to, and what the company is told of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.models import StaffId
from privcrm.models.codes.staff_code import OnEmpty
from privcrm.services.live_codes.staff.verdicts import Verdict
from privcrm.services.live_codes.staff.wishes import Drift
from privcrm.store.live_codes.notes import Alarm, Decision

__all__ = ["Alarms", "CodeReport", "Desired", "Explanation", "Overshoot", "Pushed", "Reconciled", "SeatReport"]


class Alarms:
    """Kinds of alarms about staff codes."""

    NOBODY: Final = "nobody_free"
    BARRED: Final = "seat_barred"
    DRIFT: Final = "drift"
    GONE: Final = "gone"
    BUDGET: Final = "push_budget"
    REFUSED: Final = "refused"
    STRANGER: Final = "stranger"


class Pushed(StrEnum):
    """What became of one look at one of the vendor's codes.

    ``unchanged``: nothing to say, nothing was called. ``pushed``; ``confirmed``: read back and found as wished.
    ``deferred``: too soon after the last push, or the hour's calls are spent. ``shadow``: decided, not sent. ``empty``:
    nobody is free, so the vendor is told nothing. ``busy``: another process is at it; ``stale``: another took over.
    ``unknown``: the answer was lost, it is read back next time. ``refused``, ``forbidden`` (read-only, write scope,
    kill switch), ``unreachable``; ``gone``: the vendor has no such code any more; ``not_made``: it is not there yet.
    """

    UNCHANGED = "unchanged"
    CONFIRMED = "confirmed"
    PUSHED = "pushed"
    SHADOW = "shadow"
    DEFERRED = "deferred"
    EMPTY = "empty"
    BUSY = "busy"
    STALE = "stale"
    NOT_MADE = "not_made"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    GONE = "gone"

    @property
    def is_good(self) -> bool:
        """Whether the vendor holds what it should, or soon will without anybody's help."""
        return self in _GOOD


_GOOD: Final = frozenset({Pushed.UNCHANGED, Pushed.CONFIRMED, Pushed.PUSHED, Pushed.SHADOW, Pushed.DEFERRED})


@frozen
class Desired:
    """Whom a code is to lead to, in order, and why each seat is in it or not.

    ``empty`` is what happens since nobody is free, None while somebody is. ``stands_in``: the last tier works in spite
    of its caps and hours. ``margin`` are those who may be on the way uncounted, ``due`` when it may change by the clock
    alone (unix seconds, None for never).
    """

    pool: tuple[StaffId, ...]
    seats: tuple[Verdict, ...]
    at: float
    margin: int = 0
    stands_in: bool = False
    empty: OnEmpty | None = None
    redirect_to: str = ""
    due: float | None = None


@frozen
class Reconciled:
    """What a reconciliation did; ``calls`` to the vendor, who was ``dropped`` and why, what had ``drifted``.

    ``pool`` is what the vendor holds as far as we know, with ``pull`` who is free; ``due`` is the next look (unix
    seconds, None for never).
    """

    key: str
    outcome: Pushed
    pool: tuple[StaffId, ...] = ()
    calls: int = 0
    dropped: Mapping[StaffId, str] = field(factory=dict[StaffId, str])
    drift: tuple[Drift, ...] = ()
    due: float | None = None


@frozen
class Explanation:
    """Why a code leads to whom it leads: every seat with its figures, what was learned, and what was decided lately.

    ``at_vendor`` is what the vendor last said yes to; ``leaving`` are those whose seat is gone and whose own code (by
    the vendor's id) still works for a while. ``rate`` is people a minute, ``lag`` seconds.
    """

    key: str
    desired: Desired
    at_vendor: tuple[StaffId, ...]
    unsure: bool
    rate: float
    lag: float
    pushes_left: int
    next_look: float
    alarms: tuple[Alarm, ...]
    decisions: tuple[Decision, ...]
    leaving: Mapping[str, tuple[StaffId, ...]] = field(factory=dict[str, tuple[StaffId, ...]])


@frozen
class SeatReport:
    """What a seat got: ``days`` by local day, ``wanted`` and ``got`` as parts of 1 among the seats of its tier."""

    staff_id: StaffId
    tier: int
    days: Mapping[str, int]
    total: int
    wanted: float
    got: float


@frozen
class Overshoot:
    """A day on which a seat got more than its cap: a vendor who draws himself can be slowed down, not stopped."""

    day: str
    staff_id: StaffId
    adds: int
    cap: int


@frozen
class CodeReport:
    """What came by a code since a local day; ``others`` are adds of employees who have no seat (any more).

    ``leaving`` is as in ``Explanation``.
    """

    key: str
    since: str
    seats: tuple[SeatReport, ...]
    others: Mapping[StaffId, int]
    total: int
    overshoots: tuple[Overshoot, ...]
    on_empty: OnEmpty
    alarms: tuple[Alarm, ...]
    leaving: Mapping[str, tuple[StaffId, ...]] = field(factory=dict[str, tuple[StaffId, ...]])
