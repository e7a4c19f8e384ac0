"""Reading the whole company into the mirror, and keeping it true.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.sync.counts import Counts
    from privcrm.services.sync.progress import SyncProgress, SyncStage
    from privcrm.services.sync.report import DataAge, SyncReport
    from privcrm.services.sync.sync import Sync
else:
    __getattr__ = resolver(
        __name__,
        {
            "counts": ("Counts",),
            "progress": ("SyncProgress", "SyncStage"),
            "report": ("DataAge", "SyncReport"),
            "sync": ("Sync",),
        },
    )

__all__ = ["Counts", "DataAge", "Sync", "SyncProgress", "SyncReport", "SyncStage"]
