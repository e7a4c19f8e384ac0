"""Refusals in the vendor's form: HTTP 200, a code, and a text that nobody should match on.

Global table: developer.work.weixin.qq.com/document/path/90313.
"""

from collections.abc import Mapping
from typing import Any

TEXTS: Mapping[int, str] = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40031: "all list invalid",
    40050: "invalid group id",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    40063: "some parameters are empty",
    40068: "invalid tagid",
    40071: "tag name already exist",
    40072: "invalid tag name length",
    40096: "invalid external userid",
    40126: "corp tag num limit",
    40144: "customer tag num limit",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41009: "userid missing",
    41011: "agentid missing",
    41017: "tagid missing",
    41018: "tag name missing",
    41035: "missing external userid",
    42001: "access_token expired",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    45035: "data is being modified concurrently",
    48002: "api forbidden",
    48009: "api forbidden for contact sync",
    49008: "group chat is dismissed",
    50100: "invalid cursor",
    60003: "department not found",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    81017: "too many items requested",
    84061: "not external contact",
    301002: "not allow operate another agent with this accesstoken",
    610014: "invalid unionid",
}


class Refusal(Exception):
    """The simulated vendor refuses a call with `errcode`."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


def message(errcode: int, *, hint: int, address: str, wrong_json: bool = False) -> str:
    """Return the vendor's error text for a code, with the hint and the caller's address as it prints them."""
    warning = "Warning: wrong json format. " if wrong_json else ""
    text = TEXTS.get(errcode, "error")
    more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={errcode}"
    return f"{warning}{text}, hint: [{hint}], from ip: {address}, {more}"


def error_body(errcode: int, errmsg: str, empty: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a refusal: errors still carry the endpoint's empty collections."""
    return {"errcode": errcode, "errmsg": errmsg, **empty}
