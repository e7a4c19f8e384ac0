"""Staff live codes (员工活码): who is next, and what the vendor is told. Names are resolved on first use."""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.live_codes.staff.assigning import Assigned, NobodyFree
    from privcrm.services.live_codes.staff.codes import StaffCodes
    from privcrm.services.live_codes.staff.entry_tags import EntryTags
    from privcrm.services.live_codes.staff.policy import PushPolicy
    from privcrm.services.live_codes.staff.results import (
        CodeReport,
        Desired,
        Explanation,
        Overshoot,
        Pushed,
        Reconciled,
        SeatReport,
    )
    from privcrm.services.live_codes.staff.verdicts import SeatReason, Verdict
    from privcrm.services.live_codes.staff.wishes import Drift
else:
    __getattr__ = resolver(
        __name__,
        {
            "assigning": ("Assigned", "NobodyFree"),
            "codes": ("StaffCodes",),
            "entry_tags": ("EntryTags",),
            "policy": ("PushPolicy",),
            "results": ("CodeReport", "Desired", "Explanation", "Overshoot", "Pushed", "Reconciled", "SeatReport"),
            "verdicts": ("SeatReason", "Verdict"),
            "wishes": ("Drift",),
        },
    )

__all__ = [
    "Assigned",
    "CodeReport",
    "Desired",
    "Drift",
    "EntryTags",
    "Explanation",
    "NobodyFree",
    "Overshoot",
    "PushPolicy",
    "Pushed",
    "Reconciled",
    "SeatReason",
    "SeatReport",
    "StaffCodes",
    "Verdict",
]
