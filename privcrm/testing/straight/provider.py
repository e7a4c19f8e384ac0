"""The provider that reads a simulated company in this process."""

from typing import ClassVar, Final

from privcrm.provider import Provider, ProviderContext
from privcrm.provider.capabilities import NATIVE, Capabilities
from privcrm.provider.limits import LimitTable
from privcrm.sandbox.wecom.company import Company
from privcrm.testing.straight.groups import StraightGroups
from privcrm.testing.straight.members import StraightMembers
from privcrm.testing.straight.staff import StraightHandover, StraightStaff
from privcrm.testing.straight.tags import StraightTags

__all__ = ["StraightProvider"]

_READ: Final = (
    *("staff.list", "staff.departments", "staff.serving", "members.list", "members.ids", "tags.list"),
    *("groups.list_all", "groups.get", "handover.unassigned"),
)


class StraightProvider(Provider):
    """Reads one simulated company as its app for customer contact does."""

    name = "straight"
    title = "Simulated company, read straight"
    capabilities: ClassVar[Capabilities] = dict.fromkeys(_READ, NATIVE)
    default_limits = LimitTable(())

    def __init__(self, company: Company, context: ProviderContext | None = None) -> None:
        super().__init__(context or ProviderContext())
        self._read = company
        declared = (self.name, self.capabilities, company)
        self.staff = StraightStaff(*declared)
        self.handover = StraightHandover(*declared)
        self.members = StraightMembers(*declared)
        self.tags = StraightTags(*declared)
        self.groups = StraightGroups(*declared)

    @property
    def company(self) -> str:
        """The company's id at the vendor."""
        return self._read.corp_id

    @property
    def host(self) -> str:
        """Not a host: nothing leaves the process."""
        return "this process"
