"""Every check that a callback goes through, in order: what fails one is refused with its reason and nothing else."""

import base64
import json
import time
import traceback
import tracemalloc

import pytest
from attrs import evolve

from privcrm.errors import CallbackRejected
from privcrm.models.events import MemberAdded
from privcrm.provider import CallbackRequest
from tests.unit.wecom.callbacks.sealing import (
    AT,
    CORP,
    KEY,
    NONCE,
    TOKEN,
    WINDOW,
    app,
    as_json,
    check_of,
    company,
    encrypted,
    envelope,
    event,
    event_fields,
    framed,
    padded,
    push,
    query_of,
    sealed,
    signed,
    told,
    xml,
)

GOOD = event(UserID="zhaoyi", ExternalUserID="wm1", WelcomeCode="code")
CIPHERTEXT = sealed(GOOD)
SIGNATURE = signed(CIPHERTEXT)
QUERY = query_of(CIPHERTEXT)
LAUGHS = (
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("bcdefghi", "cdefghij", strict=True))
    + "]>"
)


def opened(request, provider=None, **window):
    return (provider or company()).callbacks.open(request, **(WINDOW | window))


def refused(request, provider=None, **window):
    """Return why a request is refused; everything but a refusal fails the test."""
    with pytest.raises(CallbackRejected) as caught:
        opened(request, provider, **window)
    assert str(caught.value) == "this is no callback of ours"
    return caught.value.reason


def test_what_is_right_in_every_way_is_opened():
    (callback,) = opened(told(GOOD)).callbacks
    assert isinstance(callback.event, MemberAdded)
    assert callback.text == GOOD


# The query


@pytest.mark.parametrize(
    "query",
    [
        f"timestamp={AT}&nonce={NONCE}&msg_signature={SIGNATURE}",
        f"{QUERY}&app=main",
        f"x=1&{QUERY}&y",
        QUERY.replace("nonceB2", "%6EonceB2"),
        f"&{QUERY}&",
    ],
    ids=["another order", "a further parameter", "several", "escaped", "empty parts"],
)
def test_a_query_may_be_written_otherwise(query):
    assert opened(push(CIPHERTEXT, query=query)).callbacks


@pytest.mark.parametrize(
    "query",
    [
        "",
        "&" * 9000,
        f"{QUERY}{'&a=b' * 5000}",
        QUERY.replace("msg_signature", "signature"),
        QUERY.replace("msg_signature", "MSG_SIGNATURE"),
        QUERY.replace(SIGNATURE, SIGNATURE.upper()),
        QUERY.replace(SIGNATURE, SIGNATURE[:-1]),
        QUERY.replace(SIGNATURE, SIGNATURE + "0"),
        QUERY.replace(SIGNATURE, SIGNATURE + "%0A"),
        QUERY.replace(SIGNATURE, SIGNATURE + "\n"),
        QUERY.replace(SIGNATURE, SIGNATURE.replace(SIGNATURE[0], "０")),
        QUERY.replace(str(AT), "１７３５７０００１０"),
        QUERY.replace(str(AT), "%EF%BC%91735700001"),
        QUERY.replace(str(AT), f"{AT}\n"),
        QUERY.replace(str(AT), f"+{str(AT)[1:]}"),
        QUERY.replace(str(AT), f"{str(AT)[:5]}_{str(AT)[6:]}"),
        QUERY.replace(str(AT), str(AT)[:-1]),
        QUERY.replace(str(AT), f"{AT}0"),
        QUERY.replace(NONCE, ""),
        QUERY.replace(NONCE, "n" * 65),
        QUERY.replace(NONCE, "n%00"),
        QUERY.replace(NONCE, "n.n"),
        QUERY.replace(NONCE, f"{NONCE}%0a"),
        f"{QUERY}&nonce={NONCE}",
        f"{QUERY}&nonce=",
        f"{QUERY}&timestamp={AT}",
        f"{QUERY}&msg_signature={SIGNATURE}",
        f"{QUERY}&msg%5Fsignature={SIGNATURE}",
        f"timestamp={AT}&nonce={NONCE}",
        f"msg_signature={SIGNATURE}&timestamp={AT}",
        QUERY.replace("&", ";"),
        "\ud800",
        f"{QUERY}\udcff",
    ],
)
def test_a_query_of_another_form_is_refused(query):
    assert refused(push(CIPHERTEXT, query=query)) == "form"


