"""Pictures of codes: which addresses are asked, with what, and what is taken for a picture."""

import traceback

import pytest

from privcrm.errors import AnswerLost, InputError, Refused

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
ADDRESS = "https://wework.qpic.cn/wwpic/503288_abc/0"
FILE = {"Content-Type": "image/png"}


def serve(vendor, *replies, url=ADDRESS):
    left = list(replies)
    vendor.mock.add_callback("GET", url, lambda _: left.pop(0) if len(left) > 1 else left[0], content_type=None)


def asked(vendor):
    return [call.request for call in vendor.mock.calls]


def test_a_picture_is_fetched_without_a_token(vendor, company, records):
    serve(vendor, (200, FILE, PNG))
    picture = company().live_codes.picture(ADDRESS)
    assert (picture.content, picture.content_type) == (PNG, "image/png")
    (request,) = asked(vendor)
    assert "token" not in (request.url + str(request.headers)).lower()
    assert (vendor.tokens, records[0].operation, records[0].code) == (0, "code_picture", 0)


def test_the_vendors_own_bytes_say_what_it_is(vendor, company):
    serve(vendor, (200, {"Content-Type": "application/octet-stream"}, b"\xff\xd8\xff" + bytes(64)))
    assert company().live_codes.picture(ADDRESS).content_type == "image/jpeg"


def test_the_plain_http_of_the_vendors_pages_becomes_https(vendor, company):
    serve(vendor, (200, FILE, PNG), url="https://p.qpic.cn/wwhead/abc/0?x=1&y=%2F")
    company().live_codes.picture("http://p.qpic.cn/wwhead/abc/0?x=1&y=%2F")
    (request,) = asked(vendor)
    assert request.url == "https://p.qpic.cn/wwhead/abc/0?x=1&y=%2F"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "qpic.cn",
        "https://qpic.cn",
        "https://evilqpic.cn/0",
        "https://qpic.cn.evil.test/0",
        "https://wework.qpic.cn:8443/0",
        "https://wework.qpic.cn@evil.test/0",
        "https://user:secret@wework.qpic.cn/0",
        "https://evil.test\\@wework.qpic.cn/0",
        "https://evil.test\\.qpic.cn/0",
        "https://127.0.0.1\\.qpic.cn/0",
        "https://evil.test%2f.qpic.cn/0",
        "https://evil.test;.qpic.cn/0",
        "https://.qpic.cn/0",
        "https://wework.qpic.cn./0",
        "https://wework.qpic.cn/0 HTTP/1.1",
        "https://wework.qpic.cn/0\r\nHost: evil.test",
        "ftp://wework.qpic.cn/0",
        "file:///etc/passwd",
        "http://127.0.0.1/0",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1/0",
        "https://wework.qpic.cn:port/0",
        "http://qyapi.weixin.qq.com/0",
        "https://图片.qpic.cn/0",
    ],
)
def test_no_other_address_is_asked(vendor, company, address):
    with pytest.raises(InputError, match="qr_url"):
        company().live_codes.picture(address)
    assert asked(vendor) == []


def test_a_redirect_is_not_followed(vendor, company):
    serve(vendor, (302, {"Location": "https://evil.test/0"}, b""))
    with pytest.raises(AnswerLost, match="redirect"):
        company().live_codes.picture(ADDRESS)
    assert len(asked(vendor)) == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FILE, b"GIF89a" + bytes(64)),
        (FILE, b"<svg/>"),
        (FILE, b""),
        ({"Content-Type": "text/html"}, b"<html>sign in</html>"),
    ],
)
def test_what_is_no_picture_is_refused(vendor, company, headers, body):
    serve(vendor, (200, headers, body))
    with pytest.raises(AnswerLost, match=r"no (picture|file)"):
        company().live_codes.picture(ADDRESS)


def test_a_picture_without_end_is_given_up(vendor, company):
    serve(vendor, (200, FILE, PNG + bytes(2 * 1024 * 1024)))
    with pytest.raises(AnswerLost, match="longer than 2 MiB"):
        company().live_codes.picture(ADDRESS)
    assert len(asked(vendor)) == 1, "a second try would meet the same"


def test_a_lost_picture_is_fetched_again(vendor, company):
    serve(vendor, (502, {}, b"bad gateway"), (200, FILE, PNG))
    assert company().live_codes.picture(ADDRESS).content == PNG


def test_what_is_missing_is_an_error_without_the_address(vendor, company):
    serve(vendor, (404, {}, b""))
    with pytest.raises(Refused) as caught:
        company().live_codes.picture(ADDRESS)
    assert "503288_abc" not in "".join(traceback.format_exception(caught.value))


def test_many_hosts_keep_few_connections(vendor, company):
    provider = company()
    for number in range(12):
        serve(vendor, (200, FILE, PNG), url=f"https://h{number}.qpic.cn/0")
        provider.live_codes.picture(f"https://h{number}.qpic.cn/0")
    assert len(provider._client._pictures._hosts) == 8
    provider.close()
