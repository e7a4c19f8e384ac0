"""Tags and their groups."""

from typing import Any

from privcrm.models import StrategyId, Tag, TagGroup, TagGroupId, TagId
from privcrm_wecom.convert.values import flag, number, rows, text


def tag_group(row: dict[str, Any]) -> TagGroup:
    """Return a group of tags with its tags."""
    group_id = TagGroupId(text(row.get("group_id")))
    name = text(row.get("group_name"))
    strategy_id = text(row.get("strategy_id"))
    return TagGroup(
        group_id=group_id,
        name=name,
        tags=tuple(_tag(tag, group_id, name) for tag in rows(row.get("tag"))),
        order=number(row.get("order")) or 0,
        created_at=number(row.get("create_time")),
        deleted=flag(row.get("deleted")),
        raw=row,
        strategy_id=StrategyId(strategy_id) if strategy_id else None,
    )


def _tag(row: dict[str, Any], group_id: TagGroupId, group_name: str) -> Tag:
    return Tag(
        tag_id=TagId(text(row.get("id"))),
        name=text(row.get("name")),
        group_id=group_id,
        group_name=group_name,
        order=number(row.get("order")) or 0,
        created_at=number(row.get("create_time")),
        deleted=flag(row.get("deleted")),
        raw=row,
    )
