"""A staff live code (员工活码): a permanent entry that leads to one of several employees."""

from enum import StrEnum
from typing import Final

from attrs import field, frozen

from privcrm.errors import InputError
from privcrm.models.codes.hours import Hours, SpecialDay, zone_named
from privcrm.models.codes.keys import check_key
from privcrm.models.codes.seat import Seat
from privcrm.models.content import Content
from privcrm.models.fields import checked
from privcrm.models.ids import staff_key

__all__ = ["MOST_SEATS", "OnEmpty", "Routing", "StaffLiveCode"]

MOST_SEATS: Final = 2_000
"""Seats of a code; of these the vendor is told of the pool only."""


class Routing(StrEnum):
    """Who chooses the employee for a visitor.

    ``push``: the vendor draws from the pool that we keep on its code. ``pull``: our page chooses and shows the
    employee's own code, so that caps are exact; it needs the gateway.
    """

    PUSH = "push"
    PULL = "pull"


class OnEmpty(StrEnum):
    """What a code does when no seat is free; its backup tiers have been tried then.

    ``keep_last``: the pool stays as it was, and an alarm is raised. ``backup``: the seats of the highest tier stand in
    whatever their caps and hours. ``redirect``: the gateway shows the code of ``redirect_to``; the vendor's own picture
    stays as it was. ``closed``: the gateway says that nobody is there; the vendor's own picture stays as it was.
    """

    KEEP_LAST = "keep_last"
    BACKUP = "backup"
    REDIRECT = "redirect"
    CLOSED = "closed"


@frozen(slots=False, field_transformer=checked)
class StaffLiveCode:
    """What a staff live code is to be; keep it with ``crm.live_codes.create`` and change it with ``update``.

    ``key`` is the company's own name for it, such as a shop's code, and never changes. ``pool`` is how many employees
    the vendor is told of at a time (k): 1 is exact, 2 bears an absent one, more forgets about weights. Hours of seats
    are in ``zone``, with ``special_days`` for all. ``sticky_days`` keep a visitor with the employee whom he met
    (``pull``; with ``push`` use ``exclusive``, which is fixed when a code is made). Who is added gets ``entry_tags``
    (names or ids), a remark after ``remark`` (``{name}``, ``{code}``, ``{day}``) and is welcomed with ``welcome``.
    ``state`` is for codes that were made elsewhere; "" has us make one. Raises ``InputError``.
    """

    key: str
    seats: tuple[Seat, ...]
    name: str = ""
    zone: str = "Asia/Shanghai"
    special_days: tuple[SpecialDay, ...] = ()
    routing: Routing = Routing.PUSH
    pool: int = 2
    on_empty: OnEmpty = OnEmpty.KEEP_LAST
    redirect_to: str = ""
    sticky_days: int = 0
    exclusive: bool = False
    skip_confirmation: bool = True
    entry_tags: tuple[str, ...] = ()
    remark: str = field(default="", repr=False)
    welcome: Content | None = None
    note: str = field(default="", repr=False)
    state: str = ""

    def __attrs_post_init__(self) -> None:
        check_key("StaffLiveCode.key", self.key)
        zone_named(self.zone)
        self._check_seats()
        if self.pool < 1:
            raise InputError("StaffLiveCode.pool is at least 1: an empty pool is never told to the vendor")
        if self.sticky_days < 0:
            raise InputError("StaffLiveCode.sticky_days is not below 0")
        if (self.on_empty is OnEmpty.REDIRECT) is not bool(self.redirect_to):
            raise InputError("StaffLiveCode.redirect_to goes with on_empty='redirect': give both or neither")
        if self.redirect_to == self.key:
            raise InputError("StaffLiveCode.redirect_to names the code itself")

    def _check_seats(self) -> None:
        if not self.seats:
            raise InputError("StaffLiveCode.seats is empty: a code leads to one employee at least")
        if len(self.seats) > MOST_SEATS:
            raise InputError(f"StaffLiveCode.seats holds {len(self.seats):,}, and {MOST_SEATS:,} are the most")
        if len({staff_key(seat.staff_id) for seat in self.seats}) < len(self.seats):
            raise InputError("StaffLiveCode.seats names an employee twice")

    def hours_of(self, seat: Seat) -> Hours:
        """Return when one of its seats is open."""
        return Hours(seat.windows, self.zone, self.special_days)
