"""Members (客户) and their ids."""

from privcrm.provider import Effect, Paging
from privcrm_wecom.endpoints.row import ANY, DELEGATED, OF_ADDRESS, SELF_BUILT, SELF_BUILT_CONTACT, row

MEMBER_IDS = row(
    "externalcontact_list",
    "externalcontact/list",
    92113,
    method="GET",
    used_by=("members.ids",),
    answers=("external_userid",),
)
MEMBER_GET = row(
    "externalcontact_get",
    "externalcontact/get",
    92114,
    method="GET",
    used_by=("members.get",),
    paging=Paging.CURSOR,
    answers=("external_contact",),
)
MEMBERS_OF_STAFF = row(
    "batch_get_by_user",
    "externalcontact/batch/get_by_user",
    92994,
    used_by=("members.list",),
    paging=Paging.CURSOR,
    batch={"userid_list": 100},
    answers=("external_contact_list",),
)
REMARK = row(
    "remark",
    "externalcontact/remark",
    92115,
    used_by=("members.edit_remark",),
    effect=Effect.WRITE,
    record=("userid", "external_userid"),
    ids={"staff": ("userid",)},
)
SERVED_CONTACTS = row(
    "contact_list",
    "externalcontact/contact_list",
    99434,
    role=SELF_BUILT_CONTACT,
    used_by=("members.served",),
    paging=Paging.CURSOR,
    answers=("info_list",),
)
UNIONID = row(
    "unionid_to_external_userid",
    "idconvert/unionid_to_external_userid",
    97108,
    role=DELEGATED,
    used_by=("members.id_of_unionid",),
    limits=(
        "calls_per_minute",
        "unionid_per_hour",
        "unionid_per_day",
        "unionid_per_month",
        "calls_in_flight",
        *OF_ADDRESS,
    ),
    answers=("external_userid", "pending_id"),
)
PENDING_IDS = row(
    "idconvert_external_userid_to_pending_id",
    "idconvert/batch/external_userid_to_pending_id",
    97108,
    role=DELEGATED,
    used_by=("members.convert",),
    batch={"external_userid": 100},
    answers=("result",),
)
TEMPORARY_IDS = row(
    "idconvert_convert_tmp_external_userid",
    "idconvert/convert_tmp_external_userid",
    98729,
    role=ANY,
    used_by=("members.convert",),
    batch={"tmp_external_userid_list": 100},
    answers=("results",),
)
FROM_SERVICE = row(
    "from_service_external_userid",
    "externalcontact/from_service_external_userid",
    95884,
    role=SELF_BUILT,
    used_by=("members.convert",),
    answers=("external_userid",),
)
TO_SERVICE = row(
    "to_service_external_userid",
    "externalcontact/to_service_external_userid",
    95195,
    role=DELEGATED,
    used_by=("members.convert",),
    answers=("external_userid",),
)
NEW_IDS = row(
    "get_new_external_userid",
    "externalcontact/get_new_external_userid",
    97107,
    role=DELEGATED,
    used_by=("members.convert",),
    batch={"external_userid_list": 1000},
    answers=("items",),
)
MEMBER_OPENID = row(
    "convert_to_openid", "externalcontact/convert_to_openid", 92323, used_by=("members.convert",), answers=("openid",)
)

ROWS = (
    MEMBER_IDS,
    MEMBER_GET,
    MEMBERS_OF_STAFF,
    REMARK,
    SERVED_CONTACTS,
    UNIONID,
    PENDING_IDS,
    TEMPORARY_IDS,
    FROM_SERVICE,
    TO_SERVICE,
    NEW_IDS,
    MEMBER_OPENID,
)
