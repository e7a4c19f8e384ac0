"""gettoken, the address lists and agent/get (developer.work.weixin.qq.com/document/path/91039, 92520, 92521, 90227)."""

from typing import Any

from privcrm.sandbox.wecom.apps import App
from privcrm.sandbox.wecom.company import Call, Company
from privcrm.sandbox.wecom.endpoint import Access, general
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.wecom.fields import Field

NOBODY = App(0, "", "", "")
"""A caller who shows no secret that opens anything."""


def app_with_secret(company: Company, secret: str) -> App:
    """Return the enabled app that has this secret, else NOBODY."""
    return next((app for app in company.apps if app.enabled and app.secret == secret), NOBODY)


def gettoken(call: Call) -> dict[str, Any]:
    """Issue a token; the same one while it is valid."""
    company, blocked = call.company, call.company.wrong_secrets
    blocked.check(call.address, call.now)
    if call.args["corpid"] != company.corp_id:
        raise Refusal(40013)
    if call.app is NOBODY:
        blocked.note(call.address, call.now)
        raise Refusal(40001)
    trusted(call.app, call.address)
    blocked.forget(call.address)
    token, left = company.tokens.issue(call.app, call.now)
    return {"access_token": token, "expires_in": left}


def trusted(app: App, address: str) -> None:
    """Refuse a caller whose address the app does not trust (60020)."""
    if app.trusted_addresses and address not in app.trusted_addresses:
        raise Refusal(60020)


def addresses(call: Call) -> dict[str, Any]:
    """List the vendor's addresses: here the sandbox's own."""
    del call  # nothing about the caller matters
    return {"ip_list": ["127.0.0.1"]}


def agent_get(call: Call) -> dict[str, Any]:
    """Describe the calling app."""
    agent_id: int = call.args["agentid"]
    if call.company.app(agent_id) is None:
        raise Refusal(40056)
    if agent_id != call.app.agent_id:
        raise Refusal(301002)
    return {
        "agentid": agent_id,
        "name": call.app.name,
        "square_logo_url": "",
        "description": "",
        "allow_userinfos": {"user": []},
        "allow_partys": {"partyid": sorted(call.app.visible)},
        "allow_tags": {"tagid": []},
        "close": int(not call.app.enabled),
        "redirect_domain": "",
        "report_location_flag": 0,
        "isreportenter": 0,
        "home_url": "",
    }


ENDPOINTS = (
    general(
        "gettoken",
        gettoken,
        Field("corpid", str, 41002),
        Field("corpsecret", str, 41004),
        method="GET",
        access=Access.NO_TOKEN,
    ),
    general("get_api_domain_ip", addresses, method="GET", empty="ip_list"),
    general("getcallbackip", addresses, method="GET", empty="ip_list"),
    general("agent/get", agent_get, Field("agentid", int, 41011), method="GET"),
)
