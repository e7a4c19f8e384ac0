"""Groups."""

from typing import Any

from privcrm.sandbox.control.paging import Query, page
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Group


def _group_row(company: Company, group: Group) -> dict[str, Any]:
    world, ids = company.world, company.ids
    return {
        "chat_id": ids.group.encode(group.number),
        "opengid": ids.open_group.encode(group.number),
        "name": group.name,
        "owner": world.staff[group.owner].staff_id,
        "create_time": group.created_at,
        "dismissed_at": group.dismissed_at,
        "notice": group.notice,
        "userid": [world.staff[m.number].staff_id for m in group.people if m.is_staff],
        "external_userid": [ids.member(m.number) for m in group.people if not m.is_staff],
        "states": {ids.member(m.number): m.channel for m in group.people if m.channel},
    }


def groups(company: Company, query: Query) -> dict[str, Any]:
    """List groups, dismissed ones included, with who is in them."""
    world = company.world
    return page(
        query,
        lambda after: (world.groups[number] for number in range(after + 1, len(world.groups))),
        place=lambda group: group.number,
        row=lambda group: _group_row(company, group),
        count=len(world.groups),
    )
