"""Intercept rules (敏感词): words that employees may not write to members."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from privcrm.models.fields import checked
from privcrm.models.ids import DepartmentId, RuleId, StaffId


class Pattern(StrEnum):
    """What a rule recognises besides words."""

    PHONE_NUMBER = "phone_number"
    MAIL_ADDRESS = "mail_address"
    RED_PACKET = "red_packet"


@frozen(slots=False, field_transformer=checked)
class InterceptRuleSpec:
    """What a rule looks for, in whose messages, and whether it blocks or only warns."""

    name: str
    words: tuple[str, ...] = field(repr=False)
    blocks: bool = True
    patterns: tuple[Pattern, ...] = ()
    staff_ids: tuple[StaffId, ...] = ()
    department_ids: tuple[DepartmentId, ...] = ()


@frozen(slots=False)
class InterceptRule:
    """A rule as the vendor keeps it; ``spec`` is None where a listing tells the name only."""

    rule_id: RuleId
    name: str
    spec: InterceptRuleSpec | None = None
    created_at: int | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)
