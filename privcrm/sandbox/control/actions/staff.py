"""What happens to employees and their accounts, and what they do in apps."""

from typing import Any

import attrs

from privcrm.sandbox.control.actions.doing import Doing, action
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.jsonio import is_list, is_object
from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.callbacks.events.apps import anything, opened, written
from privcrm.sandbox.wecom.callbacks.events.audience import has_app
from privcrm.sandbox.world import Staff, StaffState
from privcrm.sandbox.world.happenings import StaffChanged

_LARGEST_AGENT = 2**31
_MARKS = ("verified", "blocked", "dormant")
_ACCOUNT_STATES = (StaffState.ACTIVE, StaffState.DISABLED, StaffState.WITHOUT_CUSTOMER_CONTACT)


def _changed(doing: Doing, before: Staff | None, number: int) -> None:
    doing.tell(StaffChanged(at=doing.at, before=before, after=doing.company.world.staff[number]))


@action
def staff_joins(doing: Doing) -> dict[str, Any]:
    """A new employee begins: userid, name, department (a number)."""
    book, department = doing.company.world.staff, _department(doing)
    if book.find(doing.text("userid")) is not None:
        raise BadRequest("userid is taken")
    made = book.hire(doing.text("userid"), doing.text("name", doing.text("userid")), department)
    _changed(doing, None, made.number)
    return {"userid": made.staff_id}


@action
def staff_resigns(doing: Doing) -> dict[str, Any]:
    """An employee leaves the company; members and groups wait for an heir: userid."""
    staff = doing.staff()
    doing.company.world.resigns(staff.number, at=doing.at)
    _changed(doing, staff, staff.number)
    return {}


@action
def staff_account_changes(doing: Doing) -> dict[str, Any]:
    """An account changes: userid; state, verified, blocked, dormant (no login for a year), department, new_userid."""
    staff, book = doing.staff(), doing.company.world.staff
    changes: dict[str, Any] = {name: doing.params[name] for name in _MARKS if name in doing.params}
    if not all(isinstance(value, bool) for value in changes.values()):
        raise BadRequest(f"{', '.join(_MARKS)} are true or false")
    state = doing.text("state", staff.state.value)
    if state not in {allowed.value for allowed in _ACCOUNT_STATES}:
        raise BadRequest(f"state is one of {', '.join(allowed.value for allowed in _ACCOUNT_STATES)}")
    new_id = doing.text("new_userid", staff.staff_id)
    if book.find(new_id) not in (None, staff):
        raise BadRequest("new_userid is taken")
    if "department" in doing.params:
        changes["department"] = _department(doing)
    book.change(attrs.evolve(staff, state=StaffState(state), staff_id=new_id, **changes))
    _changed(doing, staff, staff.number)
    return {}


def _app(doing: Doing, staff: Staff | None = None) -> App:
    """Return the app named, if the employee sees it."""
    app = doing.company.app(doing.count("agent_id", 0, _LARGEST_AGENT))
    if app is None or (staff is not None and not has_app(doing.company, app, staff)):
        raise BadRequest("agent_id names no app, or none that the employee sees")
    return app


@action
def staff_writes_to_app(doing: Doing) -> dict[str, Any]:
    """An employee writes to an app: userid, agent_id, text; a passive reply stands in `reply` of the delivery."""
    staff, text = doing.staff(), doing.text("text")
    app = _app(doing, staff)
    doing.simulation.callbacks.tell([written(app, staff, text, doing.company.next_message_id(), doing.at)])
    return {}


@action
def staff_opens_app(doing: Doing) -> dict[str, Any]:
    """An employee opens an app: userid, agent_id."""
    staff = doing.staff()
    doing.simulation.callbacks.tell([opened(_app(doing, staff), staff, doing.at)])
    return {}


def _can_be_told(value: Any) -> bool:
    if is_object(value):
        return all(_can_be_told(each) for each in value.values())
    return all(_can_be_told(each) for each in value) if is_list(value) else isinstance(value, (str, int))


@action
def vendor_tells(doing: Doing) -> dict[str, Any]:
    """Anything is told to an app: agent_id, elements (Event, ChangeType and more: texts, numbers, lists, objects)."""
    elements: Any = doing.params.get("elements")
    if not is_object(elements) or not isinstance(elements.get("Event"), str) or not _can_be_told(elements):
        raise BadRequest("elements is an object with an Event, of texts, whole numbers, lists and objects")
    doing.simulation.callbacks.tell([anything(_app(doing), elements, doing.at)])
    return {}


def _department(doing: Doing) -> int:
    number = doing.params.get("department")
    if number not in {each.number for each in doing.company.world.staff.departments}:
        raise BadRequest("department is the number of one")
    return int(number)
