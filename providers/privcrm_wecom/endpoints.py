"""The endpoints of WeCom that this adapter knows, one row each.

Roles: ``customer_contact`` for apps listed under 客户联系 → API → 可调用接口的应用; ``directory`` for the secret of
管理工具 → 通讯录同步; ``any`` for every app, with data limited to its visible range (可见范围).
"""

import re
from collections.abc import Mapping

from privcrm.errors import InputError
from privcrm.provider import Effect, Endpoint, Paging, Repeat

_DOC = "https://developer.work.weixin.qq.com/document/path/"
_CUSTOMERS = "customer_contact"
_OF_ADDRESS = ("calls_per_minute_per_address", "calls_per_hour_per_address")
_USUAL = ("calls_per_minute", "calls_per_hour", "calls_in_flight", *_OF_ADDRESS)
_RELATION = ("userid", "external_userid")
_OF_STAFF = {"staff": ("userid",)}
_PATH = re.compile(r"/?[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def _row(
    name: str,
    method: str,
    path: str,
    role: str,
    doc: int,
    *,
    effect: Effect = Effect.READ,
    repeat: Repeat = Repeat.SAFE,
    paging: Paging = Paging.NONE,
    batch: Mapping[str, int] | None = None,
    limits: tuple[str, ...] = _USUAL,
    record: tuple[str, ...] = (),
    answers: tuple[str, ...] = (),
    ids: Mapping[str, tuple[str, ...]] | None = None,
) -> Endpoint:
    return Endpoint(
        name,
        method,
        f"/cgi-bin/{path}",
        role,
        effect,
        repeat,
        f"{_DOC}{doc}",
        paging,
        batch or {},
        limits,
        record,
        answers,
        ids or {},
    )


GETTOKEN = _row("gettoken", "GET", "gettoken", "", 91039, answers=("access_token",))
GET_API_DOMAIN_IP = _row("get_api_domain_ip", "GET", "get_api_domain_ip", "any", 92520, answers=("ip_list",))
GETCALLBACKIP = _row("getcallbackip", "GET", "getcallbackip", "any", 92521, answers=("ip_list",))
AGENT_GET = _row("agent_get", "GET", "agent/get", "any", 90227, answers=("agentid",))

USER_GET = _row("user_get", "GET", "user/get", "any", 90196, answers=("userid",))
USER_SIMPLELIST = _row("user_simplelist", "GET", "user/simplelist", "any", 90200, answers=("userlist",))
USER_LIST = _row("user_list", "GET", "user/list", "any", 90201, answers=("userlist",))
USER_LIST_ID = _row(
    "user_list_id", "POST", "user/list_id", "directory", 96067, paging=Paging.CURSOR, answers=("dept_user",)
)
DEPARTMENT_LIST = _row("department_list", "GET", "department/list", "any", 90208, answers=("department",))
DEPARTMENT_SIMPLELIST = _row(
    "department_simplelist", "GET", "department/simplelist", "any", 95350, answers=("department_id",)
)
DEPARTMENT_GET = _row("department_get", "GET", "department/get", "any", 95351, answers=("department",))

FOLLOW_USERS = _row(
    "get_follow_user_list", "GET", "externalcontact/get_follow_user_list", _CUSTOMERS, 92571, answers=("follow_user",)
)
MEMBER_IDS = _row(
    "externalcontact_list", "GET", "externalcontact/list", _CUSTOMERS, 92113, answers=("external_userid",)
)
MEMBER_GET = _row(
    "externalcontact_get",
    "GET",
    "externalcontact/get",
    _CUSTOMERS,
    92114,
    paging=Paging.CURSOR,
    answers=("external_contact",),
)
MEMBERS_OF_STAFF = _row(
    "batch_get_by_user",
    "POST",
    "externalcontact/batch/get_by_user",
    _CUSTOMERS,
    92994,
    paging=Paging.CURSOR,
    batch={"userid_list": 100},
    answers=("external_contact_list",),
)
REMARK = _row(
    "remark", "POST", "externalcontact/remark", _CUSTOMERS, 92115, effect=Effect.WRITE, record=_RELATION, ids=_OF_STAFF
)
UNIONID = _row(
    "unionid_to_external_userid",
    "POST",
    "idconvert/unionid_to_external_userid",
    _CUSTOMERS,
    97108,
    limits=(
        "calls_per_minute",
        "unionid_per_hour",
        "unionid_per_day",
        "unionid_per_month",
        "calls_in_flight",
        *_OF_ADDRESS,
    ),
    answers=("external_userid",),
)

