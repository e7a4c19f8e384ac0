"""The words of the field as frozen values: no vendor, no input or output.

Every model that was read from a vendor keeps the untouched answer in ``raw``, so a field the model does not name is
never lost. Personal data (names, phones, remarks) never shows in a ``repr``.
"""

from privcrm.models.group import Group, GroupMember, GroupSummary, JoinScene, OwnerState
from privcrm.models.ids import (
    CompanyId,
    DepartmentId,
    GroupId,
    MemberId,
    StaffId,
    TagGroupId,
    TagId,
    staff_key,
)
from privcrm.models.member import Follow, Member, MemberKind, MemberTag, RemarkChange
from privcrm.models.paging import CursorRepeated, Page, Pages
from privcrm.models.staff import Department, Staff, StaffState
from privcrm.models.tag import Tag, TagChange, TagGroup

__all__ = [
    "CompanyId",
    "CursorRepeated",
    "Department",
    "DepartmentId",
    "Follow",
    "Group",
    "GroupId",
    "GroupMember",
    "GroupSummary",
    "JoinScene",
    "Member",
    "MemberId",
    "MemberKind",
    "MemberTag",
    "OwnerState",
    "Page",
    "Pages",
    "RemarkChange",
    "Staff",
    "StaffId",
    "StaffState",
    "Tag",
    "TagChange",
    "TagGroup",
    "TagGroupId",
    "TagId",
    "staff_key",
]
