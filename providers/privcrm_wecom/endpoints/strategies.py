"""Strategies (规则组): who administers whom, for members and for moments."""

from privcrm.provider import Effect, Paging, Repeat
from privcrm_wecom.endpoints.row import ONE_AT_A_TIME, row

MEMBER_STRATEGY_LIST = row(
    "customer_strategy_list",
    "externalcontact/customer_strategy/list",
    94883,
    used_by=("members.strategies",),
    paging=Paging.CURSOR,
    answers=("strategy",),
)
MEMBER_STRATEGY_GET = row(
    "customer_strategy_get",
    "externalcontact/customer_strategy/get",
    94883,
    used_by=("members.strategy",),
    answers=("strategy",),
)
MEMBER_STRATEGY_RANGE = row(
    "customer_strategy_get_range",
    "externalcontact/customer_strategy/get_range",
    94883,
    used_by=("members.strategy_range",),
    paging=Paging.CURSOR,
    answers=("range",),
)
MEMBER_STRATEGY_ADD = row(
    "customer_strategy_create",
    "externalcontact/customer_strategy/create",
    94883,
    used_by=("members.create_strategy",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"admin_list": 20, "range": 100},
    limits=ONE_AT_A_TIME,
    answers=("strategy_id",),
)
MEMBER_STRATEGY_EDIT = row(
    "customer_strategy_edit",
    "externalcontact/customer_strategy/edit",
    94883,
    used_by=("members.edit_strategy",),
    effect=Effect.WRITE,
    batch={"admin_list": 20, "range_add": 100, "range_del": 100},
    limits=ONE_AT_A_TIME,
)
MEMBER_STRATEGY_DELETE = row(
    "customer_strategy_del",
    "externalcontact/customer_strategy/del",
    94883,
    used_by=("members.delete_strategy",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)
MOMENT_STRATEGY_LIST = row(
    "moment_strategy_list",
    "externalcontact/moment_strategy/list",
    94890,
    used_by=("moments.strategies",),
    paging=Paging.CURSOR,
    answers=("strategy",),
)
MOMENT_STRATEGY_GET = row(
    "moment_strategy_get",
    "externalcontact/moment_strategy/get",
    94890,
    used_by=("moments.strategy",),
    answers=("strategy",),
)
MOMENT_STRATEGY_RANGE = row(
    "moment_strategy_get_range",
    "externalcontact/moment_strategy/get_range",
    94890,
    used_by=("moments.strategy_range",),
    paging=Paging.CURSOR,
    answers=("range",),
)
MOMENT_STRATEGY_ADD = row(
    "moment_strategy_create",
    "externalcontact/moment_strategy/create",
    94890,
    used_by=("moments.create_strategy",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"admin_list": 20, "range": 100},
    limits=ONE_AT_A_TIME,
    answers=("strategy_id",),
)
MOMENT_STRATEGY_EDIT = row(
    "moment_strategy_edit",
    "externalcontact/moment_strategy/edit",
    94890,
    used_by=("moments.edit_strategy",),
    effect=Effect.WRITE,
    batch={"admin_list": 20, "range_add": 100, "range_del": 100},
    limits=ONE_AT_A_TIME,
)
MOMENT_STRATEGY_DELETE = row(
    "moment_strategy_del",
    "externalcontact/moment_strategy/del",
    94890,
    used_by=("moments.delete_strategy",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)

ROWS = (
    MEMBER_STRATEGY_LIST,
    MEMBER_STRATEGY_GET,
    MEMBER_STRATEGY_RANGE,
    MEMBER_STRATEGY_ADD,
    MEMBER_STRATEGY_EDIT,
    MEMBER_STRATEGY_DELETE,
    MOMENT_STRATEGY_LIST,
    MOMENT_STRATEGY_GET,
    MOMENT_STRATEGY_RANGE,
    MOMENT_STRATEGY_ADD,
    MOMENT_STRATEGY_EDIT,
    MOMENT_STRATEGY_DELETE,
)
