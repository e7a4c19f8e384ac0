"""What the simulated vendor answers: one row for each endpoint."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import attrs

from privcrm.sandbox.wecom import basics, contacts, directory, groups, tags
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.fields import Field

_EMPTY_PARAMETER = 40063
_USERID, _EXTERNAL_USERID = 41009, 41035
_LARGEST_ORDER = 2**32 - 1


class Access(Enum):
    """Whose token an endpoint takes."""

    NO_TOKEN = "no_token"  # noqa: S105 - a name
    ANY_APP = "any_app"
    CUSTOMER_CONTACT = "customer_contact"
    CONTACT_SYNC = "contact_sync"


@attrs.frozen
class Endpoint:
    """An endpoint as the vendor documents it."""

    path: str
    method: str
    access: Access
    handler: Callable[[Call], dict[str, Any]]
    fields: tuple[Field, ...] = ()
    empty: Mapping[str, Any] = attrs.Factory(dict[str, Any])
    """The collections that a refusal carries too."""
    without_body: int = 40058
    """The misleading code for a POST endpoint that was called with GET and so lost its body."""
    counts_flights: bool = False
    """Whether calls under way are bounded (45033) and two calls on one relation collide (45035)."""


def _directory(name: str, handler: Callable[[Call], dict[str, Any]], *fields: Field, empty: str = "") -> Endpoint:
    return Endpoint(f"/cgi-bin/{name}", "GET", Access.ANY_APP, handler, fields, {empty: []} if empty else {})


def _contact(
    name: str,
    method: str,
    handler: Callable[[Call], dict[str, Any]],
    *fields: Field,
    empty: Mapping[str, Any] | None = None,
    without_body: int = 40058,
    counts_flights: bool = False,
) -> Endpoint:
    path = f"/cgi-bin/externalcontact/{name}"
    access = Access.CUSTOMER_CONTACT
    return Endpoint(path, method, access, handler, fields, empty or {}, without_body, counts_flights)


_PAIR = (Field("userid", str, _USERID), Field("external_userid", str, _EXTERNAL_USERID))
_CURSOR = Field("cursor", str)
_ORDER = Field("order", int, at_least=0, at_most=_LARGEST_ORDER)
_TAG_LISTS = (Field("tag_id", list), Field("group_id", list))
_DEPARTMENT = (Field("department_id", int, _EMPTY_PARAMETER), Field("fetch_child", int))

_ROWS = (
    Endpoint(
        "/cgi-bin/gettoken",
        "GET",
        Access.NO_TOKEN,
        basics.gettoken,
        (Field("corpid", str, 41002), Field("corpsecret", str, 41004)),
    ),
    _directory("get_api_domain_ip", basics.addresses, empty="ip_list"),
    _directory("getcallbackip", basics.addresses, empty="ip_list"),
    _directory("agent/get", basics.agent_get, Field("agentid", int, 41011)),
    _directory("user/get", directory.user_get, Field("userid", str, _USERID)),
    _directory("user/simplelist", directory.user_simplelist, *_DEPARTMENT, empty="userlist"),
    _directory("user/list", directory.user_list, *_DEPARTMENT, empty="userlist"),
    _directory("department/get", directory.department_get, Field("id", int, _EMPTY_PARAMETER)),
    _directory("department/list", directory.department_list, Field("id", int), empty="department"),
    _directory("department/simplelist", directory.department_simplelist, Field("id", int), empty="department_id"),
    Endpoint(
        "/cgi-bin/user/list_id",
        "POST",
        Access.CONTACT_SYNC,
        directory.user_list_id,
        (_CURSOR, Field("limit", int, at_least=1, at_most=10_000)),
        {"dept_user": []},
    ),
    _contact("get_follow_user_list", "GET", contacts.get_follow_user_list, empty={"follow_user": []}),
    _contact("list", "GET", contacts.list_customers, Field("userid", str, _USERID), empty={"external_userid": []}),
    _contact("get", "GET", contacts.get_customer, Field("external_userid", str, _EXTERNAL_USERID), _CURSOR),
    _contact(
        "batch/get_by_user",
        "POST",
        contacts.batch_get_by_user,
        Field("userid_list", list, at_most=100),
        Field("userid", str),
        _CURSOR,
        Field("limit", int, at_least=0),
        empty={"external_contact_list": []},
    ),
    _contact(
        "remark",
        "POST",
        contacts.remark,
        *_PAIR,
        Field("remark", str, at_most=20),
        Field("description", str, at_most=150),
        Field("remark_company", str, at_most=20),
        Field("remark_mobiles", list),
        Field("remark_pic_mediaid", str),
        without_body=40003,
        counts_flights=True,
    ),
    Endpoint(
        "/cgi-bin/idconvert/unionid_to_external_userid",
        "POST",
        Access.CUSTOMER_CONTACT,
        contacts.convert_unionid,
        (Field("unionid", str, 40063), Field("openid", str, 40063), Field("subject_type", int)),
    ),
    _contact("unionid_to_external_userid", "POST", contacts.unionid_to_external_userid, Field("unionid", str, 40063)),
    _contact("get_corp_tag_list", "POST", tags.get_corp_tag_list, *_TAG_LISTS, empty={"tag_group": []}),
    _contact(
        "add_corp_tag",
        "POST",
        tags.add_corp_tag,
        Field("group_id", str),
        Field("group_name", str),
        _ORDER,
        Field("tag", list, _EMPTY_PARAMETER, items=dict),
    ),
    _contact("edit_corp_tag", "POST", tags.edit_corp_tag, Field("id", str, 41017), Field("name", str), _ORDER),
    _contact("del_corp_tag", "POST", tags.del_corp_tag, *_TAG_LISTS, without_body=_EMPTY_PARAMETER),
    _contact(
        "mark_tag",
        "POST",
        tags.mark_tag,
        *_PAIR,
        Field("add_tag", list),
        Field("remove_tag", list),
        without_body=40003,
        counts_flights=True,
    ),
    _contact(
        "groupchat/list",
        "POST",
        groups.groupchat_list,
        Field("status_filter", int, at_least=0, at_most=3),
        Field("owner_filter", dict),
        _CURSOR,
        Field("limit", int, 40058, at_least=1, at_most=1000),
        empty={"group_chat_list": []},
    ),
    _contact(
        "groupchat/get",
        "POST",
        groups.groupchat_get,
        Field("chat_id", str, 40050),
        Field("need_name", int),
        without_body=40050,
    ),
)
ENDPOINTS: Mapping[str, Endpoint] = {row.path: row for row in _ROWS}
