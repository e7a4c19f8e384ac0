"""Tokens, addresses, and what an app is."""

from privcrm_wecom.endpoints.row import ANY, row

GETTOKEN = row("gettoken", "gettoken", 91039, method="GET", role="", answers=("access_token",))
GET_API_DOMAIN_IP = row("get_api_domain_ip", "get_api_domain_ip", 92520, method="GET", role=ANY, answers=("ip_list",))
GETCALLBACKIP = row(
    "getcallbackip",
    "getcallbackip",
    92521,
    method="GET",
    role=ANY,
    used_by=("callbacks.addresses",),
    answers=("ip_list",),
)
AGENT_GET = row("agent_get", "agent/get", 90227, method="GET", role=ANY, answers=("agentid",))

ROWS = (
    GETTOKEN,
    GET_API_DOMAIN_IP,
    GETCALLBACKIP,
    AGENT_GET,
)
