"""Tags."""

from typing import Any

from privcrm.sandbox.control.paging import Query, page
from privcrm.sandbox.wecom.company import Company
from privcrm.sandbox.world import Tag


def _tag_row(company: Company, tag: Tag) -> dict[str, Any]:
    group = company.world.tags.group(tag.group)
    app = next((app for app in company.apps if app.maker == tag.maker), None)
    return {
        "tag_id": company.ids.tag.encode(tag.number),
        "name": tag.name,
        "group_id": company.ids.tag.encode(tag.group),
        "group_name": group.name if group else "",
        "strategy_id": group.strategy if group else None,
        "order": tag.order,
        "made_by": tag.maker,
        "agent_id": app.agent_id if app else None,
        "deleted": tag.deleted,
    }


def tags(company: Company, query: Query) -> dict[str, Any]:
    """List tags, deleted ones included, with who made them."""
    library = company.world.tags
    return page(
        query,
        lambda after: (tag for tag in library.tags(deleted=True) if tag.number > after),
        place=lambda tag: tag.number,
        row=lambda tag: _tag_row(company, tag),
        count=sum(1 for _ in library.tags(deleted=True)),
    )
