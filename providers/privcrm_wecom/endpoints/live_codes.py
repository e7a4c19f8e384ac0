"""Contact codes (联系我) and group codes (加入群聊)."""

from privcrm.provider import Effect, Paging, Repeat
from privcrm_wecom.endpoints.row import row

CONTACT_CODE_ADD = row(
    "add_contact_way",
    "externalcontact/add_contact_way",
    92228,
    used_by=("live_codes.create_contact_code",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    answers=("config_id",),
    ids={"staff": ("user",), "departments": ("party",)},
)
CONTACT_CODE_GET = row(
    "get_contact_way",
    "externalcontact/get_contact_way",
    92228,
    used_by=("live_codes.get_contact_code", "live_codes.settle_contact_code", "live_codes.update_contact_code"),
    answers=("contact_way",),
)
CONTACT_CODE_LIST = row(
    "list_contact_way",
    "externalcontact/list_contact_way",
    92228,
    used_by=("live_codes.contact_codes", "live_codes.settle_contact_code"),
    paging=Paging.CURSOR,
    answers=("contact_way",),
)
CONTACT_CODE_UPDATE = row(
    "update_contact_way",
    "externalcontact/update_contact_way",
    92228,
    used_by=("live_codes.update_contact_code",),
    effect=Effect.WRITE,
    ids={"codes": ("config_id",), "staff": ("user",), "departments": ("party",)},
)
CONTACT_CODE_DELETE = row(
    "del_contact_way",
    "externalcontact/del_contact_way",
    92228,
    used_by=("live_codes.delete_contact_code",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    ids={"codes": ("config_id",)},
)
TEMPORARY_CHAT_CLOSE = row(
    "close_temp_chat",
    "externalcontact/close_temp_chat",
    92228,
    used_by=("live_codes.end_temporary_chat",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    ids={"staff": ("userid",)},
)
GROUP_CODE_ADD = row(
    "add_join_way",
    "externalcontact/groupchat/add_join_way",
    92229,
    used_by=("live_codes.create_group_code",),
    effect=Effect.WRITE,
    repeat=Repeat.NEVER,
    batch={"chat_id_list": 5},
    answers=("config_id",),
    ids={"groups": ("chat_id_list",)},
)
GROUP_CODE_GET = row(
    "get_join_way",
    "externalcontact/groupchat/get_join_way",
    92229,
    used_by=("live_codes.get_group_code", "live_codes.update_group_code"),
    answers=("join_way",),
)
GROUP_CODE_UPDATE = row(
    "update_join_way",
    "externalcontact/groupchat/update_join_way",
    92229,
    used_by=("live_codes.update_group_code",),
    effect=Effect.WRITE,
    batch={"chat_id_list": 5},
    ids={"codes": ("config_id",), "groups": ("chat_id_list",)},
)
GROUP_CODE_DELETE = row(
    "del_join_way",
    "externalcontact/groupchat/del_join_way",
    92229,
    used_by=("live_codes.delete_group_code",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    ids={"codes": ("config_id",)},
)

ROWS = (
    CONTACT_CODE_ADD,
    CONTACT_CODE_GET,
    CONTACT_CODE_LIST,
    CONTACT_CODE_UPDATE,
    CONTACT_CODE_DELETE,
    TEMPORARY_CHAT_CLOSE,
    GROUP_CODE_ADD,
    GROUP_CODE_GET,
    GROUP_CODE_UPDATE,
    GROUP_CODE_DELETE,
)
