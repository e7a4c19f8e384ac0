"""What a synchronisation tells in the end, and how old the mirror is."""

from typing import Final

from attrs import frozen

from privcrm.models import StaffId
from privcrm.services.sync.counts import Counts
from privcrm.store.mirror.totals import Held

__all__ = ["UNDETECTABLE", "DataAge", "SyncReport"]

UNDETECTABLE: Final = ("member_deleted_staff",)
"""What no comparison finds: the vendor goes on listing a member who deleted the employee.

Only the callback tells; where that was lost, nothing does.
"""


@frozen
class SyncReport:
    """What a run did, resumed parts included.

    ``held`` is what the mirror holds now. ``repaired`` is false for a comparison only. ``unreadable`` are
    capabilities that the vendor did not show to this app.
    """

    counts: Counts
    held: Held
    seconds: float
    resumed: bool = False
    repaired: bool = True
    unreadable: tuple[str, ...] = ()
    undetectable: tuple[str, ...] = UNDETECTABLE

    @property
    def calls(self) -> int:
        """Calls of the vendor, one for each page."""
        return self.counts.calls

    @property
    def written(self) -> int:
        """Relations that were new or not as they had been."""
        return self.counts.added + self.counts.changed

    @property
    def differences(self) -> dict[str, int]:
        """How much of the mirror was not as the vendor has it, by kind; kinds without a difference are left out."""
        counts = self.counts
        found = {
            "missing": counts.added,
            "vanished": counts.vanished,
            "fields": counts.revised,
            "tags": counts.retagged,
            "tag_library": counts.tags_changed + counts.tags_deleted,
            "staff": counts.staff_changed + counts.staff_missing,
            "groups": counts.groups_changed + counts.groups_gone,
        }
        return {kind: count for kind, count in found.items() if count}


@frozen
class DataAge:
    """As of when relations are known (unix seconds): of the oldest and the newest employee's list, and of each.

    ``oldest`` is None while an employee who serves members was never read to the end.
    """

    oldest: float | None
    newest: float | None
    by_staff: dict[StaffId, float | None]
