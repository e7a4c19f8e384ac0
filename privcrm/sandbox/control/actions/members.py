"""What members and employees do to each other."""

from typing import Any

from privcrm.sandbox.control.actions.doing import Doing, action
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.wecom.welcomes import welcome_code
from privcrm.sandbox.world import EndedBy, Way


@action
def member_adds_staff(doing: Doing) -> dict[str, Any]:
    """A member adds an employee: userid, external_userid (else a new person), way, state; answers a welcome_code.

    It is empty for people from other companies and where the employee's welcome stands in the console.
    """
    member, staff = doing.member_or_newcomer(), doing.staff()
    try:
        way = Way(doing.text("way", "scan"))
    except ValueError as error:
        raise BadRequest(str(error)) from None
    channel = doing.text("state", "")
    follow = doing.company.world.adds(member, staff.number, at=doing.at, way=way, channel=channel)
    code = welcome_code(doing.company, follow, at=doing.at)
    return {"userid": staff.staff_id, "external_userid": doing.company.ids.member(member), "welcome_code": code}


@action
def member_deletes_staff(doing: Doing) -> dict[str, Any]:
    """A member deletes an employee; the company goes on seeing the relation: userid, external_userid."""
    doing.company.world.deletes(doing.member(), doing.staff().number, EndedBy.MEMBER, at=doing.at)
    return {}


@action
def staff_deletes_member(doing: Doing) -> dict[str, Any]:
    """An employee deletes a member: userid, external_userid."""
    doing.company.world.deletes(doing.member(), doing.staff().number, EndedBy.STAFF, at=doing.at)
    return {}


@action
def staff_resigns(doing: Doing) -> dict[str, Any]:
    """An employee leaves the company; members and groups wait for an heir: userid."""
    doing.company.world.resigns(doing.staff().number, at=doing.at)
    return {}
