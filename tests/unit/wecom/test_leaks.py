"""No token, secret, phone number or text in anything that could be printed, whatever goes wrong."""

import base64
import logging
import pickle
import traceback
from urllib.parse import quote

import pytest
import requests

from privcrm.errors import PrivcrmError
from privcrm.models import RemarkChange
from privcrm.transport.session import HttpSession

PHONE = "13800001234"
REMARK = "老客户张三丰"
CHANGE = RemarkChange("zhangsan", "wmA", remark=REMARK, phones=(PHONE,))


@pytest.fixture
def forbidden(secret, token):
    """Every form in which something secret could show."""
    words = [PHONE, REMARK]
    for value in (secret, token(1), token(2)):
        words += [value, value[:20], value[-20:], quote(value), base64.b64encode(value.encode()).decode()[:40]]
    return words


def shown(error: BaseException) -> str:
    """Return everything that a tool could print of an error, the local values of every frame included."""
    parts = [str(error), repr(error), repr(error.args), repr(vars(error))]
    parts += traceback.TracebackException.from_exception(error, capture_locals=True).format()
    for linked in (error.__cause__, error.__context__):
        if linked is not None:
            parts.append(shown(linked))
    return "\n".join(parts)


def url_error(token) -> requests.ConnectionError:
    return requests.ConnectionError(f"https://qyapi.weixin.qq.com/x?access_token={token(1)} corpsecret=S3cret {PHONE}")


@pytest.fixture
def echo(token):
    """An answer that repeats what it was told, as a hostile or broken proxy would."""
    return f"you sent {token(1)} and {PHONE} and more"


@pytest.fixture(params=["reset", "errcode", "-1", "40014", "500", "html", "cut", "redirect", "404", "busy", "utf8"])
def fault(request, token, echo):
    return {
        "reset": url_error(token),
        "errcode": {"errcode": 40058, "errmsg": echo},
        "-1": {"errcode": -1, "errmsg": echo},
        "40014": {"errcode": 40014, "errmsg": echo},
        "500": (500, {}, echo),
        "html": (200, {}, f"<html>{echo}"),
        "cut": (200, {}, f'{{"errmsg":"{echo}'),
        "redirect": (302, {"Location": f"https://evil.example/?{token(1)}"}, ""),
        "404": (404, {}, echo),
        "busy": {"errcode": 45033, "errmsg": echo},
        "utf8": (200, {}, echo.encode() + b"\xff"),
    }[request.param]


@pytest.mark.parametrize("operation", ["port", "call", "unsafe"])
def test_a_failed_call_shows_nothing(vendor, company, caplog, forbidden, *, fault, operation):
    vendor.answers("externalcontact/remark", fault)
    vendor.answers("externalcontact/add_msg_template", fault)
    provider = company()
    work = {
        "port": lambda: provider.members.edit_remark(CHANGE),
        "call": lambda: provider.call("remark", userid="zhangsan", remark=REMARK, remark_mobiles=[PHONE]),
        "unsafe": lambda: provider.call("externalcontact/add_msg_template", text={"content": REMARK}, sender=PHONE),
    }[operation]
    with caplog.at_level(1), pytest.raises(PrivcrmError) as caught:
        work()
    # The frame of this test, and mock's own, hold what was put in; everything from the provider down is searched.
    error = caught.value
    error.__traceback__ = error.__traceback__.tb_next.tb_next  # type: ignore[union-attr]
    text = shown(error) + caplog.text + repr(provider) + repr(provider.config) + str(pickle.dumps(error))
    assert [word for word in forbidden if word in text] == []


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 40001, "errmsg": "invalid credential S3cretS3cretS3cretS3cretS3cret"},
        {"errcode": 0},
        {"errcode": 0, "access_token": 7, "secret": "S3cretS3cretS3cretS3cret"},
        requests.ConnectionError("https://h/cgi-bin/gettoken?corpsecret=S3cretS3cretS3cretS3cret"),
        (500, {}, "x"),
    ],
    ids=str,
)
def test_a_failed_token_call_shows_nothing(bare_vendor, company, caplog, forbidden, answer):
    bare_vendor.answers("gettoken", answer, method="GET")
    with caplog.at_level(logging.DEBUG), pytest.raises(PrivcrmError) as caught:
        company().tags.delete(tag_ids=["et1"])
    error = caught.value
    error.__traceback__ = error.__traceback__.tb_next  # type: ignore[union-attr]
    text = shown(error) + caplog.text
    assert [word for word in [*forbidden, "S3cretS3cretS3cretS3cret"] if word in text] == []


def test_real_connections_log_no_query(caplog, forbidden):
    with caplog.at_level(1):
        HttpSession("http://127.0.0.1:9").exchange("GET", f"/x?access_token={forbidden[2]}", {}, None, timeout=1)
    assert [word for word in forbidden if word in caplog.text] == []
