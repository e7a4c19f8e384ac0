"""Published and computed samples: what others sealed is opened, and sealed alike."""

from urllib.parse import quote

import pytest

from privcrm.errors import CallbackRejected
from privcrm.models import Content
from privcrm.models.events import GroupRenamed, MemberAdded, MessageReceived, UnknownEvent
from privcrm.provider import CallbackRequest
from privcrm_wecom.callbacks import replies
from privcrm_wecom.callbacks.seal import Seal
from tests.unit.wecom.callbacks.sealing import (
    CORP,
    KEY,
    OTHER_KEY,
    OTHER_TOKEN,
    TOKEN,
    app,
    company,
    envelope,
    event,
    sealed,
)

CHECKS = {
    "computed": (
        (TOKEN, KEY, CORP),
        ("433f688f63aa5d32da825728f17c106fa9ddc1fc", 1735700000, "nonceA1"),
        "rrA3n+9tQNF0bIKax+lccB9q/Lzeq+sl1PhFLJfmj+RnIlGCCNz5MhBbVCwq8CSO+5+hGBiUGjCzIIB3p9to5g==",
        b"7305519284466318842",
    ),
    "official": (
        ("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"),
        ("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", 1409659589, "263014780"),
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
        b"1616140317555161061",
    ),
    "wechatpy": (
        ("123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a"),
        ("dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", 1411443780, "437374425"),
        "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==",
        b"5927782489442352469",
    ),
}

