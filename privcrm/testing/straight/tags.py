"""The tag library."""

from collections.abc import Iterator, Sequence

from privcrm.models import Tag, TagGroup, TagGroupId, TagId
from privcrm.provider.capabilities import Capabilities
from privcrm.provider.ports import TagsPort
from privcrm.sandbox import world as simulated
from privcrm.sandbox.wecom.api.tags import larger_first
from privcrm.sandbox.wecom.company import Company

__all__ = ["StraightTags"]


class StraightTags(TagsPort):
    """Reads the library."""

    def __init__(self, provider: str, capabilities: Capabilities, company: Company) -> None:
        super().__init__(provider, capabilities)
        self._company = company

    def list(
        self, *, tag_ids: Sequence[str] | None = None, group_ids: Sequence[str] | None = None
    ) -> Iterator[TagGroup]:
        """Yield the groups of the company with their tags, in the order in which clients show them."""
        del tag_ids, group_ids  # for whoever reads it all
        return map(self._group, larger_first(self._company.world.tags.groups()))

    def _group(self, group: simulated.TagGroup) -> TagGroup:
        group_id = TagGroupId(self._company.ids.tag.encode(group.number))
        tags = tuple(
            Tag(
                TagId(self._company.ids.tag.encode(tag.number)),
                tag.name,
                group_id,
                group.name,
                tag.order,
                tag.created_at,
            )
            for tag in larger_first(self._company.world.tags.tags(group.number))
        )
        return TagGroup(group_id, group.name, tags, group.order, group.created_at)
