"""Endpoints that WeCom has replaced: refused by name, with the one that replaces them."""

from privcrm.provider import Effect, Endpoint, Repeat
from privcrm_wecom.endpoints.row import CUSTOMERS


def _retired(path: str, successor: str) -> Endpoint:
    path = f"/cgi-bin/{path}"
    return Endpoint(
        path.rpartition("/")[2], "POST", path, CUSTOMERS, Effect.WRITE, Repeat.NEVER, "", replaced_by=successor
    )


_RENAMED = {
    "get_external_contact_list": "externalcontact/list",
    "get_customer_contacts": "externalcontact/get_follow_user_list",
    "get_external_contact": "externalcontact/get",
    "add_contact_way": "externalcontact/add_contact_way",
    "get_contact_way": "externalcontact/get_contact_way",
    "update_contact_way": "externalcontact/update_contact_way",
    "del_contact_way": "externalcontact/del_contact_way",
    "add_msg_template": "externalcontact/add_msg_template",
    "get_group_msg_result": "externalcontact/get_groupmsg_send_result",
    "get_user_behavior_data": "externalcontact/get_user_behavior_data",
    "get_unassigned_list": "externalcontact/get_unassigned_list",
    "transfer_external_contact": "externalcontact/transfer_customer, or externalcontact/resigned/transfer_customer",
}

RETIRED = (
    _retired(
        "externalcontact/transfer",
        "externalcontact/transfer_customer, or externalcontact/resigned/transfer_customer for leavers",
    ),
    _retired(
        "externalcontact/get_transfer_result",
        "externalcontact/transfer_result or externalcontact/resigned/transfer_result",
    ),
    _retired("externalcontact/get_group_msg_result", "externalcontact/get_groupmsg_send_result"),
    _retired("externalcontact/unionid_to_external_userid", "idconvert/unionid_to_external_userid"),
    # The names of before 2019-05-23 (path/92109).
    *(_retired(f"crm/{name}", successor) for name, successor in _RENAMED.items()),
)
