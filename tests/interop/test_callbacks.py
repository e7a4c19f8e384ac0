"""Callbacks with wechatpy at the other end: it opens our replies, and we open what it seals."""

from xml.etree import ElementTree as ET

import pytest
from wechatpy.work import parse_message
from wechatpy.work.crypto import WeChatCrypto

from privcrm.models import Content
from privcrm.provider import CallbackRequest
from tests.unit.wecom.callbacks.sealing import AT, CORP, KEY, NONCE, OTHER_KEY, TOKEN, WINDOW, app, company, told, xml

MESSAGE = {"ToUserName": CORP, "FromUserName": "zhaoyi", "CreateTime": AT, "MsgType": "text", "MsgId": 1, "AgentID": 1}


@pytest.fixture(params=[KEY, OTHER_KEY], ids=["canonical key", "key with spare bits"])
def key(request):
    return request.param


@pytest.fixture
def theirs(key):
    return WeChatCrypto(TOKEN, key, CORP)


@pytest.fixture
def ours(key):
    return company(app(keys=(key,)))


@pytest.mark.parametrize("text", ["ok", "你好，世界 <&]]>", "x" * 500])
def test_wechatpy_opens_our_replies(ours, theirs, key, text):
    opened = ours.callbacks.open(told(xml(**MESSAGE, Content="?"), key=key), **WINDOW)
    reply = ours.callbacks.seal(opened, opened.callbacks[0].event, Content(text), at=AT)
    envelope = {child.tag: child.text for child in ET.fromstring(reply.body)}
    message = theirs.decrypt_message(reply.body, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
    parsed = parse_message(message)
    assert (parsed.target, parsed.source, parsed.content) == ("zhaoyi", CORP, text)


@pytest.mark.parametrize("text", ["ok", "你好，世界 <&", "x" * 500])
def test_we_open_what_wechatpy_seals(ours, theirs, text):
    sealed = theirs.encrypt_message(xml(**MESSAGE, Content=text), NONCE, str(AT))
    envelope = {child.tag: child.text for child in ET.fromstring(sealed)}
    query = f"msg_signature={envelope['MsgSignature']}&timestamp={AT}&nonce={NONCE}"
    for body in (sealed.encode(), f"<xml><Encrypt>{envelope['Encrypt']}</Encrypt></xml>".encode()):
        (callback,) = ours.callbacks.open(CallbackRequest("POST", query, {}, body), **WINDOW).callbacks
        assert (callback.event.text, callback.event.staff_id) == (text, "zhaoyi")


def test_both_read_the_same_of_an_event(ours, theirs, key):
    fields = {"Event": "change_external_chat", "ChangeType": "update", "UpdateDetail": "add_member", "ChatId": "wr1"}
    people = {"MemChangeList": {"Item": [f"wm{number}" for number in range(40)]}}
    request = told(xml(**MESSAGE | {"MsgType": "event"} | fields | people), key=key)
    (callback,) = ours.callbacks.open(request, **WINDOW).callbacks
    signature = request.query.partition("msg_signature=")[2][:40]
    parsed = parse_message(theirs.decrypt_message(request.body, signature, str(AT), NONCE))
    assert callback.event.raw == parsed._data
