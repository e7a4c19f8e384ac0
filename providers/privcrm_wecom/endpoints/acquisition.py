"""Acquisition links (获客链接)."""

from privcrm.provider import Effect, Paging, Repeat
from privcrm_wecom.endpoints.row import ACQUISITION, DELEGATED, row

LINK_LIST = row(
    "customer_acquisition_list_link",
    "externalcontact/customer_acquisition/list_link",
    97297,
    role=ACQUISITION,
    used_by=("acquisition.list",),
    paging=Paging.CURSOR,
    answers=("link_id_list",),
)
LINK_GET = row(
    "customer_acquisition_get",
    "externalcontact/customer_acquisition/get",
    97297,
    role=ACQUISITION,
    used_by=("acquisition.get",),
    answers=("link",),
)
LINK_ADD = row(
    "customer_acquisition_create_link",
    "externalcontact/customer_acquisition/create_link",
    97297,
    role=ACQUISITION,
    used_by=("acquisition.create",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    batch={"range.user_list": 500, "priority_option.priority_userid_list": 1000},
    answers=("link",),
    ids={"staff": ("range.user_list",), "departments": ("range.department_list",)},
)
LINK_UPDATE = row(
    "customer_acquisition_update_link",
    "externalcontact/customer_acquisition/update_link",
    97297,
    role=ACQUISITION,
    used_by=("acquisition.update",),
    effect=Effect.WRITE,
    batch={"range.user_list": 500, "priority_option.priority_userid_list": 1000},
    ids={"codes": ("link_id",), "staff": ("range.user_list",), "departments": ("range.department_list",)},
)
LINK_DELETE = row(
    "customer_acquisition_delete_link",
    "externalcontact/customer_acquisition/delete_link",
    97297,
    role=ACQUISITION,
    used_by=("acquisition.delete",),
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    ids={"codes": ("link_id",)},
)
LINK_MEMBERS = row(
    "customer_acquisition_customer",
    "externalcontact/customer_acquisition/customer",
    97298,
    role=ACQUISITION,
    used_by=("acquisition.acquired",),
    paging=Paging.CURSOR,
    answers=("customer_list",),
)
LINK_QUOTA = row(
    "customer_acquisition_quota",
    "externalcontact/customer_acquisition_quota",
    97375,
    method="GET",
    role=ACQUISITION,
    used_by=("acquisition.quota",),
    answers=("balance",),
)
LINK_FIGURES = row(
    "customer_acquisition_statistic",
    "externalcontact/customer_acquisition/statistic",
    97375,
    role=ACQUISITION,
    used_by=("acquisition.figures",),
    answers=("click_link_customer_cnt",),
)
LINK_CHAT = row(
    "customer_acquisition_get_chat_info",
    "externalcontact/customer_acquisition/get_chat_info",
    100130,
    role=ACQUISITION,
    used_by=("acquisition.chat",),
    answers=("userid",),
)
LINK_PERMIT = row(
    "customer_acquisition_app_get_permit",
    "externalcontact/customer_acquisition_app/get_permit",
    0,
    method="GET",
    role=DELEGATED,
    used_by=("acquisition.permitted",),
    answers=("user_list",),
)

ROWS = (
    LINK_LIST,
    LINK_GET,
    LINK_ADD,
    LINK_UPDATE,
    LINK_DELETE,
    LINK_MEMBERS,
    LINK_QUOTA,
    LINK_FIGURES,
    LINK_CHAT,
    LINK_PERMIT,
)
