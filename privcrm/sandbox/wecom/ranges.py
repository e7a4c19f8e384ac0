"""Employees and departments as parameters: {user_list, department_list}, all in the app's visible range."""

import attrs

from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field, read_object


@attrs.frozen
class Range:
    """Employees and departments by number."""

    staff: tuple[int, ...]
    departments: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is named."""
        return not self.staff and not self.departments


def read_range(call: Call, given: object, *, most: int, too_many: int) -> Range:
    """Return whom an object names; more than *most* of either are refused, and so is who is not there or not seen."""
    fields = (
        Field("user_list", list, at_most=most, too_long=too_many),
        Field("department_list", list, items=int, at_most=most, too_long=too_many),
    )
    lists = read_object(fields, given)
    staff = (call.staff(userid).number for userid in lists.get("user_list") or ())
    departments = (_department(call, int(number)) for number in lists.get("department_list") or ())
    return Range(tuple(dict.fromkeys(staff)), tuple(dict.fromkeys(departments)))


def _department(call: Call, number: int) -> int:
    if number not in {department.number for department in call.world.staff.departments}:
        raise Refusal(60003)
    if number not in call.company.departments_seen(call.app):
        raise Refusal(60011)
    return number
