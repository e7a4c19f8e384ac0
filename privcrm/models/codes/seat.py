"""A seat behind a staff live code: who it is, how much he takes, and when."""

from datetime import date, timedelta

from attrs import frozen

from privcrm.errors import InputError
from privcrm.models.codes.hours import Window
from privcrm.models.fields import checked
from privcrm.models.ids import StaffId

__all__ = ["NEW_ACCOUNT", "Ramp", "Seat"]

NEW_ACCOUNT = (20, 20, 30, 30, 40, 40, 50)
"""Adds a day of an account in its first week; our own caution, for vendors name a danger line only (60 a minute)."""


@frozen(slots=False, field_transformer=checked)
class Ramp:
    """What a new account takes on each day since ``since`` (as ``2026-10-01``); after the last, nothing holds it."""

    since: str
    caps: tuple[int, ...] = NEW_ACCOUNT

    def __attrs_post_init__(self) -> None:
        try:
            date.fromisoformat(self.since)
        except ValueError:
            raise InputError(f"Ramp.since takes a day as 2026-10-01, {self.since!r} was given") from None
        if not self.caps or min(self.caps) < 0:
            raise InputError("Ramp.caps takes whole numbers not below 0, one for each day")

    def cap_on(self, day: date) -> int | None:
        """Return what may be taken on a day, None for any number."""
        passed = (day - date.fromisoformat(self.since)).days
        return self.caps[max(0, passed)] if passed < len(self.caps) else None

    @property
    def ends_on(self) -> date:
        """The first day on which it holds nobody back."""
        return date.fromisoformat(self.since) + timedelta(days=len(self.caps))


@frozen(slots=False, field_transformer=checked)
class Seat:
    """One employee behind a code.

    Visitors are shared out in proportion to ``weight``. ``daily_cap`` counts by the days of the code's zone,
    ``total_cap`` for ever; None is no bound. Without ``windows`` the seat is always open. ``tier`` 0 works normally, 1
    and above step in, in order, when nobody below is free. ``online`` off takes a seat out for the time being.
    Raises ``InputError``.
    """

    staff_id: StaffId
    weight: int = 1
    daily_cap: int | None = None
    total_cap: int | None = None
    windows: tuple[Window, ...] = ()
    tier: int = 0
    online: bool = True
    ramp: Ramp | None = None

    def __attrs_post_init__(self) -> None:
        if not self.staff_id.strip():
            raise InputError("Seat.staff_id is empty")
        if self.weight < 1:
            raise InputError("Seat.weight is at least 1: take a seat out by online=False")
        if min(self.daily_cap or 0, self.total_cap or 0, self.tier) < 0:
            raise InputError("Seat.daily_cap, total_cap and tier are not below 0")

    def cap_on(self, day: date) -> int | None:
        """Return what the seat takes on a day: its own cap or that of its ramp, whichever is less; None for any."""
        caps = [cap for cap in (self.daily_cap, self.ramp.cap_on(day) if self.ramp else None) if cap is not None]
        return min(caps, default=None)
