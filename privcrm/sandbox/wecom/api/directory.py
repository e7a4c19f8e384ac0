"""Reading employees and departments.

Pages 90196, 90200, 90201, 96067, 90208, 95350, 95351 of developer.work.weixin.qq.com/document/path/.
"""

from collections.abc import Iterator
from typing import Any

from privcrm.sandbox.wecom.apps import Role
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.cursors import seal, unseal
from privcrm.sandbox.wecom.endpoint import CURSOR, EMPTY_PARAMETER, USERID_MISSING, Access, general
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.world import Department, Staff, StaffState

_LEADER = "店长"
_STATUS = {StaffState.ACTIVE: 1, StaffState.WITHOUT_CUSTOMER_CONTACT: 1, StaffState.DISABLED: 2, StaffState.LEFT: 5}


def _refuse_details(call: Call) -> None:
    """Refuse names to the contact-sync app where the company's rules say so (48009)."""
    if Role.CONTACT_SYNC in call.app.roles and call.company.rules.directory_reads_details == "refused":
        raise Refusal(48009)


def _brief(staff: Staff) -> dict[str, Any]:
    return {"userid": staff.staff_id, "name": staff.name, "department": [staff.department]}


def _detail(staff: Staff) -> dict[str, Any]:
    """Describe an employee without the fields withheld from apps made after 2022-06-20."""
    return {
        **_brief(staff),
        "order": [0],
        "position": staff.position,
        "gender": "0",
        "is_leader_in_dept": [int(staff.position == _LEADER)],
        "direct_leader": [],
        "telephone": "",
        "alias": "",
        "status": _STATUS[staff.state],
        "main_department": staff.department,
        "extattr": {"attrs": []},
        "external_position": staff.position,
    }


def user_get(call: Call) -> dict[str, Any]:
    """Describe one employee."""
    _refuse_details(call)
    staff = call.world.staff.find(call.args["userid"])
    if staff is None or staff.state is StaffState.LEFT:
        raise Refusal(60111)
    if not call.company.sees(call.app, staff):
        raise Refusal(60011)
    return _detail(staff)


def _in_department(call: Call) -> Iterator[Staff]:
    number: int = call.args["department_id"]
    _department(call, number)
    wanted = call.world.staff.subtree(number) if call.args.get("fetch_child") else {number}
    return (staff for staff in call.company.employees_seen(call.app) if staff.department in wanted)


def user_simplelist(call: Call) -> dict[str, Any]:
    """List a department's employees by name."""
    return {"userlist": [_brief(staff) for staff in _in_department(call)]}


def user_list(call: Call) -> dict[str, Any]:
    """List a department's employees with details."""
    _refuse_details(call)
    return {"userlist": [_detail(staff) for staff in _in_department(call)]}


def user_list_id(call: Call) -> dict[str, Any]:
    """List ids of all employees, page by page."""
    limit: int = call.args.get("limit", 10_000)
    (after,) = unseal(call.args.get("cursor", ""), ["list_id"], (-1,))
    rest = [staff for staff in call.company.employees_seen(call.app) if staff.number > after]
    page = rest[:limit]
    return {
        "next_cursor": seal(["list_id"], [page[-1].number]) if len(rest) > limit else "",
        "dept_user": [{"userid": staff.staff_id, "department": staff.department} for staff in page],
    }


def _department(call: Call, number: int) -> Department:
    department = next((d for d in call.world.staff.departments if d.number == number), None)
    if department is None:
        raise Refusal(60003)
    if number not in call.company.departments_seen(call.app):
        raise Refusal(60011)
    return department


def _departments(call: Call) -> list[Department]:
    root: int | None = call.args.get("id")
    wanted = call.company.departments_seen(call.app)
    if root is not None:
        _department(call, root)
        wanted &= call.world.staff.subtree(root)
    return [department for department in call.world.staff.departments if department.number in wanted]


def _node(department: Department) -> dict[str, Any]:
    return {"id": department.number, "parentid": department.parent, "order": 100_000_000 - department.number}


def department_list(call: Call) -> dict[str, Any]:
    """List departments with names and leaders."""
    _refuse_details(call)
    leaders = _leaders(call)
    return {"department": [_named_node(department, leaders) for department in _departments(call)]}


def department_get(call: Call) -> dict[str, Any]:
    """Describe one department."""
    _refuse_details(call)
    return {"department": _named_node(_department(call, call.args["id"]), _leaders(call))}


def _leaders(call: Call) -> dict[int, list[str]]:
    leaders: dict[int, list[str]] = {}
    for staff in call.company.employees_seen(call.app):
        if staff.position == _LEADER:
            leaders.setdefault(staff.department, []).append(staff.staff_id)
    return leaders


def _named_node(department: Department, leaders: dict[int, list[str]]) -> dict[str, Any]:
    leader = leaders.get(department.number, [])
    return {**_node(department), "name": department.name, "name_en": "", "department_leader": leader}


def department_simplelist(call: Call) -> dict[str, Any]:
    """List ids of departments. The array itself is named department_id."""
    return {"department_id": [_node(department) for department in _departments(call)]}


_IN_DEPARTMENT = (Field("department_id", int, EMPTY_PARAMETER), Field("fetch_child", int))

ENDPOINTS = (
    general("user/get", user_get, Field("userid", str, USERID_MISSING), method="GET"),
    general("user/simplelist", user_simplelist, *_IN_DEPARTMENT, method="GET", empty="userlist"),
    general("user/list", user_list, *_IN_DEPARTMENT, method="GET", empty="userlist"),
    general("department/get", department_get, Field("id", int, EMPTY_PARAMETER), method="GET"),
    general("department/list", department_list, Field("id", int), method="GET", empty="department"),
    general("department/simplelist", department_simplelist, Field("id", int), method="GET", empty="department_id"),
    general(
        "user/list_id",
        user_list_id,
        CURSOR,
        Field("limit", int, at_least=1, at_most=10_000),
        access=Access.CONTACT_SYNC,
        empty="dept_user",
    ),
)
