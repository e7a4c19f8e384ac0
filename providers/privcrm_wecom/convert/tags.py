"""Tags and their groups."""

from typing import Any

from privcrm.models import Tag, TagGroup, TagGroupId, TagId
from privcrm_wecom.convert.values import number, rows, text


def tag_group(row: dict[str, Any]) -> TagGroup:
    """Return a group of tags with its tags."""
    group_id = TagGroupId(text(row.get("group_id")))
    name = text(row.get("group_name"))
    return TagGroup(
        group_id=group_id,
        name=name,
        tags=tuple(_tag(tag, group_id, name) for tag in rows(row.get("tag"))),
        order=number(row.get("order")) or 0,
        created_at=number(row.get("create_time")),
        deleted=row.get("deleted") is True,
        raw=row,
    )


def _tag(row: dict[str, Any], group_id: TagGroupId, group_name: str) -> Tag:
    return Tag(
        tag_id=TagId(text(row.get("id"))),
        name=text(row.get("name")),
        group_id=group_id,
        group_name=group_name,
        order=number(row.get("order")) or 0,
        created_at=number(row.get("create_time")),
        deleted=row.get("deleted") is True,
        raw=row,
    )
