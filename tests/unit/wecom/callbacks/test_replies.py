"""Passive replies: what they can say, that the vendor can open them, and what else is refused."""

import base64
import json
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from privcrm.errors import InputError
from privcrm.models import Content, File, Image, Link, MiniProgram, Video, Voice
from tests.unit.wecom.callbacks.sealing import (
    AT,
    CORP,
    KEY,
    OTHER_KEY,
    OTHER_TOKEN,
    TOKEN,
    WINDOW,
    app,
    as_json,
    company,
    push,
    sealed,
    signed,
    told,
    xml,
)

MESSAGE = {
    "ToUserName": CORP,
    "FromUserName": "zhaoyi",
    "CreateTime": AT,
    "MsgType": "text",
    "Content": "?",
    "MsgId": 1,
}
LINK = Link("https://a.example/?a=1&b=2", "Title", "more", cover_url="https://a.example/p.png")


def opened_reply(ciphertext, key=KEY):
    """Open a reply as the vendor does; return what was said, and for whom it was sealed."""
    raw = base64.b64decode(key + "=")
    decryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).decryptor()
    blocks = decryptor.update(base64.b64decode(ciphertext)) + decryptor.finalize()
    assert blocks.endswith(bytes([blocks[-1]]) * blocks[-1])
    whole = blocks[: -blocks[-1]]
    end = 20 + int.from_bytes(whole[16:20], "big")
    return whole[20:end].decode(), whole[end:].decode()


def answered(content, *, fields=MESSAGE, write=xml, provider=None, nonce="", at=AT + 0.9, **sealing):
    """Return the reply as it goes out, and the event that it answers."""
    provider = provider or company()
    result = provider.callbacks.open(told(write(**fields), **sealing), **WINDOW)
    return provider.callbacks.seal(result, result.callbacks[0].event, content, at=at, nonce=nonce)


def said_in(reply):
    envelope = {child.tag: child.text for child in ET.fromstring(reply.body)}
    assert list(envelope) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    text, receive_id = opened_reply(envelope["Encrypt"])
    assert receive_id == CORP
    expected = signed(envelope["Encrypt"], timestamp=envelope["TimeStamp"], nonce=envelope["Nonce"])
    assert envelope["MsgSignature"] == expected
    return ET.fromstring(text)


def plain(element):
    return {child.tag: plain(child) if len(child) else child.text or "" for child in element}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Content("你好 <b> & ]]> ]]]]>>"), {"MsgType": "text", "Content": "你好 <b> & ]]> ]]]]>>"}),
        (Content(attachments=(Image("m1"),)), {"MsgType": "image", "Image": {"MediaId": "m1"}}),
        (Content(attachments=(Voice("m1"),)), {"MsgType": "voice", "Voice": {"MediaId": "m1"}}),
        (
            Content(attachments=(Video("m1", "t", "d"),)),
            {"MsgType": "video", "Video": {"MediaId": "m1", "Title": "t", "Description": "d"}},
        ),
        (
            Content(attachments=(LINK,)),
            {
                "MsgType": "news",
                "ArticleCount": "1",
                "Articles": {
                    "item": {
                        "Title": "Title",
                        "Description": "more",
                        "PicUrl": "https://a.example/p.png",
                        "Url": "https://a.example/?a=1&b=2",
                    }
                },
            },
        ),
    ],
    ids=["text", "image", "voice", "video", "news"],
)
def test_what_can_be_said(content, expected):
    reply = answered(content)
    assert reply.content_type == "application/xml"
    common = {"ToUserName": "zhaoyi", "FromUserName": CORP, "CreateTime": str(AT)}
    assert plain(said_in(reply)) == common | expected


def test_what_was_asked_in_json_is_answered_in_json():
    provider = company(app(callback_receive_ids=("",)))
    message = as_json(MESSAGE)
    ciphertext = sealed(message, receive_id="")
    request = push(ciphertext, body=json.dumps({"encrypt": ciphertext}).encode())
    result = provider.callbacks.open(request, **WINDOW)
    reply = provider.callbacks.seal(result, result.callbacks[0].event, Content("ok"), at=AT, nonce="")
    assert reply.content_type == "application/json"
    envelope = json.loads(reply.body)
    assert list(envelope) == ["encrypt", "msgsignature", "timestamp", "nonce"]
    assert (envelope["timestamp"], envelope["nonce"]) == (AT, result.nonce)
    assert envelope["msgsignature"] == signed(envelope["encrypt"], timestamp=AT, nonce=result.nonce)
    text, receive_id = opened_reply(envelope["encrypt"])
    assert receive_id == ""
    assert json.loads(text) == {
        "ToUserName": "zhaoyi",
        "FromUserName": CORP,
        "CreateTime": AT,
        "MsgType": "text",
        "Content": "ok",
    }


def test_a_reply_is_sealed_with_the_pair_of_the_request():
    provider = company(app(tokens=(OTHER_TOKEN, TOKEN), keys=(OTHER_KEY, KEY)))
    said_in(answered(Content("ok"), provider=provider))


def test_no_two_replies_are_alike():
    assert answered(Content("ok")).body != answered(Content("ok")).body


@pytest.mark.parametrize("nonce", ["", "mine"])
def test_a_reply_has_the_nonce_of_the_request_unless_told(nonce):
    body = answered(Content("ok"), nonce=nonce).body.decode()
    assert f"<Nonce><![CDATA[{nonce or 'nonceB2'}]]></Nonce>" in body


@pytest.mark.parametrize("length", range(0, 70, 3))
def test_replies_of_every_length_can_be_opened(length):
    assert plain(said_in(answered(Content("x" * (length + 1)))))["Content"] == "x" * (length + 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Content(), "not 0 parts"),
        (Content("hello", (Image("m"),)), "not 2 parts"),
        (Content(attachments=(Image("m"), Image("n"))), "not 2 parts"),
        (Content(attachments=(File("m"),)), "cannot hold a File"),
        (Content(attachments=(MiniProgram("wx1", "p"),)), "cannot hold a MiniProgram"),
        (Content(attachments=(Image(url="https://a.example"),)), "needs the media_id"),
        (Content("a\0b"), "character that XML cannot hold"),
        (Content("half \ud83d"), "character that XML cannot hold"),
        (Content(attachments=(Link("https://a.example", "a\x1b"),)), "character that XML cannot hold"),
    ],
)
def test_what_cannot_be_said_is_refused(content, words):
    with pytest.raises(InputError, match=words) as caught:
        answered(content)
    assert "hello" not in str(caught.value)


def test_the_vendor_itself_is_not_answered():
    for fields in (MESSAGE | {"FromUserName": "sys"}, MESSAGE | {"FromUserName": ""}):
        with pytest.raises(InputError, match="nobody said this"):
            answered(Content("ok"), fields=fields)