EVENT = (
    "twL10OtoCoj9BxgXvpLe+wOXX2yhd13JZiBInNTsfEQhLRUGffQ5FsN2VLy0HMqBau8c3oC8Kc8eCFACio7JsyElBRDJfQgyfNBBkefiidpV9EeF"
    "qfLKAAhBjlNY7kd6fj5qaps/QElrtJICWaugBzPzhI/SNQnE7yBf0dC6azS8Lcpb55SAgIfLwZjX37IqHK52c6biQOFXUmTIm4zUtzAHMA4NXSyn"
    "nSWp0Jkf6YwBPGw1EMV07GehKC/nxHHpAjWofci7a69KZRaFLseCJQYztuKlMACpAcGCyz1VAYkQNQVPC9GxzwhZd7iq5XPmZRIgtLx/s7xTnQlh"
    "nGAOlW0FluLyH6LIIqaWEm5kv12Fxqp2RW+R10p3rkH9TDTFJYyvfp4GBpSc201VBZvPW7vOXnlFYPt5F2tk9h4keauPjbsuISGCQUQHMb0W3HKR"
    "uzS6tYgpAS/pwQM1mJpMIqnUpA961y4/jFdymMDimC0BaIetmIv8ghLCCg6t55YQgJRp69tXP8+7VVfgcrceZBnl7snHcgXOhv4TIe+u6lPiZ07/"
    "qw/+XrX5PX70CGzOR73fYyMI/d7dzUwbOSqGOPzrpVrP54uepdQxicrD/9CBsRqsflZ6Equ8P43+SY1W/mZ7xTPU3qCv/ZeRqUlco+8A5ZYM2hJR"
    "yCux37c7hdqvHTWgcMEaOaQu9Hm/gvLGt9pT0bNg2DVEP9C7vyjn3A=="
)
EVENT_SIGNED = ("3e6eee9cca92a04fddfb785dce03cf96cdd73e92", 1735700001, "nonceB2")
FULL_BLOCK = (
    "sQYrO425TvgeEhPMy+eNqR2azqkMYuTcClslhoTawrto8jwMCFt9tjygCVzIzxmysxrbsPkI2oY9cYwTnHI1s5g+HWUiYPBxHSggl3pui8VC7+UQ"
    "flbHRKv8lExBa++/F3jjFSN0d/9kRMoaXW15dScZHrmFF8ULjkqdsozjRnfNsEquWjxCAxUXcgoYn226HUuiu4GDqzxxJeXCUnofw5DSd1IBpZu6"
    "+j543wbDSnB9vYnytStrJYfpmw8pDz8ITzF3ZH+pD72AFvNnI1gbrFXb8AKROyda6WoZG3+27SmISfY8yAv/HIcSB/2RdIvKHEZxJbnHu+4qU/o6"
    "sTbaSSiyaqcORYNRHjb+sycg9uojjsEbN7ZXWzzqJSy1vXwL8Va7mQPNm/NFw4yKEJB3xQX1tmDJiP3jaYrmaJZAISyp+PG8ZTu8ppnoi1SSRppk"
    "GXZh/Yqj9TeawNCTlmK4ojlk0w/KS89jz/mUWi9cGw/Qy55zPriBO/wNmtokYRjz0ASXqVNAX5pOGY3IMT9mfbgX4/ab/5p2jcB1UTJ9Ha9bbD+m"
    "ioBgytZuiKEL5gOSZvxJL1qY9cdo+pjshckZIgz8qXaoFxgAcmwNHAwQvOTD/dz3z03KuCAU19XaaW6j2DykXkWvp0cvj44ZtRtmHa0PrKWPVKjR"
    "7MZZg1e3UgI="
)
FULL_BLOCK_SIGNED = ("8dd3a36bf5d742586b2596364ba7634b5569df93", 1735700002, "nonceC3")
JSON = (
    "NBgXkn3Pqgb/0RjvsBVu9eMCRy3WEcDwQvZgqTOyx7/SuzQI+nUb6wXFznMFoEcVfD5egQymd63w5w9MlpBZ2TFiHxnybvn2a7vFbgr50DZuCx5Z"
    "MTj9kPApNtt2/6cnDsoQiVkA/qMKoALDET8yDkpWAaXNas980Q9XkEP2D2whCsHpXxr+iBfgChtQP6caGxVOfOQh0Kw1MXM6jShB+w=="
)
JSON_SIGNED = ("2d893e33d3eccf3200bdef573d5a28ea521c5a4a", 1735700003, "nonceD4")
OFFICIAL = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)
OFFICIAL_SIGNED = ("477715d11cdb4164915debcba66cb864d751f3e6", 1409659813, "1372623149")
OFFICIAL_JSON = (
    "CZWs4CWRpI4VolQlvn4dlEC1alN2MUEY2VklGehgBVLBrlVF7SyT+SV+Toj43l4ayJ9UMGKphktKKmP7B2j/P1ey67XB8PBgS7Wr5/8+w/yWriZv"
    "3Vmoo/MH3/1HsIWZrPQ3N2mJrelStIfI2Y8kLKXA7EhfZgZX4o+ffdkZDM76SEl79Ib9mw7TGjZ9Aw/x/A2VjNbV1E8BtEbRxYYcQippYNw7hr8s"
    "Ffa3nW1xLdxokt8QkRX83vK3DFP2F6TQFPL2Tu98UwhcUpPvdJBuu1/yiOQIScppV3eOuLWEsko="
)
OFFICIAL_JSON_SIGNED = ("0623cbc5a8cbee5bcc137c70de99575366fc2af3", 1409659813, "1372623149")
REPLY = (
    "eGOuc/LP16vAmajSi/7S3d/cZlhfLPDFkCsra2iPl/RlTGsRoQbxJ5R56m6s6ZOo+pv0X0iYOQ5fDVGJL2+fTqU1g3rky84VmsqHhKQfzVUD+rAC"
    "cyfk1f9x4kUJWriBai4h7FORWLk1K5pZSJljm6EQIA8nt1ssACdR9MyuxLfSd2GgE89IYJeV0al7UWE9PFQoYvQhU9Lty3Ft47WFB5aqVLRgPBVz"
    "kBFiqdeYnFM1H2JxB1LnuUbdEwkE0BI5Qo0+Al61syfLOSXTPyCw2StRF/9V8xFTG3/Kz2mXsIPxfNaXQfiJRVKCSd5HhPOqz7gbgZCOOi78kB7e"
    "AS81tA=="
)
OFFICIAL_COMPANY = ("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")


def opened(provider, signed, body=b"", *, method="POST", more=""):
    signature, timestamp, nonce = signed
    query = f"msg_signature={signature}&timestamp={timestamp}&nonce={nonce}{more}"
    request = CallbackRequest(method, query, {}, body)
    return provider.callbacks.open(request, since=timestamp - 300, until=timestamp + 300)


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("blank", [False, True], ids=["escaped", "a plus became a blank"])
def test_a_check_of_the_address_is_answered(name, blank):
    (token, key, corp), signed, echo, answer = CHECKS[name]
    provider = company(app(tokens=(token,), keys=(key,)), corp=corp)
    sent = echo.replace("+", "%20").replace("/", "%2F").replace("=", "%3D") if blank else quote(echo, safe="")
    result = opened(provider, signed, method="GET", more=f"&echostr={sent}")
    assert (result.challenge, result.callbacks, result.app) == (answer, (), "main")


