"""The directory of the memory provider."""

from collections.abc import Iterator, Sequence

from attrs import asdict

from privcrm.errors import NotFound
from privcrm.models import Department, DepartmentId, Staff, StaffId, StaffState
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.ports import StaffPort
from privcrm.sandbox import world as simulated
from privcrm.testing.memory.door import NAME, Call, Door

_STATES = {
    simulated.StaffState.ACTIVE: StaffState.ACTIVE,
    simulated.StaffState.WITHOUT_CUSTOMER_CONTACT: StaffState.ACTIVE,
    simulated.StaffState.DISABLED: StaffState.DISABLED,
    simulated.StaffState.LEFT: StaffState.LEFT,
}


class MemoryStaff(StaffPort):
    """Reads the directory; who left is no longer in it."""

    def __init__(self, door: Door, capabilities: Capabilities) -> None:
        super().__init__(NAME, capabilities)
        self._door = door

    def get(self, staff_id: str) -> Staff:
        """Return one employee."""
        with self._door.reading("staff.get") as call:
            return _staff(present(call, staff_id))

    def list(self, department_id: str | None = None) -> Iterator[Staff]:
        """Yield the employees of a department and those below it."""
        with self._door.reading("staff.list") as call:
            return iter([_staff(staff) for staff in _below(call, department_id)])

    def departments(self, root_id: str | None = None) -> Iterator[Department]:
        """Yield departments."""
        with self._door.reading("staff.departments") as call:
            wanted = _subtree(call, root_id)
            return iter([_department(node) for node in call.world.staff.departments if node.number in wanted])

    def department(self, department_id: str) -> Department:
        """Return one department."""
        with self._door.reading("staff.department") as call:
            _subtree(call, department_id)
            return next(_department(d) for d in call.world.staff.departments if str(d.number) == department_id)

    def ids(self) -> Iterator[tuple[StaffId, DepartmentId]]:
        """Yield (staff, department) pairs."""
        with self._door.reading("staff.ids") as call:
            pairs = [(StaffId(s.staff_id), DepartmentId(str(s.department))) for s in _below(call, None)]
            return iter(pairs)

    def serving(self) -> Iterator[StaffId]:
        """Yield the ids of employees with customer contact."""
        with self._door.reading("staff.serving") as call:
            return iter([StaffId(staff.staff_id) for staff in call.world.staff if staff.can_contact])


def present(call: Call, staff_id: str) -> simulated.Staff:
    """Return an employee who is still in the directory; raises ``NotFound``."""
    staff = call.world.staff.find(staff_id)
    if staff is None or staff.state is simulated.StaffState.LEFT:
        raise call.refuse(NotFound, "unknown_staff", "no employee has this id")
    return staff


def _subtree(call: Call, root_id: str | None) -> set[int]:
    everything = {node.number for node in call.world.staff.departments}
    if root_id is None:
        return everything
    root = next((number for number in everything if str(number) == root_id), None)
    if root is None:
        raise call.refuse(NotFound, "unknown_department", "no department has this id")
    return call.world.staff.subtree(root)


def _below(call: Call, root_id: str | None) -> Sequence[simulated.Staff]:
    wanted = _subtree(call, root_id)
    left = simulated.StaffState.LEFT
    return [staff for staff in call.world.staff if staff.department in wanted and staff.state is not left]


def _staff(staff: simulated.Staff) -> Staff:
    return Staff(
        StaffId(staff.staff_id),
        name=staff.name,
        department_ids=(DepartmentId(str(staff.department)),),
        state=_STATES[staff.state],
        position=staff.position,
        raw=asdict(staff, recurse=False),
    )


def _department(node: simulated.Department) -> Department:
    parent = DepartmentId(str(node.parent)) if node.parent else None
    return Department(DepartmentId(str(node.number)), node.name, parent, raw=asdict(node, recurse=False))