TAG_LIST = _row(
    "get_corp_tag_list", "POST", "externalcontact/get_corp_tag_list", _CUSTOMERS, 92117, answers=("tag_group",)
)
TAG_ADD = _row(
    "add_corp_tag",
    "POST",
    "externalcontact/add_corp_tag",
    _CUSTOMERS,
    92117,
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
    answers=("tag_group",),
)
TAG_EDIT = _row("edit_corp_tag", "POST", "externalcontact/edit_corp_tag", _CUSTOMERS, 92117, effect=Effect.WRITE)
TAG_DELETE = _row(
    "del_corp_tag",
    "POST",
    "externalcontact/del_corp_tag",
    _CUSTOMERS,
    92117,
    effect=Effect.WRITE,
    repeat=Repeat.AFTER_LOOKUP,
)
TAG_MARK = _row(
    "mark_tag",
    "POST",
    "externalcontact/mark_tag",
    _CUSTOMERS,
    92118,
    effect=Effect.WRITE,
    record=_RELATION,
    ids=_OF_STAFF,
)

GROUP_LIST = _row(
    "groupchat_list",
    "POST",
    "externalcontact/groupchat/list",
    _CUSTOMERS,
    92120,
    paging=Paging.CURSOR,
    batch={"owner_filter.userid_list": 100},
    answers=("group_chat_list",),
)
GROUP_GET = _row("groupchat_get", "POST", "externalcontact/groupchat/get", _CUSTOMERS, 92122, answers=("group_chat",))

ENDPOINTS: tuple[Endpoint, ...] = (
    GETTOKEN,
    GET_API_DOMAIN_IP,
    GETCALLBACKIP,
    AGENT_GET,
    USER_GET,
    USER_SIMPLELIST,
    USER_LIST,
    USER_LIST_ID,
    DEPARTMENT_LIST,
    DEPARTMENT_SIMPLELIST,
    DEPARTMENT_GET,
    FOLLOW_USERS,
    MEMBER_IDS,
    MEMBER_GET,
    MEMBERS_OF_STAFF,
    REMARK,
    UNIONID,
    TAG_LIST,
    TAG_ADD,
    TAG_EDIT,
    TAG_DELETE,
    TAG_MARK,
    GROUP_LIST,
    GROUP_GET,
)


def _retired(path: str, successor: str) -> Endpoint:
    path = f"/cgi-bin/externalcontact/{path}"
    return Endpoint(
        path.rpartition("/")[2], "POST", path, _CUSTOMERS, Effect.WRITE, Repeat.NEVER, "", replaced_by=successor
    )


RETIRED: tuple[Endpoint, ...] = (
    _retired(
        "transfer", "externalcontact/transfer_customer, or externalcontact/resigned/transfer_customer for leavers"
    ),
    _retired("get_transfer_result", "externalcontact/transfer_result or externalcontact/resigned/transfer_result"),
    _retired("get_group_msg_result", "externalcontact/get_groupmsg_send_result"),
    _retired("unionid_to_external_userid", "idconvert/unionid_to_external_userid"),
)

_BY_NAME = {row.name: row for row in ENDPOINTS} | {row.path: row for row in (*ENDPOINTS, *RETIRED)}


def find(name_or_path: str, method: str = "POST") -> Endpoint:
    """Return a row by name or path.

    What is no plain path, and a method other than GET and POST, raise ``InputError``. A path without a row becomes one
    that is not known, is never repeated and counts as a write: some of WeCom's GET calls delete. Its role follows from
    the path where that is plain.
    """
    if name_or_path in _BY_NAME:
        return _BY_NAME[name_or_path]
    # Another spelling of a path, or parameters inside it, would pass by whatever is asked about the call.
    if not _PATH.fullmatch(name_or_path):
        raise InputError("an endpoint is a name or a plain path, such as externalcontact/list; parameters go beside it")
    if method.upper() not in ("GET", "POST"):
        raise InputError("WeCom takes GET and POST only")
    path = "/cgi-bin/" + name_or_path.removeprefix("/").removeprefix("cgi-bin/")
    return _BY_NAME.get(path) or _unknown(path, method.upper())


def _unknown(path: str, method: str) -> Endpoint:
    name = path.removeprefix("/cgi-bin/")
    area = name.partition("/")[0]
    role = _CUSTOMERS if area == "externalcontact" else "messages" if area in ("message", "appchat") else "any"
    return Endpoint(name, method, path, role, Effect.WRITE, Repeat.NEVER, "", limits=_USUAL, known=False)
