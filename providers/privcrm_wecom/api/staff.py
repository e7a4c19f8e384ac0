"""Employees and departments (通讯录).

https://developer.work.weixin.qq.com/document/path/90196, 90201, 90208, 95350, 95351, 96067 and 92571.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from privcrm.models import Department, DepartmentId, Page, Pages, Staff, StaffId, staff_key
from privcrm.provider.ports import StaffPort
from privcrm_wecom.api.area import Area
from privcrm_wecom.convert import staff as convert
from privcrm_wecom.convert import values
from privcrm_wecom.endpoints.staff import (
    DEPARTMENT_GET,
    DEPARTMENT_LIST,
    DEPARTMENT_SIMPLELIST,
    FOLLOW_USERS,
    USER_GET,
    USER_LIST,
    USER_LIST_ID,
)


class WeComStaff(Area, StaffPort):
    """Every app may read what lies in its visible range (可见范围); only ``ids`` needs the role ``directory``."""

    def get(self, staff_id: str) -> Staff:
        """Return one employee; phone and mail are withheld from apps made after 2022-06-20."""
        return convert.staff(self._client.call(USER_GET, {"userid": staff_id}))

    def list(self, department_id: str | None = None) -> Iterator[Staff]:
        """Yield employees, one call for each department: too large an answer is refused (45029)."""
        seen: set[str] = set()
        for row in self._department_rows(department_id):
            for found in self._in_department(values.text(row.get("id"))):
                if staff_key(found.staff_id) not in seen:
                    seen.add(staff_key(found.staff_id))
                    yield found

    def departments(self, root_id: str | None = None) -> Iterator[Department]:
        """Yield departments."""
        answer = self._client.call(DEPARTMENT_LIST, {"id": root_id})
        return map(convert.department, values.rows(answer.get("department")))

    def department(self, department_id: str) -> Department:
        """Return one department."""
        answer = self._client.call(DEPARTMENT_GET, {"id": department_id})
        return convert.department(values.mapping(answer.get("department")))

    def ids(self) -> Iterator[tuple[StaffId, DepartmentId]]:
        """Yield (staff, department) pairs; needs the role ``directory`` (通讯录同步)."""
        return iter(Pages(self._id_pairs))

    def serving(self) -> Iterator[StaffId]:
        """Yield employees with customer contact; needs the role ``customer_contact``."""
        answer = self._client.call(FOLLOW_USERS, {})
        return (StaffId(entry) for entry in values.texts(answer.get("follow_user")))

    def _department_rows(self, root_id: str | None) -> Iterable[dict[str, Any]]:
        # The light listing is what the vendor recommends; the array itself is called department_id.
        return values.rows(self._client.call(DEPARTMENT_SIMPLELIST, {"id": root_id}).get("department_id"))

    def _in_department(self, department_id: str) -> Iterator[Staff]:
        answer = self._client.call(USER_LIST, {"department_id": department_id})
        return map(convert.staff, values.rows(answer.get("userlist")))

    def _id_pairs(self, cursor: str) -> Page[tuple[StaffId, DepartmentId]]:
        params = {"limit": self._most("staff_id_page"), **({"cursor": cursor} if cursor else {})}
        answer = self._client.call(USER_LIST_ID, params)
        pairs = tuple(
            (StaffId(values.text(row.get("userid"))), DepartmentId(values.text(row.get("department"))))
            for row in values.rows(answer.get("dept_user"))
        )
        return Page(pairs, values.text(answer.get("next_cursor")))
