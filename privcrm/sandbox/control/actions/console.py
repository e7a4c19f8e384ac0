"""What administrators do in the console, and a second system of the same company."""

from collections.abc import Iterator
from typing import Any

import attrs

from privcrm.sandbox.control.actions.acquisition import living_link
from privcrm.sandbox.control.actions.doing import Doing, action, deed
from privcrm.sandbox.control.paging import BadRequest
from privcrm.sandbox.world import CONSOLE, OTHER_PROGRAM, Tag, TagGroup
from privcrm.sandbox.world.happenings import DepartmentChanged, LinkDeleted, TagEdited, TagsReordered
from privcrm.sandbox.world.staff import ROOT, Department

_Edits = tuple[dict[str, Any], list[TagEdited]]
"""What an action answers, and what it did."""


def _library_change(doing: Doing, maker: str) -> _Edits:
    if "id" not in doing.params:
        return _new_tag(doing, maker)
    thing = _tag_or_group(doing)
    if doing.flag("delete"):
        return {}, list(_deleted(doing, thing))
    doing.company.world.tags.rename(thing.number, doing.text("name"), None)
    return {}, [TagEdited(at=doing.at, number=thing.number, is_group=isinstance(thing, TagGroup))]


def _tag_or_group(doing: Doing) -> Tag | TagGroup:
    library, number = doing.company.world.tags, doing.number(doing.company.ids.tag, doing.text("id"))
    thing = library.tag(number) or library.group(number)
    if thing is None or thing.deleted:
        raise BadRequest("id names no living tag or group")
    return thing


def _deleted(doing: Doing, thing: Tag | TagGroup) -> Iterator[TagEdited]:
    """Delete; with its last tag a group goes too."""
    library = doing.company.world.tags
    if isinstance(thing, TagGroup):
        library.delete_group(thing.number)
        yield TagEdited(at=doing.at, number=thing.number, is_group=True, deleted=True)
        return
    library.delete_tag(thing.number)
    yield TagEdited(at=doing.at, number=thing.number, is_group=False, deleted=True)
    group = library.group(thing.group)
    if group is not None and group.deleted:
        yield TagEdited(at=doing.at, number=group.number, is_group=True, deleted=True)


def _new_tag(doing: Doing, maker: str) -> _Edits:
    library, codec = doing.company.world.tags, doing.company.ids.tag
    group_name = doing.text("group_name")
    old = library.group_named(group_name)
    group = old or library.add_group(group_name, order=0, at=doing.at, maker=maker)
    tag = library.add_tag(group.number, doing.text("name"), order=0, at=doing.at, maker=maker)
    made = [TagEdited(at=doing.at, number=tag.number, is_group=False, made=True)]
    if old is None:
        made.insert(0, TagEdited(at=doing.at, number=group.number, is_group=True, made=True))
    return {"group_id": codec.encode(group.number), "tag_id": codec.encode(tag.number)}, made


@action
def admin_edits_tag(doing: Doing) -> dict[str, Any]:
    """An administrator edits tags: id with name (rename) or delete=true, or group_name and name (a new one)."""
    answer, edits = _library_change(doing, CONSOLE)
    for edit in edits:
        doing.tell(edit)
    return answer


@action
def admin_reorders_tags(doing: Doing) -> dict[str, Any]:
    """An administrator turns the order round: of the tags of a group (id), or of all groups."""
    library = doing.company.world.tags
    thing = _tag_or_group(doing) if "id" in doing.params else None
    if isinstance(thing, Tag):
        raise BadRequest("id names a tag, not a group")
    row: Iterator[Tag | TagGroup] = library.groups() if thing is None else library.tags(thing.number)
    for place, one in enumerate(sorted(row, key=lambda each: each.order, reverse=True)):
        library.rename(one.number, None, place)
    doing.tell(TagsReordered(at=doing.at, group=thing.number if thing else None))
    return {}


@action
def admin_deletes_link(doing: Doing) -> dict[str, Any]:
    """An administrator deletes an acquisition link by hand: link_id."""
    link = living_link(doing)
    doing.company.world.acquisition.put(attrs.evolve(link, deleted=True))
    doing.tell(LinkDeleted(at=doing.at, link=link))
    return {}


@action
def admin_edits_department(doing: Doing) -> dict[str, Any]:
    """An administrator makes a department: name, parent; or changes one: id, and name, parent or delete=true."""
    staff = doing.company.world.staff
    before = _department(doing, "id") if "id" in doing.params else None
    parent = _department(doing, "parent").number if "parent" in doing.params else before.parent if before else ROOT
    if before is not None and doing.flag("delete"):
        staff.drop_department(before.number)
        doing.tell(DepartmentChanged(at=doing.at, before=before, after=None))
        return {}
    number = before.number if before else max(each.number for each in staff.departments) + 1
    after = Department(number, doing.text("name", before.name if before else None), parent)
    staff.put_department(after)
    doing.tell(DepartmentChanged(at=doing.at, before=before, after=after))
    return {"id": number}


def _department(doing: Doing, name: str) -> Department:
    wanted = doing.params.get(name)
    found = next((each for each in doing.company.world.staff.departments if each.number == wanted), None)
    if found is None:
        raise BadRequest(f"{name} names no department")
    return found


@deed("tag")
def other_system_edits_tag(doing: Doing) -> dict[str, Any]:
    """Edit tags as admin_edits_tag does; new ones belong to the second system."""
    return _library_change(doing, OTHER_PROGRAM)[0]


@deed("mark")
def other_system_marks(doing: Doing) -> dict[str, Any]:
    """Put tags on a member and take others off: userid, external_userid, add_tag, remove_tag."""
    staff, member, follows = doing.staff().number, doing.member(), doing.company.world.follows
    if not follows.holds(staff, member):
        raise BadRequest("there is no such relation")
    doing.marks(staff, member)
    return {}
