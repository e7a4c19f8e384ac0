"""Moments (客户朋友圈)."""

from privcrm.provider import Effect, Paging, Repeat
from privcrm_wecom.endpoints.row import OF_ADDRESS, row

MOMENT_ADD = row(
    "add_moment_task",
    "externalcontact/add_moment_task",
    95094,
    used_by=("moments.create",),
    effect=Effect.REACHES_CUSTOMERS,
    repeat=Repeat.AFTER_LOOKUP,
    limits=("moments_per_minute", "calls_per_hour", "moments_per_month", "calls_in_flight", *OF_ADDRESS),
    batch={"visible_range.sender_list.user_list": 100000},
    answers=("jobid",),
    ids={
        "staff": ("visible_range.sender_list.user_list",),
        "departments": ("visible_range.sender_list.department_list",),
    },
)
MOMENT_JOB = row(
    "get_moment_task_result",
    "externalcontact/get_moment_task_result",
    95094,
    method="GET",
    used_by=("moments.job",),
    answers=("status",),
)
MOMENT_CANCEL = row(
    "cancel_moment_task", "externalcontact/cancel_moment_task", 97612, used_by=("moments.cancel",), effect=Effect.WRITE
)
MOMENT_LIST = row(
    "get_moment_list",
    "externalcontact/get_moment_list",
    93333,
    used_by=("moments.list", "moments.settle"),
    paging=Paging.CURSOR,
    answers=("moment_list",),
)
MOMENT_TASKS = row(
    "get_moment_task",
    "externalcontact/get_moment_task",
    93333,
    used_by=("moments.tasks", "moments.settle"),
    paging=Paging.CURSOR,
    answers=("task_list",),
)
MOMENT_AUDIENCE = row(
    "get_moment_customer_list",
    "externalcontact/get_moment_customer_list",
    93333,
    used_by=("moments.audience",),
    paging=Paging.CURSOR,
    answers=("customer_list",),
)
MOMENT_VIEWERS = row(
    "get_moment_send_result",
    "externalcontact/get_moment_send_result",
    93333,
    used_by=("moments.viewers",),
    paging=Paging.CURSOR,
    answers=("customer_list",),
)
MOMENT_REACTIONS = row(
    "get_moment_comments",
    "externalcontact/get_moment_comments",
    93333,
    used_by=("moments.reactions",),
    answers=("comment_list",),
)

ROWS = (
    MOMENT_ADD,
    MOMENT_JOB,
    MOMENT_CANCEL,
    MOMENT_LIST,
    MOMENT_TASKS,
    MOMENT_AUDIENCE,
    MOMENT_VIEWERS,
    MOMENT_REACTIONS,
)
