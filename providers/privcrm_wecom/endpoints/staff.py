"""Employees and departments (通讯录)."""

from privcrm.provider import Paging
from privcrm_wecom.endpoints.row import ANY, DIRECTORY, SELF_BUILT, row

USER_GET = row("user_get", "user/get", 90196, method="GET", role=ANY, used_by=("staff.get",), answers=("userid",))
USER_SIMPLELIST = row("user_simplelist", "user/simplelist", 90200, method="GET", role=ANY, answers=("userlist",))
USER_LIST = row(
    "user_list",
    "user/list",
    90201,
    method="GET",
    role=ANY,
    used_by=("staff.list", "groups.list_all"),
    answers=("userlist",),
)
USER_LIST_ID = row(
    "user_list_id",
    "user/list_id",
    96067,
    role=DIRECTORY,
    used_by=("staff.ids",),
    paging=Paging.CURSOR,
    answers=("dept_user",),
)
USER_OF_PHONE = row(
    "user_getuserid", "user/getuserid", 95402, role=ANY, used_by=("staff.id_of_phone",), answers=("userid",)
)
USER_OF_MAIL = row(
    "user_get_userid_by_email",
    "user/get_userid_by_email",
    95895,
    role=ANY,
    used_by=("staff.id_of_mail",),
    answers=("userid",),
)
USER_OPENID = row(
    "user_convert_to_openid", "user/convert_to_openid", 90202, role=ANY, used_by=("staff.convert",), answers=("openid",)
)
USER_OF_OPENID = row(
    "user_convert_to_userid", "user/convert_to_userid", 90202, role=ANY, used_by=("staff.convert",), answers=("userid",)
)
DEPARTMENT_LIST = row(
    "department_list",
    "department/list",
    90208,
    method="GET",
    role=ANY,
    used_by=("staff.departments",),
    answers=("department",),
)
DEPARTMENT_SIMPLELIST = row(
    "department_simplelist",
    "department/simplelist",
    95350,
    method="GET",
    role=ANY,
    used_by=("staff.list", "groups.list_all"),
    answers=("department_id",),
)
DEPARTMENT_GET = row(
    "department_get",
    "department/get",
    95351,
    method="GET",
    role=ANY,
    used_by=("staff.department",),
    answers=("department",),
)
FOLLOW_USERS = row(
    "get_follow_user_list",
    "externalcontact/get_follow_user_list",
    92571,
    method="GET",
    used_by=("staff.serving", "groups.list_all"),
    answers=("follow_user",),
)
OPEN_USERIDS = row(
    "batch_openuserid_to_userid",
    "batch/openuserid_to_userid",
    95884,
    role=SELF_BUILT,
    used_by=("staff.convert",),
    batch={"open_userid_list": 1000},
    answers=("userid_list",),
)

ROWS = (
    USER_GET,
    USER_SIMPLELIST,
    USER_LIST,
    USER_LIST_ID,
    USER_OF_PHONE,
    USER_OF_MAIL,
    USER_OPENID,
    USER_OF_OPENID,
    DEPARTMENT_LIST,
    DEPARTMENT_SIMPLELIST,
    DEPARTMENT_GET,
    FOLLOW_USERS,
    OPEN_USERIDS,
)
