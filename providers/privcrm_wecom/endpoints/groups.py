"""Customer groups (客户群)."""

from privcrm.provider import Paging
from privcrm_wecom.endpoints.row import row

GROUP_LIST = row(
    "groupchat_list",
    "externalcontact/groupchat/list",
    92120,
    used_by=("groups.list", "groups.list_all"),
    paging=Paging.CURSOR,
    batch={"owner_filter.userid_list": 100},
    answers=("group_chat_list",),
)
GROUP_GET = row(
    "groupchat_get",
    "externalcontact/groupchat/get",
    92122,
    used_by=("groups.get", "handover.settle_groups"),
    answers=("group_chat",),
)
OPENGID = row(
    "opengid_to_chatid",
    "externalcontact/opengid_to_chatid",
    94822,
    used_by=("groups.id_of_opengid",),
    answers=("chat_id",),
)

ROWS = (
    GROUP_LIST,
    GROUP_GET,
    OPENGID,
)
