"""Members of the private domain (客户) and the relations through which staff follow them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.fields import checked
from privcrm.models.ids import GroupId, MemberId, StaffId, TagId


class MemberKind(StrEnum):
    """Which client the person uses; ``UNKNOWN`` covers what a vendor may add."""

    CONSUMER = "consumer"
    ENTERPRISE = "enterprise"
    UNKNOWN = "unknown"


@frozen(slots=False)
class MemberTag:
    """A tag as it hangs on a relation.

    ``tag_id`` is that of a company tag, where the vendor tells it. A tag that staff made for themselves is
    ``personal``; one of a rule group (规则组标签) is ``of_rule_group`` and may share its names with a company tag.
    """

    name: str = ""
    group_name: str = ""
    tag_id: TagId | None = None
    personal: bool = False
    of_rule_group: bool = False

    @property
    def is_company_tag(self) -> bool:
        """Whether it stands in the company's tag library."""
        return not (self.personal or self.of_rule_group)


@frozen(slots=False)
class Follow:
    """The relation between one staff and one member.

    ``tag_ids`` are company tags only. ``tags`` names them where the vendor's answer does, and is empty where it
    does not (bulk reads). ``created_at`` is unix seconds. ``phones`` is None when the answer left them out.
    """

    staff_id: StaffId
    tag_ids: tuple[TagId, ...] = ()
    remark: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    created_at: int | None = None
    add_way: int | None = None
    state: str = ""
    operator_id: str = ""
    phones: tuple[str, ...] | None = field(default=None, repr=False)
    company: str = field(default="", repr=False)
    tags: tuple[MemberTag, ...] = field(default=(), repr=False)
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)

    @property
    def userid(self) -> StaffId:
        """The vendor's word for ``staff_id``."""
        return self.staff_id


@frozen(slots=False)
class Member:
    """A person outside the company.

    ``follows`` holds the relations that the answer carried: all of them for ``MembersPort.get``, exactly one for
    each entry of ``MembersPort.list``. ``is_customer`` is false for a person known only from groups.
    """

    member_id: MemberId
    name: str = field(default="", repr=False)
    kind: MemberKind = MemberKind.UNKNOWN
    gender: int = 0
    avatar: str = field(default="", repr=False)
    unionid: str | None = field(default=None, repr=False)
    corp_name: str = field(default="", repr=False)
    follows: tuple[Follow, ...] = ()
    is_customer: bool = True
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)

    @property
    def external_userid(self) -> MemberId:
        """The vendor's word for ``member_id``."""
        return self.member_id

    def followed_by(self, staff_id: str) -> Follow | None:
        """Return the relation with that staff, or None; staff ids compare without case."""
        wanted = staff_id.lower()
        return next((follow for follow in self.follows if follow.staff_id.lower() == wanted), None)


@frozen(slots=False)
class ServedContact:
    """A person whom an employee serves, a customer or not, by an own chat or in a group.

    ``temporary_id`` recognises the person inside one listing only. ``member_id`` is None for those who are not marked
    as customers, ``group_id`` for groups that are not; these have a name each. ``since`` is unix seconds.
    """

    temporary_id: str
    is_customer: bool = False
    member_id: MemberId | None = None
    name: str = field(default="", repr=False)
    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    group_name: str = field(default="", repr=False)
    since: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(slots=False, field_transformer=checked)
class RemarkChange:
    """What to change about a relation; None leaves a field alone, an empty value clears it."""

    staff_id: StaffId
    member_id: MemberId
    remark: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    company: str | None = field(default=None, repr=False)
    phones: tuple[str, ...] | None = field(default=None, repr=False)
