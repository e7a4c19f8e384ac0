"""What happens to groups."""

from typing import Any

import attrs

from privcrm.sandbox.control.actions.doing import Doing, action
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.world import JoinedBy

_CROWD = 500


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
    doing.tell_group(None, group.number)
    return {"chat_id": doing.company.ids.group.encode(group.number)}


@action
def staff_dismisses_group(doing: Doing) -> dict[str, Any]:
    """The owner dismisses a group: chat_id."""
    group = doing.group()
    doing.company.world.groups.change(attrs.evolve(group, dismissed_at=doing.at))
    doing.tell_group(group, group.number)
    return {}


@action
def group_changes(doing: Doing) -> dict[str, Any]:
    """A group changes: chat_id and any of name, notice, owner (userid), joins (external_userid or "new")."""
    world, group = doing.company.world, doing.group()
    changes: dict[str, Any] = {key: doing.text(key) for key in ("name", "notice") if key in doing.params}
    if "owner" in doing.params:
        changes["owner"] = doing.staff("owner").number
    world.groups.change(attrs.evolve(group, **changes))
    doing.tell_group(group, group.number)
    if "joins" not in doing.params:
        return {}
    member = world.newcomer() if doing.text("joins") == "new" else doing.member("joins")
    before = world.groups[group.number]
    world.joins(group.number, member, at=doing.at, most=doing.company.rules.group_people_limit)
    doing.tell_group(before, group.number)
    return {"external_userid": doing.company.ids.member(member)}


@action
def staff_invites_to_group(doing: Doing) -> dict[str, Any]:
    """Somebody in a group invites members at once: chat_id, external_userids or count (new people)."""
    world, before = doing.company.world, doing.group()
    members = [doing.member_called(text) for text in doing.texts("external_userids")]
    members = members or [world.newcomer() for _ in range(doing.count("count", 1, _CROWD))]
    if len(before.people) + len(members) > doing.company.rules.group_people_limit:
        raise BadRequest("more people than a group takes")
    for member in members:
        world.joins(before.number, member, at=doing.at, how=JoinedBy.INVITATION)
    doing.tell_group(before, before.number)
    return {"external_userids": [doing.company.ids.member(member) for member in members]}


@action
def staff_removes_from_group(doing: Doing) -> dict[str, Any]:
    """The owner or an administrator of a group removes members at once: chat_id, external_userids."""
    world, before = doing.company.world, doing.group()
    members = [doing.member_called(text) for text in doing.texts("external_userids")]
    if not members or not all(before.holds(member) for member in members):
        raise BadRequest("external_userids names somebody who is not in the group, or nobody")
    for member in dict.fromkeys(members):
        world.leaves(before.number, member, at=doing.at)
    doing.tell_group(before, before.number, removed=True)
    return {}


@action
def member_leaves_group(doing: Doing) -> dict[str, Any]:
    """A member leaves a group: chat_id, external_userid."""
    group = doing.group()
    doing.company.world.leaves(group.number, doing.member(), at=doing.at)
    doing.tell_group(group, group.number)
    return {}