def test_a_customer_event_with_more_padding_than_a_block():
    result = opened(company(), EVENT_SIGNED, envelope(EVENT))
    (callback,) = result.callbacks
    assert isinstance(callback.event, MemberAdded)
    assert (callback.event.staff_id, callback.event.state) == ("zhaoyi", "spring01")
    assert callback.event.welcome_code == "WELCOME-demo-0001"
    assert (result.signed_at, result.nonce, result.is_json, result.challenge) == (1735700001, "nonceB2", False, None)
    assert len(callback.text.encode()) == 487


def test_a_full_block_of_padding_and_a_key_with_spare_bits():
    provider = company(app(tokens=(OTHER_TOKEN,), keys=(OTHER_KEY,)))
    (callback,) = opened(provider, FULL_BLOCK_SIGNED, envelope(FULL_BLOCK)).callbacks
    assert isinstance(callback.event, GroupRenamed)
    assert callback.event.raw["Note"].startswith("客户群")


def test_json_for_nobody_in_particular():
    provider = company(app(tokens=(OTHER_TOKEN,), keys=(OTHER_KEY,), callback_receive_ids=("",)))
    result = opened(provider, JSON_SIGNED, b'{"encrypt":"%s"}' % JSON.encode())
    (callback,) = result.callbacks
    assert result.is_json
    assert isinstance(callback.event, UnknownEvent)
    assert (callback.event.name, callback.event.at, callback.event.raw["Text"]) == ("enter_chat", 1735700003, "你好")


def test_the_official_message():
    token, key, corp = OFFICIAL_COMPANY
    provider = company(app(tokens=(token,), keys=(key,)), corp=corp)
    (callback,) = opened(provider, OFFICIAL_SIGNED, envelope(OFFICIAL)).callbacks
    event = callback.event
    assert isinstance(event, MessageReceived)
    assert (event.text, event.staff_id, event.agent_id) == ("hello", "mycreate", "218")
    assert event.message_id == "4561255354251345929"


def test_the_official_message_in_json():
    token, key, corp = OFFICIAL_COMPANY
    provider = company(app(tokens=(token,), keys=(key,)), corp=corp)
    body = b'{"tousername":"x","encrypt":"%s","agentid":"218"}' % OFFICIAL_JSON.encode()
    (callback,) = opened(provider, OFFICIAL_JSON_SIGNED, body).callbacks
    assert len(callback.text.encode()) == 164
    assert isinstance(callback.event, MessageReceived)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"signed": (EVENT_SIGNED[0], EVENT_SIGNED[1], "nonceB3")}, "signature"),
        ({"corp": "ww00000000000demo2"}, "receive_id"),
        ({"key": OTHER_KEY}, "key"),
        ({"ciphertext": EVENT[:-4]}, "signature"),
    ],
)
def test_what_is_changed_is_refused(changed, reason):
    provider = company(app(keys=(changed.get("key", KEY),)), corp=changed.get("corp", CORP))
    with pytest.raises(CallbackRejected) as caught:
        opened(provider, changed.get("signed", EVENT_SIGNED), envelope(changed.get("ciphertext", EVENT)))
    assert caught.value.reason == reason


def test_a_reply_is_sealed_as_the_vendor_would():
    (callback,) = opened(company(), EVENT_SIGNED, envelope(EVENT)).callbacks
    said = company().callbacks.read(event("enter_agent", None).replace("sys", "zhaoyi"), app="main")
    assert callback.event.raw["FromUserName"] == "sys"
    message = replies.reply_to(said, Content("ok"), 1735700004, is_json=False)
    assert len(message) == 216
    reply = replies.sealed(
        Seal(TOKEN, KEY),
        message,
        CORP.encode(),
        at=1735700004,
        nonce="nonceE5",
        prefix=b"WXYZ0123456789ab",
        is_json=False,
    )
    assert reply.body.decode() == (
        f"<xml><Encrypt><![CDATA[{REPLY}]]></Encrypt>"
        "<MsgSignature><![CDATA[54633fe055e7484e32b895914c53e74cd17a2fc3]]></MsgSignature>"
        "<TimeStamp>1735700004</TimeStamp><Nonce><![CDATA[nonceE5]]></Nonce></xml>"
    )


def test_the_tests_seal_as_the_vendor_does():
    (callback,) = opened(company(), EVENT_SIGNED, envelope(EVENT)).callbacks
    assert sealed(callback.text) == EVENT
