"""Departments and the people who work in them."""

from collections.abc import Iterator
from enum import Enum

import attrs

from privcrm.sandbox.world.chance import Stream
from privcrm.sandbox.world.names import CITIES, GIVEN, GIVEN_LIST, REGIONS, SURNAME_LIST, SURNAMES

ROOT = 1
"""The number of the company itself in the tree of departments."""
_FIRST_SHOP = 10
_STAFF_PER_SHOP = 8
_PHONE_STEP = 387_420_489
"""Has no factor in common with a power of ten, so that all phones differ."""


class StaffState(Enum):
    """What an employee account can be: four states, not two."""

    ACTIVE = "active"
    DISABLED = "disabled"
    WITHOUT_CUSTOMER_CONTACT = "without_customer_contact"
    LEFT = "left"


@attrs.frozen
class Department:
    """A node of the company: the root, a region or a shop."""

    number: int
    name: str
    parent: int


@attrs.frozen
class Staff:
    """An employee. `number` is the place in the world, `staff_id` the account name, compared without case."""

    number: int
    staff_id: str
    name: str
    department: int
    position: str
    gender: int
    state: StaffState = StaffState.ACTIVE
    has_members: bool = True
    left_at: int | None = None
    phone: str = attrs.field(default="", repr=False)
    verified: bool = True
    """Whether the employee has shown under which real name he works."""
    blocked: bool = False
    dormant: bool = False
    """Whether nobody has logged in for more than a year."""

    @property
    def work_mail(self) -> str:
        """The mail address that the company gave."""
        return f"{self.staff_id.casefold()}@example.invalid"

    @property
    def own_mail(self) -> str:
        """The mail address that the employee brought along."""
        return f"{self.staff_id.casefold()}@mail.invalid"

    @property
    def can_contact(self) -> bool:
        """Whether the account may serve customers now."""
        return self.state is StaffState.ACTIVE


def departments_for(staff: int) -> list[Department]:
    """Return the root, three regions, and a shop for every eight employees."""
    tree = [Department(ROOT, "示例商贸有限公司", 0)]
    tree += [Department(2 + i, name, ROOT) for i, name in enumerate(REGIONS)]
    for shop in range(max(1, staff // _STAFF_PER_SHOP)):
        city = CITIES[shop % len(CITIES)]
        tree.append(Department(_FIRST_SHOP + shop, f"{city}{shop // len(CITIES) + 1}号店", 2 + shop % len(REGIONS)))
    return tree


def _state_of(number: int) -> tuple[StaffState, bool]:
    """Of every twenty employees four are special; the second value tells whether members follow them."""
    special = {
        16: (StaffState.ACTIVE, False),
        17: (StaffState.WITHOUT_CUSTOMER_CONTACT, False),
        18: (StaffState.DISABLED, True),
        19: (StaffState.LEFT, True),
    }
    return special.get(number % 20, (StaffState.ACTIVE, True))


class StaffBook:
    """All employees, those who left included. A company has thousands, so they are simply kept."""

    def __init__(self, seed: int, count: int, epoch: int) -> None:
        self._stream = Stream(seed, "staff")
        self._all: list[Staff] = []
        self._by_id: dict[str, Staff] = {}
        self._by_phone: dict[str, int] = {}
        self.departments = departments_for(count)
        self._shops = [d.number for d in self.departments if d.number >= _FIRST_SHOP]
        for number in range(count):
            self._keep(self._hire(number, epoch))
        self.holders = tuple(staff.number for staff in self._all if staff.has_members)
        """Numbers of those whom members follow from the start."""

    def _hire(self, number: int, epoch: int) -> Staff:
        surname = self._stream.choose(number * 3, SURNAME_LIST)
        given = self._stream.choose(number * 3 + 1, GIVEN_LIST)
        state, has_members = _state_of(number)
        return Staff(
            number,
            self._free_id(SURNAMES[surname] + GIVEN[given]),
            surname + given,
            self._shops[number % len(self._shops)],
            "店长" if number < len(self._shops) else "导购",
            1 + self._stream.below(number * 3 + 2, 2),
            state,
            has_members,
            epoch - 86_400 * 7 if state is StaffState.LEFT else None,
            f"19{number * _PHONE_STEP % 10**9:09d}",
        )

    def _free_id(self, wanted: str) -> str:
        candidate, suffix = wanted, 1
        while candidate.casefold() in self._by_id:
            suffix += 1
            candidate = f"{wanted}{suffix:02d}"
        return candidate

    def _keep(self, staff: Staff) -> None:
        if staff.number == len(self._all):
            self._all.append(staff)
        else:
            self._all[staff.number] = staff
        self._by_id[staff.staff_id.casefold()] = staff
        self._by_phone[staff.phone] = staff.number

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Staff]:
        return iter(self._all)

    def __getitem__(self, number: int) -> Staff:
        return self._all[number]

    def find(self, staff_id: str) -> Staff | None:
        """Return the employee with this account name, also one who left, or None."""
        return self._by_id.get(staff_id.casefold())

    def with_phone(self, phone: str) -> Staff | None:
        """Return the employee with this phone number, also one who left, or None."""
        number = self._by_phone.get(phone)
        return None if number is None else self._all[number]

    def leavers(self) -> list[Staff]:
        """Return those who left, the latest first."""
        gone = (staff for staff in self._all if staff.state is StaffState.LEFT)
        return sorted(gone, key=lambda staff: (-(staff.left_at or 0), staff.number))

    def change(self, staff: Staff) -> None:
        """Replace an employee by a changed value with the same number."""
        del self._by_id[self._all[staff.number].staff_id.casefold()]
        self._keep(staff)

    def hire(self, staff_id: str, name: str, department: int) -> Staff:
        """Return a new employee whom no member follows yet."""
        number = len(self._all)
        gender = 1 + self._stream.below(number * 3 + 2, 2)
        phone = f"19{number * _PHONE_STEP % 10**9:09d}"
        self._keep(Staff(number, staff_id, name, department, "导购", gender, has_members=False, phone=phone))
        return self._all[number]

    def put_department(self, department: Department) -> None:
        """Keep a new, moved or renamed department. Raises LookupError if it would stand below itself."""
        if department.parent in self.subtree(department.number):
            raise LookupError("a department cannot stand below itself")
        others = {node.number: node for node in self.departments} | {department.number: department}
        ordered: list[Department] = []
        while others:  # parents stand before their children
            placed = {node.number for node in ordered}
            ready = [node for node in others.values() if node.parent in placed or node.number == ROOT]
            ordered += ready
            for node in ready:
                del others[node.number]
        self.departments = ordered

    def drop_department(self, number: int) -> None:
        """Delete a department. Raises LookupError if somebody or something is in it."""
        if len(self.subtree(number)) > 1 or any(staff.department == number for staff in self._all):
            raise LookupError("the department is not empty")
        self.departments = [node for node in self.departments if node.number != number]

    def subtree(self, department: int) -> set[int]:
        """Return a department and everything below it."""
        found = {department}
        for node in self.departments:  # parents stand before their children
            if node.parent in found:
                found.add(node.number)
        return found
