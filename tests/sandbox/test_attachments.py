"""Texts and attachments against each place where they are used."""

import io
import struct
import zlib

import pytest

from privcrm.sandbox.wecom.attachments import (
    ALBUM,
    CONCLUSION,
    GROUP_WELCOME,
    MOMENT,
    WELCOME,
    check_content,
    check_objects,
)
from privcrm.sandbox.wecom.company import Call
from privcrm.sandbox.wecom.errors import Refusal
from privcrm.sandbox.world import Purpose

ADD = "externalcontact/add_msg_template"
URL = "https://example.invalid/p"
PROGRAM = {"title": "商城", "pic_media_id": "x", "appid": "wx0000000000demo01", "page": "pages/index.html"}


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IEND", b"")


def put(vendor, path, content, name, **query):
    files = {"media": (name, io.BytesIO(content))}
    reply = vendor.request("POST", f"media/{path}", params={"access_token": vendor.token, **query}, files=files).json()
    assert reply["errcode"] == 0, reply
    return reply


@pytest.fixture(autouse=True)
def long_lived_tokens(control):
    control.switch(token_lifetime=10**8)


@pytest.fixture
def picture(vendor):
    return put(vendor, "upload", png(), "p.png", type="image")["media_id"]


@pytest.fixture
def document(vendor):
    return put(vendor, "upload", b"a document", "d.pdf", type="file")["media_id"]


@pytest.fixture
def order(vendor, relation):
    def place(*attachments):
        body = {
            "sender": relation.userid,
            "attachments": [{"msgtype": kind, kind: value} for kind, value in attachments],
        }
        return vendor.post(ADD, **body)["errcode"]

    return place


@pytest.fixture
def call(sandbox):
    company = sandbox.company
    company.rules.media_ids = "any"
    return Call(company, company.apps[0], {}, company.clock.time(), "")


def refused(check, *args):
    with pytest.raises(Refusal) as caught:
        check(*args)
    return caught.value.errcode


class TestMessages:
    def test_every_kind_is_taken_and_listed_as_the_vendor_shows_it(self, vendor, order, picture, document, control):
        attachments = [
            ("image", {"media_id": picture, "pic_url": "ignored"}),
            ("link", {"title": "t", "url": URL, "desc": "d", "picurl": URL, "unknown": 1}),
            ("miniprogram", {**PROGRAM, "pic_media_id": picture}),
            ("file", {"media_id": document}),
        ]
        assert order(*attachments) == 0
        at = int(control.ok("GET", "clock")["now"])
        (row,) = vendor.post("externalcontact/get_groupmsg_list_v2", chat_type="single", start_time=at - 60,
                             end_time=at + 60)["group_msg_list"]  # fmt: skip
        shown = {item["msgtype"]: item[item["msgtype"]] for item in row["attachments"]}
        assert shown["image"] == {"media_id": picture}
        assert shown["link"] == {"title": "t", "url": URL, "desc": "d", "picurl": URL}
        assert shown["miniprogram"] == {k: v for k, v in PROGRAM.items() if k != "pic_media_id"}
        assert shown["file"] == {"media_id": document}

    @pytest.mark.parametrize(
        ("kind", "value", "errcode"),
        [
            ("voice", {"media_id": "x"}, 41065),
            ("image", {}, 40007),
            ("image", None, 40058),
            ("image", {"media_id": "unknown"}, 40007),
            ("image", {"pic_url": "https://example.invalid/p.png"}, 40058),
            ("video", {}, 40007),
            ("file", {"media_id": 7}, 40007),
            ("link", {"url": URL}, 40058),
            ("link", {"title": "t"}, 40058),
            ("link", {"title": "客" * 43, "url": URL}, 40058),
            ("link", {"title": "t", "url": URL, "desc": "客" * 171}, 40058),
            ("link", {"title": "t", "url": "h" * 2049}, 40058),
            ("link", {"title": "t", "url": URL, "picurl": "h" * 2049}, 40058),
            ("miniprogram", {**PROGRAM, "title": "客" * 22}, 40058),
            ("miniprogram", {**PROGRAM, "page": ""}, 40058),
            ("miniprogram", {**PROGRAM, "pic_media_id": ""}, 40007),
            ("miniprogram", {**PROGRAM, "appid": "gh_1"}, 90207),
        ],
    )
    def test_attachments_that_are_refused(self, order, kind, value, errcode):
        assert order((kind, value)) == errcode

    def test_at_the_bound_links_are_taken(self, order):
        assert order(("link", {"title": "客" * 42 + "ab", "url": "h" * 2048, "desc": "客" * 170 + "ab"})) == 0

    def test_things_that_are_no_attachments(self, vendor, relation):
        for item in (7, None, "link", {}, {"msgtype": 3}, {"link": {"title": "t", "url": URL}}):
            assert vendor.post(ADD, sender=relation.userid, attachments=[item])["errcode"] == 41065