@pytest.mark.parametrize("shift", [-2, -1, 1, 2])
def test_the_borders_between_what_is_signed_cannot_be_shifted(shift):
    """The signature is over plainly joined parts, so other parts of the same whole have it too."""
    timestamp, nonce = "1735700001", "2ndNonce"
    ciphertext = sealed(GOOD)
    provider = company(app(tokens=("zzz",)))
    whole = timestamp + nonce
    signature = signed(ciphertext, token="zzz", timestamp=timestamp, nonce=nonce)
    other = whole[: 10 + shift], whole[10 + shift :]
    query = f"msg_signature={signature}&timestamp={other[0]}&nonce={other[1]}"
    assert refused(push(ciphertext, query=query), provider) == "form"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "post", ""])
def test_only_a_post_tells_something(method):
    assert refused(push(CIPHERTEXT, method=method)) == "form"


# Age


@pytest.mark.parametrize("off", [-301, 301, -100_000_000])
def test_what_was_not_signed_lately_is_refused(off):
    assert refused(told(GOOD, timestamp=AT + off)) == "stale"


@pytest.mark.parametrize("off", [-300, 0, 300])
def test_the_bounds_belong_to_the_window(off):
    assert opened(told(GOOD, timestamp=AT + off)).signed_at == AT + off


def test_age_is_judged_before_the_signature_is():
    assert refused(push(CIPHERTEXT, query=QUERY.replace(SIGNATURE, "0" * 40)), since=AT + 1) == "stale"


# The envelope


@pytest.mark.parametrize(
    "body",
    [
        f"<xml><Encrypt>{CIPHERTEXT}</Encrypt></xml>",
        f"<xml><Encrypt>\n{CIPHERTEXT}\n</Encrypt></xml>",
        f"<xml>\r\n <ToUserName>x</ToUserName>\t<Encrypt><![CDATA[ {CIPHERTEXT}\n]]></Encrypt>\n</xml>\n",
        f"<xml><Encrypt> <![CDATA[{CIPHERTEXT}]]> </Encrypt></xml>",
        f'<?xml version="1.0" encoding="UTF-8"?><xml><Encrypt>{CIPHERTEXT}</Encrypt></xml>',
        f"\ufeff<xml><Encrypt>{CIPHERTEXT}</Encrypt></xml>",
        f"<xml><Name>名</Name><AgentID/><Encrypt>{CIPHERTEXT}</Encrypt></xml>",
        f"<xml><AgentID></AgentID><Encrypt><![CDATA[{CIPHERTEXT}]]></Encrypt><!-- so --></xml>",
        json.dumps({"encrypt": CIPHERTEXT}),
        json.dumps({"tousername": CORP, "encrypt": f" {CIPHERTEXT}\n", "agentid": "1"}),
        json.dumps({"Encrypt": CIPHERTEXT}, indent=2),
        f" \n{json.dumps({'encrypt': CIPHERTEXT})}\n",
    ],
)
def test_an_envelope_may_be_written_otherwise(body):
    result = opened(push(CIPHERTEXT, body=body.encode()))
    assert result.callbacks[0].text == GOOD
    assert result.is_json is body.strip().startswith("{")


