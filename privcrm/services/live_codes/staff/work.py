"""A reconciliation under way."""

from attrs import define, field

from privcrm.models import StaffId
from privcrm.services.live_codes.staff.looking import Look
from privcrm.services.live_codes.staff.results import Pushed
from privcrm.services.live_codes.staff.wishes import Drift

__all__ = ["Work"]


@define
class Work:
    """What a reconciliation has done so far."""

    look: Look
    fence: int
    force: bool
    shadow: bool
    calls: int = 0
    probes: int = 0
    pool: tuple[StaffId, ...] = ()
    outcomes: list[Pushed] = field(factory=list[Pushed])
    dropped: dict[StaffId, str] = field(factory=dict[StaffId, str])
    drift: list[Drift] = field(factory=list[Drift])
    due: list[float] = field(factory=list[float])
