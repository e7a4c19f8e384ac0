"""One employee, many ids (developer.work.weixin.qq.com/document/path/95402, 95895, 90202, 95884)."""

from typing import Any

from privcrm.sandbox.wecom.api.customer_ids import source_app
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.endpoint import EMPTY_PARAMETER, USERID_MISSING, Access, general
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field
from privcrm.sandbox.wecom.quotas import day_of
from privcrm.sandbox.world import Staff, StaffState

_WORK_MAIL = 1


def _works_here(call: Call, staff: Staff | None) -> bool:
    return staff is not None and staff.state is not StaffState.LEFT and call.company.sees(call.app, staff)


def _looked_up(call: Call, what: str, staff: Staff | None) -> dict[str, Any]:
    """Answer a look-up; after too many failed ones all are refused for the rest of the day (45009)."""
    name, today, most = ("failed look-ups", what), day_of(call.now), call.company.rules.failed_lookups_per_day
    if call.company.quotas.used(name, today) >= most:
        raise Refusal(45009)
    if staff is None or not _works_here(call, staff):
        call.company.quotas.spend(name, today, most, 45009)
        raise Refusal(46004)
    return {"userid": staff.staff_id}


def getuserid(call: Call) -> dict[str, Any]:
    """Find an employee by mobile number."""
    return _looked_up(call, "mobile", call.world.staff.with_phone(call.args["mobile"]))


def get_userid_by_email(call: Call) -> dict[str, Any]:
    """Find an employee by mail address: that of the company, or his own."""
    email: str = call.args["email"].casefold()
    staff = call.world.staff.find(email.partition("@")[0])
    work = call.args.get("email_type", _WORK_MAIL) == _WORK_MAIL
    right = staff is not None and email == (staff.work_mail if work else staff.own_mail)
    return _looked_up(call, "email", staff if right else None)


def convert_to_openid(call: Call) -> dict[str, Any]:
    """Tell by which openid WeChat knows an employee; whoever never logs in with WeChat has none (43004)."""
    staff = call.world.staff.find(call.args["userid"])
    if staff is None or staff.state is StaffState.LEFT:
        raise Refusal(60111)
    if not call.company.sees(call.app, staff):
        raise Refusal(60011)
    if staff.dormant:
        raise Refusal(43004)
    return {"openid": call.company.scoped_ids.staff_openid.encode(staff.number)}


def _behind(call: Call, number: int | None) -> Staff | None:
    """Return the visible employee with this number."""
    staff = call.world.staff[number] if number is not None and 0 <= number < len(call.world.staff) else None
    return staff if _works_here(call, staff) else None


def convert_to_userid(call: Call) -> dict[str, Any]:
    """Find the employee behind an openid (40073)."""
    staff = _behind(call, call.company.scoped_ids.staff_openid.decode(call.args["openid"]))
    if staff is None:
        raise Refusal(40073)
    return {"userid": staff.staff_id}


def openuserid_to_userid(call: Call) -> dict[str, Any]:
    """Turn a provider's ids of employees into the company's."""
    source_app(call)
    codec = call.company.scoped_ids.open_staff
    found = {text: _behind(call, codec.decode(text)) for text in call.args["open_userid_list"]}
    return {
        "userid_list": [{"open_userid": text, "userid": staff.staff_id} for text, staff in found.items() if staff],
        "invalid_open_userid_list": [text for text, staff in found.items() if staff is None],
    }


ENDPOINTS = (
    general("user/getuserid", getuserid, Field("mobile", str, EMPTY_PARAMETER, at_least=5, at_most=32)),
    general(
        "user/get_userid_by_email",
        get_userid_by_email,
        Field("email", str, EMPTY_PARAMETER),
        Field("email_type", int, at_least=1, at_most=2),
    ),
    general("user/convert_to_openid", convert_to_openid, Field("userid", str, USERID_MISSING)),
    general("user/convert_to_userid", convert_to_userid, Field("openid", str, EMPTY_PARAMETER)),
    general(
        "batch/openuserid_to_userid",
        openuserid_to_userid,
        Field("open_userid_list", list, EMPTY_PARAMETER, at_most=1000),
        Field("source_agentid", int, 41011),
        access=Access.SELF_BUILT,
        empty="userid_list",
    ),
)