NO_ENVELOPES = {
    "nothing": b"",
    "blanks": b"  \n",
    "not encrypted": GOOD.encode(),
    "not encrypted, in JSON": as_json(event_fields()).encode(),
    "no ciphertext": b"<xml><ToUserName>x</ToUserName></xml>",
    "an empty one": b"<xml><Encrypt></Encrypt></xml>",
    "an empty one in CDATA": b"<xml><Encrypt><![CDATA[]]></Encrypt></xml>",
    "two": f"<xml><Encrypt>{CIPHERTEXT}</Encrypt><Encrypt>{CIPHERTEXT}</Encrypt></xml>".encode(),
    "another root": f"<html><Encrypt>{CIPHERTEXT}</Encrypt></html>".encode(),
    "deeper down": f"<xml><a><Encrypt>{CIPHERTEXT}</Encrypt></a></xml>".encode(),
    "two roots": envelope(CIPHERTEXT) * 2,
    "not closed": envelope(CIPHERTEXT)[:-6],
    "crossed": f"<xml><a><Encrypt>{CIPHERTEXT}</a></Encrypt></xml>".encode(),
    "half a CDATA": f"<xml><Encrypt><![CDATA[{CIPHERTEXT}</Encrypt></xml>".encode(),
    "the other half": f"<xml><Encrypt>{CIPHERTEXT}]]></Encrypt></xml>".encode(),
    "a document type": f"<!DOCTYPE xml><xml><Encrypt>{CIPHERTEXT}</Encrypt></xml>".encode(),
    "one further on": f"<xml><Encrypt>{CIPHERTEXT}</Encrypt></xml><!DOCTYPE xml>".encode(),
    "laughs": f"{LAUGHS}<xml><a>&j;</a><Encrypt>{CIPHERTEXT}</Encrypt></xml>".encode(),
    "a file": b'<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><Encrypt>&f;</Encrypt></xml>',
    "an unknown entity": f"<xml><Encrypt>{CIPHERTEXT}</Encrypt><a>&b;</a></xml>".encode(),
    "another encoding": f'<?xml version="1.0" encoding="gbk"?><xml><Encrypt>{CIPHERTEXT}</Encrypt></xml>'.encode("gbk"),
    "UTF-16 without a mark": f"<xml><Encrypt>{CIPHERTEXT}</Encrypt></xml>".encode("utf-16-le"),
    "UTF-16": f"<xml><Encrypt>{CIPHERTEXT}</Encrypt></xml>".encode("utf-16"),
    "broken UTF-8": b"<xml><a>\xff</a><Encrypt>" + CIPHERTEXT.encode() + b"</Encrypt></xml>",
    "a NUL": b"<xml><a>\0</a><Encrypt>" + CIPHERTEXT.encode() + b"</Encrypt></xml>",
    "deep": b"<xml>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</xml>",
    "deep and open": b"<xml>" + b"<a>" * 300_000,
    "broken JSON": b'{"encrypt":',
    "no object": b"[]",
    "deep JSON": b'{"encrypt":' * 100_000,
    "deep lists in JSON": b'{"a":' + b"[" * 100_000,
    "no text in JSON": b'{"encrypt":1}',
    "a list in JSON": b'{"encrypt":["a"]}',
    "no ciphertext in JSON": b'{"msg":"a"}',
    "surrogates in JSON": b'{"encrypt":"\\ud800"}',
    "foreign letters": '{"encrypt":"密文"}'.encode(),
}


@pytest.mark.parametrize("name", NO_ENVELOPES)
def test_a_body_without_an_envelope_is_refused(name):
    assert refused(push(CIPHERTEXT, body=NO_ENVELOPES[name])) == "form"


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 24 * 1024 * 1024])
def test_a_body_beyond_a_mebibyte_is_refused_unread(size):
    body = envelope(CIPHERTEXT)
    assert refused(push(CIPHERTEXT, body=body + b" " * (size - len(body)))) == "form"


def test_a_body_of_a_mebibyte_is_taken():
    body = envelope(CIPHERTEXT)
    assert opened(push(CIPHERTEXT, body=body + b" " * (1024 * 1024 - len(body)))).callbacks


