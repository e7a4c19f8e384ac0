"""Intercept rules."""

from typing import Any

from privcrm.models import DepartmentId, InterceptRule, InterceptRuleSpec, Pattern, RuleId, StaffId
from privcrm_wecom.convert.values import mapping, number, sequence, text, texts

_PATTERNS = {1: Pattern.PHONE_NUMBER, 2: Pattern.MAIL_ADDRESS, 3: Pattern.RED_PACKET}
_NUMBERS = {pattern: number for number, pattern in _PATTERNS.items()}
_BLOCK, _WARN = 1, 2


def listed_rule(row: dict[str, Any]) -> InterceptRule:
    """Return what a listing tells of a rule."""
    return InterceptRule(
        rule_id=RuleId(text(row.get("rule_id"))),
        name=text(row.get("rule_name")),
        created_at=number(row.get("create_time")),
        raw=row,
    )


def rule(row: dict[str, Any]) -> InterceptRule:
    """Return a rule whole."""
    covered = mapping(row.get("applicable_range"))
    spec = InterceptRuleSpec(
        name=text(row.get("rule_name")),
        words=texts(row.get("word_list")),
        blocks=number(row.get("intercept_type")) != _WARN,
        patterns=_patterns(row),
        staff_ids=tuple(map(StaffId, texts(covered.get("user_list")))),
        department_ids=tuple(map(DepartmentId, texts(covered.get("department_list")))),
    )
    return InterceptRule(RuleId(text(row.get("rule_id"))), spec.name, spec, number(row.get("create_time")), row)


def rule_fields(spec: InterceptRuleSpec) -> dict[str, Any]:
    """Return what making and changing a rule have in common."""
    return {
        "rule_name": spec.name,
        "word_list": [*spec.words],
        "intercept_type": _BLOCK if spec.blocks else _WARN,
    }


def semantics(spec: InterceptRuleSpec) -> list[int]:
    """Return the numbers of the patterns."""
    return [_NUMBERS[pattern] for pattern in spec.patterns]


def _patterns(row: dict[str, Any]) -> tuple[Pattern, ...]:
    """Read both places: the vendor's table and its example disagree about where they stand."""
    inner = mapping(row.get("extra_rule"))
    told = sequence(inner.get("semantics_list") if "semantics_list" in inner else row.get("semantics_list"))
    return tuple(_PATTERNS[each] for each in map(number, told) if each in _PATTERNS)
