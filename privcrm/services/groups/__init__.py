"""What the company keeps of its customer groups beside what the vendor does.

Names are resolved on first use.
"""

from typing import TYPE_CHECKING

from privcrm._lazy import resolver

if TYPE_CHECKING:
    from privcrm.services.groups.tags import GroupTags
    from privcrm.store.mirror.group_tags import TaggedGroup
else:
    __getattr__ = resolver(__name__, {"tags": ("GroupTags", "TaggedGroup")})

__all__ = ["GroupTags", "TaggedGroup"]