@pytest.mark.parametrize(
    "body",
    [
        b"<xml>" + b"<a>" * 349_000,
        b"<xml>" + b"<a>1</a>" * 131_000,
        b"<xml>" + b"<a><![CDATA[" * 87_000,
        b"<xml><Encrypt>" * 74_000,
        b"<xml>" + b" " * 1_048_000,
        f"{LAUGHS}<xml>&j;</xml>".encode(),
        b"<xml " + b"".join(b'a%d="" ' % number for number in range(80_000)) + b"/>",
        b'{"a":' * 209_000,
        b"{" * 1_048_000,
    ],
    ids=["deep", "wide", "CDATA", "ciphertexts", "blanks", "laughs", "attributes", "deep JSON", "braces"],
)
def test_a_hostile_body_costs_little(body):
    provider = company()
    refused(push(CIPHERTEXT), provider, since=AT + 1)
    tracemalloc.start()
    begin = time.process_time()
    reason = refused(push(CIPHERTEXT, body=body), provider)
    seconds, (_, peak) = time.process_time() - begin, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (reason, seconds < 10, peak < 64 * 1024 * 1024) == ("form", True, True)


@pytest.mark.parametrize(
    "ciphertext",
    [
        CIPHERTEXT[:50] + "\n" + CIPHERTEXT[50:],
        CIPHERTEXT[:50] + "*" + CIPHERTEXT[50:],
        CIPHERTEXT[:50] + "****" + CIPHERTEXT[50:],
        CIPHERTEXT.rstrip("=")[:-1],
        CIPHERTEXT + "=",
        CIPHERTEXT + "====",
        "=" * 4 + CIPHERTEXT,
        CIPHERTEXT.replace("+", "-").replace("/", "_"),
        "密文",
    ],
)
def test_base64_is_taken_from_end_to_end(ciphertext):
    """Signed as it stands, so that nothing but its form can be at fault."""
    assert refused(push(ciphertext)) == "form"


# The signature


def test_a_wrong_signature_is_refused():
    wrong = ("0" if SIGNATURE[0] != "0" else "1") + SIGNATURE[1:]
    assert refused(push(CIPHERTEXT, query=QUERY.replace(SIGNATURE, wrong))) == "signature"


@pytest.mark.parametrize("changed", [{"token": "another"}, {"nonce": "other"}, {"timestamp": AT + 1}])
def test_the_signature_is_over_token_time_and_nonce(changed):
    query = query_of(CIPHERTEXT, **changed).replace("nonce=other", f"nonce={NONCE}").replace(str(AT + 1), str(AT))
    assert refused(push(CIPHERTEXT, query=query)) == "signature"


def test_the_signature_is_over_the_ciphertext():
    assert refused(push(sealed(GOOD + " "), query=QUERY)) == "signature"


def test_nothing_is_opened_where_nothing_is_configured():
    assert refused(told(GOOD), company(app(tokens=(), keys=()))) == "signature"


# The key and the frame


def edited(at, bits=1):
    """Return the ciphertext with a bit of it turned, signed by somebody who knows the token alone."""
    raw = bytearray(base64.b64decode(CIPHERTEXT))
    raw[at] ^= bits
    return base64.b64encode(bytes(raw)).decode()


@pytest.mark.parametrize("at", [-1, -16, -17, -20, -32, -33])
def test_an_edited_end_is_refused(at):
    assert refused(push(edited(at))) in ("key", "receive_id")


@pytest.mark.parametrize("at", [16, 17, 18, 19, 3, 2, 1, 0])
def test_an_edited_length_is_refused(at):
    assert refused(push(edited(at))) in ("key", "receive_id")


@pytest.mark.parametrize("at", range(20, len(GOOD), 16))
def test_an_edited_middle_is_refused(at):
    """It becomes sixteen bytes of noise, which are no text, or no document, or lie outside any field."""
    assert refused(push(edited(at, 0x80))) in ("key", "receive_id", "content")


