"""Employees and departments."""

from typing import Any, cast

from privcrm.models import Department, DepartmentId, Staff, StaffId, StaffState
from privcrm_wecom.convert.values import number, text, texts

_STAFF_STATES = {1: StaffState.ACTIVE, 2: StaffState.DISABLED, 4: StaffState.ACTIVE, 5: StaffState.LEFT}
_NOT_ACTIVATED = 4


def staff(row: dict[str, Any]) -> Staff:
    """Return the employee of ``user/get`` or ``user/list``."""
    status = number(row.get("status"))
    return Staff(
        staff_id=StaffId(text(row.get("userid"))),
        name=text(row.get("name")),
        department_ids=cast("tuple[DepartmentId, ...]", texts(row.get("department"))),
        state=_STAFF_STATES.get(status or 1, StaffState.ACTIVE),
        activated=status != _NOT_ACTIVATED,
        position=text(row.get("position")),
        raw=row,
    )


def department(row: dict[str, Any]) -> Department:
    """Return a department; the vendor gives the root the parent 0."""
    parent = text(row.get("parentid"))
    return Department(
        department_id=DepartmentId(text(row.get("id"))),
        name=text(row.get("name")),
        parent_id=DepartmentId(parent) if parent not in ("", "0") else None,
        leaders=cast("tuple[StaffId, ...]", texts(row.get("department_leader"))),
        raw=row,
    )
