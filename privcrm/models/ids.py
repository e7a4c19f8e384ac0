"""Ids are text that only the vendor understands; staff ids compare without case, all others exactly."""

from typing import NewType

CompanyId = NewType("CompanyId", str)
StaffId = NewType("StaffId", str)
MemberId = NewType("MemberId", str)
DepartmentId = NewType("DepartmentId", str)
TagId = NewType("TagId", str)
TagGroupId = NewType("TagGroupId", str)
GroupId = NewType("GroupId", str)
CodeId = NewType("CodeId", str)
MomentId = NewType("MomentId", str)
MessageId = NewType("MessageId", str)
TemplateId = NewType("TemplateId", str)
ChatId = NewType("ChatId", str)
RuleId = NewType("RuleId", str)
ProductId = NewType("ProductId", str)
LinkId = NewType("LinkId", str)
StrategyId = NewType("StrategyId", str)


def staff_key(staff_id: str) -> str:
    """Return the form of a staff id under which it is compared and stored: vendors ignore its case."""
    return staff_id.lower()
