"""Group live codes (群活码): groups counted by who is inside, listed at the vendor, followed by the next.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.groups.codes import GroupCodes
    from privcrm.services.live_codes.groups.entry import Entry, EntryKind
    from privcrm.services.live_codes.groups.forecast import Forecast
    from privcrm.services.live_codes.groups.keeper import subscribe
    from privcrm.services.live_codes.groups.reconciling import GroupReconciled
    from privcrm.services.live_codes.groups.report import GroupCodeReport, RoomReport
    from privcrm.services.live_codes.groups.spares import Added
else:
    __getattr__ = resolver(
        __name__,
        {
            "codes": ("GroupCodes",),
            "entry": ("Entry", "EntryKind"),
            "forecast": ("Forecast",),
            "keeper": ("subscribe",),
            "reconciling": ("GroupReconciled",),
            "report": ("GroupCodeReport", "RoomReport"),
            "spares": ("Added",),
        },
    )

__all__ = [
    "Added",
    "Entry",
    "EntryKind",
    "Forecast",
    "GroupCodeReport",
    "GroupCodes",
    "GroupReconciled",
    "RoomReport",
    "subscribe",
]
