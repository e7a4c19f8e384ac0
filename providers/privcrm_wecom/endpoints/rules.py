"""Intercept rules (聊天敏感词)."""

from privcrm.provider import Effect, Repeat
from privcrm_wecom.endpoints.row import row

RULE_ADD = row(
    "add_intercept_rule",
    "externalcontact/add_intercept_rule",
    95097,
    used_by=("rules.create",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"word_list": 300, "applicable_range.user_list": 1000, "applicable_range.department_list": 1000},
    answers=("rule_id",),
    ids={"staff": ("applicable_range.user_list",), "departments": ("applicable_range.department_list",)},
)
RULE_LIST = row(
    "get_intercept_rule_list",
    "externalcontact/get_intercept_rule_list",
    95097,
    method="GET",
    used_by=("rules.list",),
    answers=("rule_list",),
)
RULE_GET = row(
    "get_intercept_rule",
    "externalcontact/get_intercept_rule",
    95097,
    used_by=("rules.get", "rules.update"),
    answers=("rule",),
)
RULE_UPDATE = row(
    "update_intercept_rule",
    "externalcontact/update_intercept_rule",
    95097,
    used_by=("rules.update",),
    effect=Effect.WRITE,
    batch={
        "word_list": 300,
        "add_applicable_range.user_list": 1000,
        "add_applicable_range.department_list": 1000,
        "remove_applicable_range.user_list": 1000,
        "remove_applicable_range.department_list": 1000,
    },
)
RULE_DELETE = row(
    "del_intercept_rule",
    "externalcontact/del_intercept_rule",
    95097,
    used_by=("rules.delete",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)

ROWS = (
    RULE_ADD,
    RULE_LIST,
    RULE_GET,
    RULE_UPDATE,
    RULE_DELETE,
)