class TestMedia:
    def test_files_are_used_as_what_they_are(self, order, picture, document):
        assert order(("file", {"media_id": picture})) == 40007
        assert order(("image", {"media_id": document})) == 40007

    def test_files_live_three_days(self, order, picture, control):
        assert order(("image", {"media_id": picture})) == 0
        control.ok("POST", "clock", {"advance_seconds": 3 * 86_400 + 1})
        assert order(("image", {"media_id": picture})) == 40007

    def test_files_for_moments_are_for_moments(self, vendor, order):
        made = put(vendor, "upload_attachment", png(), "p.png", media_type="image", attachment_type=1)
        assert order(("image", {"media_id": made["media_id"]})) == 40007

    def test_any_id_will_do_when_switched_so(self, order, control):
        control.switch(media_ids="any")
        assert order(("video", {"media_id": "whatever"})) == 0

    def test_addresses_come_from_uploadimg_unless_switched(self, vendor, order, control):
        url = put(vendor, "uploadimg", png(), "p.png")["url"]
        assert order(("image", {"pic_url": url})) == 0
        assert order(("image", {"pic_url": "http://[broken"})) == 40058
        control.switch(picture_addresses="any")
        assert order(("image", {"pic_url": URL})) == 0

    def test_templates_take_large_files_fetched_by_address(self, sandbox, call):
        call.company.rules.media_ids = "checked"
        file = sandbox.world.media.keep("video", Purpose.GROUP_WELCOMES, "v.mp4", b"film film", at=int(call.now))
        video = {"video": {"media_id": sandbox.company.ids.media.encode(file.number)}}
        assert check_objects(call, video, GROUP_WELCOME) == video
        assert refused(check_content, call, None, [{"msgtype": "video", **video}], WELCOME) == 40007


IMAGE = {"msgtype": "image", "image": {"media_id": "x"}}
VIDEO = {"msgtype": "video", "video": {"media_id": "x"}}
LINK = {"msgtype": "link", "link": {"url": URL, "media_id": "x"}}


class TestMoments:
    @pytest.mark.parametrize("attachments", [[IMAGE] * 9, [VIDEO], [LINK]])
    def test_nine_pictures_or_one_of_the_others(self, call, attachments):
        assert check_content(call, None, attachments, MOMENT) == {"attachments": attachments}

    @pytest.mark.parametrize(
        ("attachments", "errcode"),
        [
            ([IMAGE] * 10, 41064),
            ([VIDEO] * 2, 41064),
            ([IMAGE, VIDEO], 41065),
            ([{"msgtype": "file", "file": {"media_id": "x"}}], 41065),
            ([{"msgtype": "image", "image": {"pic_url": URL}}], 40007),
            ([{"msgtype": "link", "link": {"url": URL}}], 40007),
            ([], 41089),
        ],
    )
    def test_moments_that_are_refused(self, call, attachments, errcode):
        assert refused(check_content, call, None, attachments, MOMENT) == errcode

    def test_a_text_alone_will_do(self, call):
        assert check_content(call, {"content": "新品"}, None, MOMENT) == {"text": {"content": "新品"}}


def test_albums_take_pictures_only(call):
    picture = {"type": "image", "image": {"media_id": "x"}}
    assert check_content(call, None, [picture] * 9, ALBUM) == {"attachments": [picture] * 9}
    assert refused(check_content, call, None, [picture] * 10, ALBUM) == 41064
    assert refused(check_content, call, None, [], ALBUM) == 41088
    assert refused(check_content, call, None, [{"msgtype": "image", "image": {"media_id": "x"}}], ALBUM) == 41065


def test_endings_of_chats_take_a_text_and_one_object(call):
    link = {"title": "t", "url": URL}
    given = {"text": {"content": "再见"}, "miniprogram": PROGRAM, "link": link, "file": {"media_id": "x"}}
    assert check_objects(call, given, CONCLUSION) == {"text": {"content": "再见"}, "link": link}
    assert refused(check_objects, call, {"file": {"media_id": "x"}}, CONCLUSION) == 40058
    assert refused(check_objects, call, {"text": {"content": "客" * 1334}}, CONCLUSION) == 45002
