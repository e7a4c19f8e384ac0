"""What happens to groups."""

from typing import Any

import attrs

from privcrm.sandbox.control.actions.doing import Doing, action
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.world import JoinedBy


@action
def staff_creates_group(doing: Doing) -> dict[str, Any]:
    """An employee makes a customer group: userid, name, external_userids (who is invited)."""
    world = doing.company.world
    members = [doing.member_called(text) for text in doing.texts("external_userids")]
    if len(members) >= doing.company.rules.group_people_limit:
        raise BadRequest("more people than a group takes")
    group = world.groups.add(doing.text("name", ""), doing.staff().number, doing.at)
    for member in members:
        world.joins(group.number, member, at=doing.at, how=JoinedBy.INVITATION)
    return {"chat_id": doing.company.ids.group.encode(group.number)}


@action
def staff_dismisses_group(doing: Doing) -> dict[str, Any]:
    """The owner dismisses a group: chat_id."""
    doing.company.world.groups.change(attrs.evolve(doing.group(), dismissed_at=doing.at))
    return {}


@action
def group_changes(doing: Doing) -> dict[str, Any]:
    """A group changes: chat_id and any of name, notice, owner (userid), joins (external_userid or "new")."""
    world = doing.company.world
    changes: dict[str, Any] = {key: doing.text(key) for key in ("name", "notice") if key in doing.params}
    if "owner" in doing.params:
        changes["owner"] = doing.staff("owner").number
    group = attrs.evolve(doing.group(), **changes)
    world.groups.change(group)
    if "joins" not in doing.params:
        return {}
    member = world.newcomer() if doing.text("joins") == "new" else doing.member("joins")
    world.joins(group.number, member, at=doing.at, most=doing.company.rules.group_people_limit)
    return {"external_userid": doing.company.ids.member(member)}


@action
def member_leaves_group(doing: Doing) -> dict[str, Any]:
    """A member leaves a group: chat_id, external_userid."""
    doing.company.world.leaves(doing.group().number, doing.member(), at=doing.at)
    return {}
