"""One customer, many ids (developer.work.weixin.qq.com/document/path/97108, 98729, 95884, 95195, 97107, 92323)."""

from typing import Any

from privcrm.sandbox.wecom.api.contacts import visible_followers
from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import EMPTY_PARAMETER, EXTERNAL_USERID_MISSING, Access, contact, general
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.quotas import day_of, hour_of, month_of
from privcrm.sandbox.world import Kind

_CUSTOMER = 1


def convert_unionid(call: Call) -> dict[str, Any]:
    """Find the customer behind a unionid; for anybody else the answer is an id that may become one later."""
    rules = call.company.rules
    periods = {
        hour_of(call.now): rules.unionids_per_hour,
        day_of(call.now): rules.unionids_per_day,
        month_of(call.now): rules.unionids_per_month,
    }
    if not call.company.quotas.take("unionids", periods):
        raise Refusal(45009)
    number = call.company.ids.union.decode(call.args["unionid"])
    if number is None:
        raise Refusal(610014)
    if call.world.is_person(number) and visible_followers(call, number):
        return {"external_userid": call.company.ids.member(number)}
    return {"pending_id": call.company.pending.issue(number, call.now)}


def unionid_to_external_userid(call: Call) -> dict[str, Any]:
    """Find the customer behind a unionid (a path that newer pages keep for providers only)."""
    number = call.company.ids.union.decode(call.args["unionid"])
    if number is None or not call.world.is_person(number):
        raise Refusal(610014)
    if not visible_followers(call, number):
        raise Refusal(84061)
    return {"external_userid": call.company.ids.member(number)}


def external_userid_to_pending_id(call: Call) -> dict[str, Any]:
    """Tell which customers had pending ids before; with chat_id only those in that group count."""
    inside = _people_of(call, call.args["chat_id"]) if call.args.get("chat_id") else None
    found: dict[str, str] = {}
    for text in call.args["external_userid"]:
        number = call.company.ids.member_number(text)
        if number is None or not (visible_followers(call, number) if inside is None else number in inside):
            continue
        pending = call.company.pending.find(number, call.now)
        if pending is not None:
            found[text] = pending
    return {"result": [{"external_userid": text, "pending_id": pending} for text, pending in found.items()]}


def _people_of(call: Call, chat_id: str) -> set[int]:
    number = call.company.ids.group.decode(chat_id)
    group = None if number is None else call.world.groups.find(number)
    if group is None:
        raise Refusal(40050)
    if not call.company.sees(call.app, call.world.staff[group.owner]):
        raise Refusal(60011)
    return {person.number for person in group.people if not person.is_staff}


def convert_tmp_external_userid(call: Call) -> dict[str, Any]:
    """Turn ids from meetings, forms and sheets into customers; the company has no partners to find (user_type 2-4)."""
    business: int = call.args["business_type"]
    codec = call.company.scoped_ids.temporary[business - 1]
    results: list[dict[str, str]] = []
    invalid: list[str] = []
    for text in call.args["tmp_external_userid_list"]:
        number = codec.decode(text) if call.args["user_type"] == _CUSTOMER else None
        if number is not None and call.world.is_person(number) and visible_followers(call, number):
            results.append({"tmp_external_userid": text, "external_userid": call.company.ids.member(number)})
        else:
            invalid.append(text)
    return {"results": results, "invalid_tmp_external_userid_list": invalid}


def source_app(call: Call) -> App:
    """Return the provider's app that source_agentid names: any app of the company but the caller (40056)."""
    app = call.company.app(call.args["source_agentid"])
    if app is None or app is call.app:
        raise Refusal(40056)
    return app


def from_service_external_userid(call: Call) -> dict[str, Any]:
    """Turn a provider's id of a customer into the company's; a follower has to be visible to both apps."""
    source = source_app(call)
    number = call.company.scoped_ids.service_number(call.args["external_userid"])
    if number is None:
        raise Refusal(40096)
    followers = (call.world.staff[follow.staff] for follow in visible_followers(call, number))
    if not any(call.company.sees(source, staff) for staff in followers):
        raise Refusal(84061)
    return {"external_userid": call.company.ids.member(number)}


def to_service_external_userid(call: Call) -> dict[str, Any]:
    """Turn the id that a provider-made app knows into the one of the provider's own app."""
    number = call.member(call.args["external_userid"])
    if not visible_followers(call, number):
        raise Refusal(84061)
    return {"external_userid": call.company.scoped_ids.service(number)}


def get_new_external_userid(call: Call) -> dict[str, Any]:
    """Turn the company's ids of customers into a provider's; unknown ones are left out."""
    numbers = {text: call.company.ids.member_number(text) for text in call.args["external_userid_list"]}
    return {
        "items": [
            {"external_userid": text, "new_external_userid": call.company.scoped_ids.service(number)}
            for text, number in numbers.items()
            if number is not None and visible_followers(call, number)
        ]
    }


def convert_to_openid(call: Call) -> dict[str, Any]:
    """Tell by which openid WeChat's payments know a customer; WeCom users have none (40096)."""
    number = call.member(call.args["external_userid"])
    if call.world.members.kind(number) is Kind.COLLEAGUE:
        raise Refusal(40096)
    if not visible_followers(call, number):
        raise Refusal(84061)
    return {"openid": call.company.scoped_ids.payer(number)}


_CUSTOMER_ID = Field("external_userid", str, EXTERNAL_USERID_MISSING)
_UNIONID = Field("unionid", str, EMPTY_PARAMETER)

ENDPOINTS = (
    general(
        "idconvert/unionid_to_external_userid",
        convert_unionid,
        _UNIONID,
        Field("openid", str, EMPTY_PARAMETER),
        Field("subject_type", int, at_least=0, at_most=1),
        access=Access.DELEGATED,
    ),
    general(
        "idconvert/batch/external_userid_to_pending_id",
        external_userid_to_pending_id,
        Field("external_userid", list, EXTERNAL_USERID_MISSING, at_most=100),
        Field("chat_id", str),
        access=Access.DELEGATED,
        empty="result",
    ),
    general(
        "idconvert/convert_tmp_external_userid",
        convert_tmp_external_userid,
        Field("business_type", int, EMPTY_PARAMETER, at_least=1, at_most=3),
        Field("user_type", int, EMPTY_PARAMETER, at_least=1, at_most=4),
        Field("tmp_external_userid_list", list, EMPTY_PARAMETER, at_most=100),
        empty="results",
    ),
    contact("unionid_to_external_userid", unionid_to_external_userid, _UNIONID),
    contact(
        "from_service_external_userid",
        from_service_external_userid,
        _CUSTOMER_ID,
        Field("source_agentid", int, 41011),
        access=Access.SELF_BUILT,
    ),
    contact("to_service_external_userid", to_service_external_userid, _CUSTOMER_ID, access=Access.DELEGATED),
    contact(
        "get_new_external_userid",
        get_new_external_userid,
        Field("external_userid_list", list, EXTERNAL_USERID_MISSING, at_most=1000),
        access=Access.DELEGATED,
        empty="items",
    ),
    contact("convert_to_openid", convert_to_openid, _CUSTOMER_ID),
)
