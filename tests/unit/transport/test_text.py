"""JSON and redaction."""

import json
import logging

import pytest

from privcrm.errors import InputError
from privcrm.transport import Params, jsonio, redact
from privcrm.transport.redaction import silence_urls

LOADERS = {"installed": jsonio._loads, "standard": jsonio._standard_loads}
DUMPERS = {"installed": jsonio._dumps, "standard": jsonio._standard_dumps}


@pytest.fixture(params=LOADERS)
def codec(request, monkeypatch):
    monkeypatch.setattr(jsonio, "_loads", LOADERS[request.param])
    monkeypatch.setattr(jsonio, "_dumps", DUMPERS[request.param])
    return jsonio


@pytest.mark.parametrize("body", [b'{"a":"\xe5\xbc\xa0"}', b'\xef\xbb\xbf{"a":"\xe5\xbc\xa0"}', b' {"a": "\\u5f20"}\n'])
def test_objects_are_read_with_and_without_byte_order_mark(codec, body):
    assert codec.loads(body) == {"a": "张"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"ok"',
        b"1",
        b'{"a":',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b"<html>ok</html>",
        b'{"a":1}{',
        b"\x1f\x8b\x08",
        b'{"a":' * 100_000,
    ],
)
def test_anything_else_is_no_answer(codec, body):
    with pytest.raises(ValueError, match=r"."):
        codec.loads(body)


def test_text_goes_out_as_it_is(codec):
    assert codec.dumps({"name": "张三"}) == '{"name":"张三"}'.encode()


@pytest.mark.parametrize("value", [{"a": object()}, {"a": {1, 2}}, {"a": "\ud800 13800001234"}])
def test_what_json_cannot_say_is_refused_without_showing_it(codec, value):
    with pytest.raises(InputError) as caught:
        codec.dumps(value)
    assert "13800001234" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_lists_and_tuples_are_arrays(codec):
    assert json.loads(codec.dumps({"a": ("x",), "b": ["y"]})) == {"a": ["x"], "b": ["y"]}


def test_parameters_show_only_their_number():
    params = Params({"mobile": "13800001234", "remark": "张三"})
    assert repr(params) == "<2 parameters>"
    assert dict(params) == {"mobile": "13800001234", "remark": "张三"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("invalid access_token, token is " + "Ab3-_x" * 30, "invalid access_token, token is ***"),
        ("mobile 13800001234 exists", "mobile *** exists"),
        ("mobile +8613800001234 exists", "mobile *** exists"),
        ("mobile 138-0000-1234 exists", "mobile *** exists"),
        ("mobile +86 138 0000 1234 exists", "mobile *** exists"),
        ("mobile (86) 138\u30000000\u30001234 exists", "mobile (*** exists"),
        ("mobile １３８００００１２３４ exists", "mobile *** exists"),
        ("at 2026-11-22 10:15:00", "at 2026-11-22 10:15:00"),
        ("hint 1690000000123", "hint 1690000000123"),
        ("no privilege", "no privilege"),
        ("short s3cr3t here", "short *** here"),
    ],
)
def test_texts_lose_tokens_and_phones(text, expected):
    assert redact(text, "s3cr3t") == expected


def test_texts_are_cut():
    assert len(redact("长" * 10_000)) == 200


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"])
def test_urls_in_urllib3_log_lines_lose_their_query(name, caplog):
    silence_urls()
    silence_urls()
    with caplog.at_level(logging.DEBUG, logger=name):
        logging.getLogger(name).debug('"%s %s" %s %r', "GET", "/x?access_token=TOP", 200, ValueError("TOP"))
    assert caplog.messages == ["\"GET /x\" 200 'ValueError'"]
