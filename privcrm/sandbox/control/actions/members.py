"""What members and employees do to each other."""

from typing import Any

import attrs

from privcrm.sandbox.control.actions.doing import Doing, action
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.wecom.welcomes import added
from privcrm.sandbox.world import EndedBy, Staff, Way
from privcrm.sandbox.world.happenings import ArchivingAgreed, NotesEdited, RelationEnded

_CROWD = 10_000


@action
def member_adds_staff(doing: Doing) -> dict[str, Any]:
    """A member adds an employee: userid, external_userid (else a new person), way, state; answers a welcome_code.

    It is empty for people from other companies and where the employee's welcome stands in the console.
    """
    return _adds(doing, doing.member_or_newcomer(), doing.staff(), doing.at)


def _adds(doing: Doing, member: int, staff: Staff, at: int) -> dict[str, Any]:
    try:
        way = Way(doing.text("way", "scan"))
    except ValueError as error:
        raise BadRequest(str(error)) from None
    channel = doing.text("state", "")
    follow = doing.company.world.adds(member, staff.number, at=at, way=way, channel=channel)
    code = added(doing.company, follow, at=at)
    return {"userid": staff.staff_id, "external_userid": doing.company.ids.member(member), "welcome_code": code}


@action
def crowd_adds_staff(doing: Doing) -> dict[str, Any]:
    """As many new people add an employee in one second: userid, count (100), way, state; answers external_userids."""
    staff, world, at = doing.staff(), doing.company.world, doing.at
    made = [_adds(doing, world.newcomer(), staff, at) for _ in range(doing.count("count", 100, _CROWD))]
    return {"userid": staff.staff_id, "external_userids": [each["external_userid"] for each in made]}


@action
def member_deletes_staff(doing: Doing) -> dict[str, Any]:
    """A member deletes an employee; the company goes on seeing the relation: userid, external_userid."""
    _ends(doing, EndedBy.MEMBER)
    return {}


@action
def staff_deletes_member(doing: Doing) -> dict[str, Any]:
    """An employee deletes a member: userid, external_userid."""
    _ends(doing, EndedBy.STAFF)
    return {}


def _ends(doing: Doing, by: EndedBy) -> None:
    staff, member = doing.staff().number, doing.member()
    doing.company.world.deletes(member, staff, by, at=doing.at)
    doing.tell(RelationEnded(at=doing.at, staff=staff, member=member, by=by))


@action
def staff_edits_member(doing: Doing) -> dict[str, Any]:
    """An employee edits what he notes: userid, external_userid, any of remark, description, add_tag, remove_tag."""
    world, staff, member = doing.company.world, doing.staff().number, doing.member()
    follow = world.follows.get(staff, member)
    if follow is None or not follow.holds:
        raise BadRequest("there is no such relation")
    notes: dict[str, Any] = {name: doing.text(name) for name in ("remark", "description") if name in doing.params}
    world.follows.put(attrs.evolve(follow, **notes))
    doing.marks(staff, member)
    doing.tell(NotesEdited(at=doing.at, staff=staff, member=member))
    return {}


@action
def member_agrees_to_archiving(doing: Doing) -> dict[str, Any]:
    """A member agrees that the talk with an employee is kept: userid, external_userid."""
    staff, member = doing.staff().number, doing.member()
    doing.tell(ArchivingAgreed(at=doing.at, staff=staff, member=member))
    return {}
