"""What administrators do in the console, and a second system of the same company."""

from typing import Any

from privcrm.sandbox.control.actions.doing import Doing, action, deed
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, Tag, TagGroup


def _library_change(doing: Doing, maker: str) -> dict[str, Any]:
    if "id" not in doing.params:
        return _new_tag(doing, maker)
    library, number = doing.company.world.tags, doing.number(doing.company.ids.tag, doing.text("id"))
    thing: Tag | TagGroup | None = library.tag(number) or library.group(number)
    if thing is None or thing.deleted:
        raise BadRequest("id names no living tag or group")
    if doing.params.get("delete"):
        (library.delete_tag if isinstance(thing, Tag) else library.delete_group)(number)
    else:
        library.rename(number, doing.text("name"), None)
    return {}


def _new_tag(doing: Doing, maker: str) -> dict[str, Any]:
    library, codec = doing.company.world.tags, doing.company.ids.tag
    group_name = doing.text("group_name")
    group = library.group_named(group_name) or library.add_group(group_name, order=0, at=doing.at, maker=maker)
    tag = library.add_tag(group.number, doing.text("name"), order=0, at=doing.at, maker=maker)
    return {"group_id": codec.encode(group.number), "tag_id": codec.encode(tag.number)}


@action
def admin_edits_tag(doing: Doing) -> dict[str, Any]:
    """An administrator edits tags: id with name (rename) or delete=true, or group_name and name (a new one)."""
    return _library_change(doing, CONSOLE)


@deed("tag")
def other_system_edits_tag(doing: Doing) -> dict[str, Any]:
    """Edit tags as admin_edits_tag does; new ones belong to the second system."""
    return _library_change(doing, OTHER_PROGRAM)


@deed("mark")
def other_system_marks(doing: Doing) -> dict[str, Any]:
    """Put tags on a member and take others off: userid, external_userid, add_tag, remove_tag."""
    staff, member, follows = doing.staff().number, doing.member(), doing.company.world.follows
    if not follows.holds(staff, member):
        raise BadRequest("there is no such relation")
    add, remove = ({doing.number(doing.company.ids.tag, t) for t in doing.texts(k)} for k in ("add_tag", "remove_tag"))
    follows.set_tags(staff, member, (set(follows.tags(staff, member)) - remove) | add)
    return {}
