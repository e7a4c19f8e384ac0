"""Port: figures about staff and groups."""

from collections.abc import Sequence

from privcrm.models import GroupFigures, Pages, StaffFigures
from privcrm.provider.ports._base import Port


class StatisticsPort(Port):
    """Reads what the vendor counts, by whole days in UTC+8, both ends included and given in unix seconds.

    Any second of a day stands for it. At most 30 days at a time, of the last 180, up to yesterday; outside that
    ``InputError`` is raised before sending. Figures of yesterday that are read too early come as zeros: such rows have
    ``ready`` false. Read them again some hours later; from the day after on, zeros are final.
    """

    area = "statistics"

    def staff(self, staff_id: str, first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return one row a day of one employee; vendors add several up, so it is one at a time here."""
        raise self._unsupported("staff")

    def departments(self, department_ids: Sequence[str], first_day: int, last_day: int) -> tuple[StaffFigures, ...]:
        """Return one row a day for everybody in some departments together.

        More departments than one call takes raise ``InputError``: shares and mean times cannot be added up.
        """
        raise self._unsupported("departments")

    def groups_by_owner(
        self, owner_ids: Sequence[str], first_day: int, last_day: int, cursor: str = ""
    ) -> Pages[GroupFigures]:
        """List one row an owner, summed over the days. More owners than one call takes are split.

        A sum that ends yesterday and was read too early lacks that day without looking like it: where it matters, see
        first with ``groups_by_day`` that yesterday is ready.
        """
        raise self._unsupported("groups_by_owner")

    def groups_by_day(self, owner_ids: Sequence[str], first_day: int, last_day: int) -> tuple[GroupFigures, ...]:
        """Return one row a day for all these owners together; more than one call takes raise ``InputError``."""
        raise self._unsupported("groups_by_day")
