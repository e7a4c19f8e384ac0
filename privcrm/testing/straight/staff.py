"""Employees, departments, and what leavers left behind."""

from collections.abc import Iterator
from typing import Final

from privcrm.models import Department, DepartmentId, MemberId, Page, Pages, Staff, StaffId, StaffState, Unassigned
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.ports import HandoverPort, StaffPort
from privcrm.sandbox import world as simulated
from privcrm.sandbox.wecom.company import Company

__all__ = ["StraightHandover", "StraightStaff"]

_STATES: Final = {
    simulated.StaffState.ACTIVE: StaffState.ACTIVE,
    simulated.StaffState.WITHOUT_CUSTOMER_CONTACT: StaffState.ACTIVE,
    simulated.StaffState.DISABLED: StaffState.DISABLED,
}


class StraightStaff(StaffPort):
    """Reads the directory."""

    def __init__(self, provider: str, capabilities: Capabilities, company: Company) -> None:
        super().__init__(provider, capabilities)
        self._world = company.world

    def list(self, department_id: str | None = None) -> Iterator[Staff]:
        """Yield who has not left, department by department."""
        inside = self._world.staff.subtree(int(department_id or simulated.ROOT))
        people = [each for each in self._world.staff if each.state in _STATES and each.department in inside]
        return map(_staff, sorted(people, key=lambda each: each.department))

    def departments(self, root_id: str | None = None) -> Iterator[Department]:
        """Yield a department and all below it."""
        inside = self._world.staff.subtree(int(root_id or simulated.ROOT))
        return (_department(each) for each in self._world.staff.departments if each.number in inside)

    def serving(self) -> Iterator[StaffId]:
        """Yield who may use customer contact."""
        return (StaffId(each.staff_id) for each in self._world.staff if each.can_contact)


class StraightHandover(HandoverPort):
    """Reads what leavers left behind."""

    def __init__(self, provider: str, capabilities: Capabilities, company: Company) -> None:
        super().__init__(provider, capabilities)
        self._company = company

    def unassigned(self, cursor: str = "") -> Pages[Unassigned]:
        """List the members of leavers whom nobody took over, a page for each leaver."""
        leavers = self._company.world.staff.leavers()

        def page(place: str) -> Page[Unassigned]:
            number = int(place or 0)
            rows = tuple(self._of(leavers[number])) if number < len(leavers) else ()
            return Page(rows, str(number + 1) if number + 1 < len(leavers) else "")

        return Pages(page, cursor)

    def _of(self, leaver: simulated.Staff) -> Iterator[Unassigned]:
        world, ids = self._company.world, self._company.ids
        for member in world.follows.of_staff(leaver.number):
            follow = world.follows.get(leaver.number, member)
            if follow and not follow.ended_by and not world.handovers.waiting(leaver.number, member):
                yield Unassigned(StaffId(leaver.staff_id), MemberId(ids.member(member)), leaver.left_at or 0)


def _staff(each: simulated.Staff) -> Staff:
    return Staff(
        StaffId(each.staff_id),
        each.name,
        (DepartmentId(str(each.department)),),
        _STATES[each.state],
        position=each.position,
    )


def _department(each: simulated.Department) -> Department:
    above = DepartmentId(str(each.parent)) if each.parent else None
    return Department(DepartmentId(str(each.number)), each.name, above)
