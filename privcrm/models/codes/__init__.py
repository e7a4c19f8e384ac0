"""Live codes (活码) as the company wants them: seats, hours, caps, capacities and what happens when a group is full.

What a vendor keeps of a code is in ``privcrm.models.live_code``. Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.models.codes.arrivals import BurstPolicy, LaunchGate, Spread
    from privcrm.models.codes.capacity import GroupCapacity
    from privcrm.models.codes.group_code import GroupLiveCode, OnFull, OverflowPolicy, OverflowStrategy
    from privcrm.models.codes.hours import Hours, SpecialDay, Window
    from privcrm.models.codes.seat import NEW_ACCOUNT, Ramp, Seat
    from privcrm.models.codes.staff_code import OnEmpty, Routing, StaffLiveCode
    from privcrm.models.codes.state import state_number, state_of
else:
    __getattr__ = resolver(
        __name__,
        {
            "arrivals": ("BurstPolicy", "LaunchGate", "Spread"),
            "capacity": ("GroupCapacity",),
            "group_code": ("GroupLiveCode", "OnFull", "OverflowPolicy", "OverflowStrategy"),
            "hours": ("Hours", "SpecialDay", "Window"),
            "seat": ("NEW_ACCOUNT", "Ramp", "Seat"),
            "staff_code": ("OnEmpty", "Routing", "StaffLiveCode"),
            "state": ("state_number", "state_of"),
        },
    )

__all__ = [
    "NEW_ACCOUNT",
    "BurstPolicy",
    "GroupCapacity",
    "GroupLiveCode",
    "Hours",
    "LaunchGate",
    "OnEmpty",
    "OnFull",
    "OverflowPolicy",
    "OverflowStrategy",
    "Ramp",
    "Routing",
    "Seat",
    "SpecialDay",
    "Spread",
    "StaffLiveCode",
    "Window",
    "state_number",
    "state_of",
]