WHOLE = framed(GOOD.encode())
NO_FRAMES = {
    "no padding": (WHOLE + b"\0" * 32)[: len(WHOLE) // 32 * 32],
    "padding of zero": WHOLE + b"\0" * (32 - len(WHOLE) % 32),
    "padding of 33": padded(WHOLE)[:-1] + b"\x21",
    "padding of 255": padded(WHOLE)[:-1] + b"\xff",
    "unequal padding": padded(WHOLE)[:-2] + b"\xff" + padded(WHOLE)[-1:],
    "padding alone": b"\x20" * 32,
    "too little": bytes(12) + b"\x04" * 4,
    "cut": padded(WHOLE)[:64],
    "a length of everything": padded(WHOLE[:16] + b"\xff" * 4 + WHOLE[20:]),
    "one too many": padded(WHOLE[:16] + (len(GOOD) + len(CORP) + 1).to_bytes(4, "big") + WHOLE[20:]),
}


@pytest.mark.parametrize("name", NO_FRAMES)
def test_a_frame_that_is_none_is_refused(name):
    assert refused(push(encrypted(NO_FRAMES[name]))) == "key"


@pytest.mark.parametrize("length", [0, 16, 17, 31])
def test_half_a_block_is_refused(length):
    ciphertext = base64.b64encode(base64.b64decode(CIPHERTEXT)[:length]).decode()
    expected = "form" if length == 0 else "key"
    assert refused(push(ciphertext)) == expected


@pytest.mark.parametrize("shift", [-1, 1, -5, 5])
def test_a_lie_about_the_length_is_refused(shift):
    lying = WHOLE[:16] + (len(GOOD) + shift).to_bytes(4, "big") + WHOLE[20:]
    assert refused(push(encrypted(padded(lying)))) == "receive_id"


# For whom


@pytest.mark.parametrize("receive_id", ["", "ww00000000000demo2", CORP + "1", CORP[:-1], CORP.upper(), "企业"])
def test_what_was_sealed_for_others_is_refused(receive_id):
    assert refused(told(GOOD, receive_id=receive_id)) == "receive_id"


def test_configured_receive_ids_are_taken_instead():
    provider = company(app(callback_receive_ids=("suite1", "")))
    assert opened(told(GOOD, receive_id="suite1"), provider).callbacks
    assert opened(told(GOOD, receive_id=""), provider).callbacks
    assert refused(told(GOOD), provider) == "receive_id"


@pytest.mark.parametrize("addressee", ["", "ww00000000000demo2", CORP + " "])
def test_what_is_addressed_to_others_is_refused(addressee):
    assert refused(told(xml(**event_fields() | {"ToUserName": addressee}))) == "receive_id"


def test_what_is_addressed_to_nobody_or_to_two_is_refused():
    fields = event_fields()
    del fields["ToUserName"]
    assert refused(told(xml(**fields))) == "receive_id"
    assert refused(told(xml(**fields, ToUserName=[CORP, CORP]))) == "receive_id"
    assert refused(told(as_json(fields | {"ToUserName": [CORP]}))) == "receive_id"


def test_what_a_provider_is_told_is_for_a_company():
    provider = company(app(callback_receive_ids=("suite1",)))
    ours = {"SuiteId": "suite1", "AuthCorpId": CORP, "InfoType": "change_external_contact", "TimeStamp": AT}
    assert opened(told(xml(**ours), receive_id="suite1"), provider).callbacks
    for changed in ({"SuiteId": "suite2"}, {"AuthCorpId": "ww2"}, {"AuthCorpId": ""}):
        assert refused(told(xml(**ours | changed), receive_id="suite1"), provider) == "receive_id"


# What was sealed


NO_DOCUMENTS = {
    "nothing": "",
    "a text": "success",
    "broken": GOOD[:-3],
    "another root": GOOD.replace("xml>", "html>"),
    "a text as root": "<xml>hello</xml>",
    "two roots": GOOD * 2,
    "a document type": f"<!DOCTYPE xml>{GOOD}",
    "laughs": f"{LAUGHS}{GOOD}",
    "laughs within": GOOD.replace("zhaoyi", "]]><!DOCTYPE a><![CDATA["),
    "an entity": GOOD.replace("<![CDATA[zhaoyi]]>", "&who;"),
    "a NUL": GOOD.replace("zhaoyi", "zhao\0yi"),
    "an escape": GOOD.replace("zhaoyi", "zhao\x1byi"),
    "another encoding": f'<?xml version="1.0" encoding="gbk"?>{GOOD}',
    "deep": f"<xml>{'<a>' * 20}{'</a>' * 20}</xml>",
    "very deep": f"<xml>{'<a>' * 30_000}{'</a>' * 30_000}</xml>",
    "broken JSON": as_json(event_fields())[:-1],
    "not a number": as_json(event_fields()).replace(str(AT), "NaN"),
    "deep JSON": as_json(event_fields(a=json.loads("[" * 20 + "]" * 20))),
    "very deep JSON": '{"a":' + "[" * 30_000 + "]" * 30_000 + "}",
    "a NUL in JSON": as_json(event_fields(UserID="zhao\0yi")),
    "half a letter in JSON": as_json(event_fields()).replace('"sys"', '"\\ud83d"'),
    "half a letter in a name": as_json(event_fields(A=1)).replace('"A"', '"\\ud83d"'),
}


@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_what_is_no_document_is_refused(name):
    assert refused(told(NO_DOCUMENTS[name])) == "content"


@pytest.mark.parametrize(
    "message", [GOOD.encode("utf-16"), b"\xff\xfe", GOOD.encode() + b"\xc3", GOOD.encode("gbk") + b"\xa3"]
)
def test_what_is_not_utf_8_is_refused(message):
    assert refused(told(message)) == "content"


def test_one_letter_names_are_told_from_texts():
    (callback,) = opened(told(xml(**event_fields(a="b", b="a", c="c", UserID="u")))).callbacks
    assert {name: callback.event.raw[name] for name in ("a", "b", "c")} == {"a": "b", "b": "a", "c": "c"}
    assert callback.event.staff_id == "u"


# The check of our address


def test_an_address_is_confirmed_with_what_was_sealed():
    result = opened(check_of(sealed("1616140317555161061")))
    assert (result.challenge, result.callbacks, result.signed_at) == (b"1616140317555161061", (), AT)


def test_an_address_is_confirmed_for_nobody_else():
    echo = sealed("<script>")
    assert refused(check_of(echo, token="another")) == "signature"
    assert refused(check_of(sealed("1", receive_id="ww2"))) == "receive_id"
    assert refused(check_of(echo, timestamp=AT - 301)) == "stale"
    assert refused(check_of(sealed(b"\xff"))) == "content"


@pytest.mark.parametrize(
    "more",
    [
        "",
        "&echostr=",
        "&echostr=a&echostr=b",
        "&echostr=<script>",
        "&echostr=%00",
        "&echostr=\udcff",
        "&echostr=%E5%AF%86",
    ],
)
def test_a_check_without_an_echo_is_refused(more):
    assert refused(CallbackRequest("GET", QUERY + more, {}, b"")) == "form"


def test_an_echo_does_not_stand_in_for_a_body():
    request = check_of(CIPHERTEXT)
    assert refused(evolve(request, method="POST")) == "form"


# What a refusal shows


def test_a_refusal_shows_neither_key_nor_token_nor_what_was_sealed():
    message = GOOD.replace("zhaoyi", "very private")[:-3]
    with pytest.raises(CallbackRejected) as caught:
        opened(told(message))
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    inner = [
        frame for frame, _ in traceback.walk_tb(caught.value.__traceback__) if "privcrm" in frame.f_code.co_filename
    ]
    shown += repr([frame.f_locals for frame in inner if "tests" not in frame.f_code.co_filename])
    assert caught.value.__context__ is None
    for secret in (TOKEN, KEY, "very private"):
        assert secret not in shown.replace(repr(message), "")
