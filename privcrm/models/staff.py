"""Employees and the departments they work in."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.ids import DepartmentId, StaffId


class StaffState(StrEnum):
    """Four states, not two: only an active employee with customer contact can be given members."""

    ACTIVE = "active"
    DISABLED = "disabled"
    WITHOUT_CONTACT = "without_contact"
    LEFT = "left"


@frozen(slots=False)
class Department:
    """A department; ``parent_id`` is None for the root."""

    department_id: DepartmentId
    name: str = ""
    parent_id: DepartmentId | None = None
    leaders: tuple[StaffId, ...] = ()
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class Staff:
    """An employee account.

    ``state`` is what the vendor's answer says; whether customer contact is switched on is told by
    ``StaffPort.serving``, so a ``Staff`` read from the directory is never ``WITHOUT_CONTACT`` by itself.
    """

    staff_id: StaffId
    name: str = field(default="", repr=False)
    department_ids: tuple[DepartmentId, ...] = ()
    state: StaffState = StaffState.ACTIVE
    activated: bool = True
    position: str = ""
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)

    @property
    def userid(self) -> StaffId:
        """The vendor's word for ``staff_id``."""
        return self.staff_id
