"""Port: figures about staff and groups."""

from collections.abc import Sequence

from privcrm.models import GroupFigures, Pages, StaffFigures
from privcrm.provider.ports._base import Port


class StatisticsPort(Port):
    """Reads what the vendor counts, by whole days in UTC+8, both ends included and given in unix seconds.

    At most 30 days at a time, of the last 180, up to yesterday; outside that ``InputError`` is raised before
    sending. Figures of yesterday that are read too early come as zeros: read them again later in the day.
    """

    area = "statistics"

    def staff(self, staff_id: str, first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return one row a day of one employee; vendors add several up, so it is one at a time here."""
        raise self._unsupported("staff")

    def departments(self, department_ids: Sequence[str], first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return one row a day for everybody in some departments together."""
        raise self._unsupported("departments")

    def groups_by_owner(
        self, owner_ids: Sequence[str], first_day: int, last_day: int, cursor: str = ""
    ) -> Pages[GroupFigures]:
        """List one row an owner, summed over the days. More owners than one call takes are split."""
        raise self._unsupported("groups_by_owner")

    def groups_by_day(self, owner_ids: Sequence[str], first_day: int, last_day: int) -> tuple[GroupFigures, ...]:
        """Return one row a day for all these owners together."""
        raise self._unsupported("groups_by_day")
