"""Inheritance, on job (在职继承) and after leaving (离职继承)."""

from privcrm.provider import Effect, Paging, Repeat
from privcrm_wecom.endpoints.row import row

UNASSIGNED = row(
    "get_unassigned_list",
    "externalcontact/get_unassigned_list",
    92124,
    used_by=("handover.unassigned", "groups.list_all"),
    paging=Paging.CURSOR,
    answers=("info",),
)
MEMBERS_TRANSFER_ON_JOB = row(
    "transfer_customer",
    "externalcontact/transfer_customer",
    92125,
    used_by=("handover.transfer_members",),
    effect=Effect.REACHES_CUSTOMERS,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"external_userid": 100},
    answers=("customer",),
    ids={"staff": ("handover_userid", "takeover_userid")},
)
TRANSFER_RESULT_ON_JOB = row(
    "transfer_result",
    "externalcontact/transfer_result",
    94088,
    used_by=("handover.results", "handover.transfer_members", "handover.settle_members"),
    paging=Paging.CURSOR,
    answers=("customer",),
)
GROUPS_TRANSFER_ON_JOB = row(
    "groupchat_onjob_transfer",
    "externalcontact/groupchat/onjob_transfer",
    95703,
    used_by=("handover.transfer_groups",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"chat_id_list": 100},
    answers=("failed_chat_list",),
    ids={"groups": ("chat_id_list",), "staff": ("new_owner",)},
)
MEMBERS_TRANSFER_RESIGNED = row(
    "resigned_transfer_customer",
    "externalcontact/resigned/transfer_customer",
    94081,
    used_by=("handover.transfer_members",),
    effect=Effect.REACHES_CUSTOMERS,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"external_userid": 100},
    record=("handover_userid",),
    answers=("customer",),
    ids={"staff": ("handover_userid", "takeover_userid")},
)
TRANSFER_RESULT_RESIGNED = row(
    "resigned_transfer_result",
    "externalcontact/resigned/transfer_result",
    94082,
    used_by=("handover.results", "handover.transfer_members", "handover.settle_members"),
    paging=Paging.CURSOR,
    answers=("customer",),
)
GROUPS_TRANSFER_RESIGNED = row(
    "groupchat_transfer",
    "externalcontact/groupchat/transfer",
    92127,
    used_by=("handover.transfer_groups",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"chat_id_list": 100},
    answers=("failed_chat_list",),
    ids={"groups": ("chat_id_list",), "staff": ("new_owner",)},
)

ROWS = (
    UNASSIGNED,
    MEMBERS_TRANSFER_ON_JOB,
    TRANSFER_RESULT_ON_JOB,
    GROUPS_TRANSFER_ON_JOB,
    MEMBERS_TRANSFER_RESIGNED,
    TRANSFER_RESULT_RESIGNED,
    GROUPS_TRANSFER_RESIGNED,
)
