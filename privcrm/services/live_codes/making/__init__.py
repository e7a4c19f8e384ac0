"""Making live codes at the vendor, changing and deleting them, taking over those that others made, and listing all.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.making.making import Making
    from privcrm.services.live_codes.making.orders import OrderJobs
    from privcrm.services.live_codes.making.outcomes import CodeOutcome, CodeState
    from privcrm.services.live_codes.making.rooms_side import GroupRooms
    from privcrm.services.live_codes.making.seats_side import StaffSeats
else:
    __getattr__ = resolver(
        __name__,
        {
            "making": ("Making",),
            "orders": ("OrderJobs",),
            "outcomes": ("CodeOutcome", "CodeState"),
            "rooms_side": ("GroupRooms",),
            "seats_side": ("StaffSeats",),
        },
    )

__all__ = ["CodeOutcome", "CodeState", "GroupRooms", "Making", "OrderJobs", "StaffSeats"]
