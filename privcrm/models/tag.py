"""Company tags (企业标签), their groups, and changes to what hangs on a relation."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from privcrm.models.fields import checked
from privcrm.models.ids import MemberId, StaffId, StrategyId, TagGroupId, TagId


@frozen(slots=False)
class Tag:
    """A company tag; ``created_at`` is unix seconds, a larger ``order`` stands first."""

    tag_id: TagId
    name: str
    group_id: TagGroupId
    group_name: str = ""
    order: int = 0
    created_at: int | None = None
    deleted: bool = False
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False)
class TagGroup:
    """A group of tags; tag names are unique inside it, not across groups.

    ``strategy_id`` is set for the tags of a strategy (规则组标签), which are no company tags.
    """

    group_id: TagGroupId
    name: str
    tags: tuple[Tag, ...] = ()
    order: int = 0
    created_at: int | None = None
    deleted: bool = False
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
    strategy_id: StrategyId | None = None


@frozen(slots=False, field_transformer=checked)
class TagChange:
    """Tags to put on and take off one (staff, member) relation; sending it twice changes nothing more."""

    staff_id: StaffId
    member_id: MemberId
    add: tuple[TagId, ...] = ()
    remove: tuple[TagId, ...] = ()
