import hashlib
import struct
from datetime import datetime, timedelta, timezone

import pytest
import requests

from privcrm.sandbox.world.media import MediaBook, Purpose

MB = 1024 * 1024
MP4_HEAD = struct.pack(">I", 16) + b"ftypisom" + b"\0" * 4
BEIJING = timezone(timedelta(hours=8))


def png(width=640, height=480, size=200):
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height)
    return head.ljust(size, b"x")


def jpg(width=640, height=480):
    return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"x" * 20


def mp4(seconds=10, *, wide=False):
    times = (
        struct.pack(">QQIQ", 0, 0, 1000, seconds * 1000) if wide else struct.pack(">IIII", 0, 0, 1000, seconds * 1000)
    )
    return MP4_HEAD + b"\0\0\0\x6cmvhd" + (b"\1" if wide else b"\0") + b"\0\0\0" + times + b"x" * 40


def amr(seconds=5):
    return b"#!AMR\n" + (b"\x04" + b"a" * 12) * (seconds * 50)


@pytest.fixture
def send(vendor):
    def send(path, content, /, name="picture.png", part="media", app=None, **query):
        params = {"access_token": (app or vendor).token, **query}
        return (app or vendor).request("POST", f"media/{path}", params=params, files={part: (name, content)}).json()

    return send


@pytest.fixture
def fetch(vendor):
    def fetch(media_id, wanted=None):
        headers = {"Range": wanted} if wanted else {}
        params = {"access_token": vendor.token, "media_id": media_id}
        return vendor.request("GET", "media/get", params=params, headers=headers)

    return fetch


class TestTemporaryFiles:
    @pytest.mark.parametrize(
        ("kind", "content", "told"),
        [
            ("image", png(), "image/png"),
            ("image", jpg(), "image/jpeg"),
            ("voice", amr(), "voice/amr"),
            ("video", mp4(), "video/mp4"),
            ("file", b"anything", "application/octet-stream"),
        ],
    )
    def test_a_file_comes_back_as_it_was_sent(self, send, fetch, kind, content, told):
        reply = send("upload", content, "图片 1.bin", type=kind)
        assert (reply["type"], type(reply["created_at"])) == (kind, str)
        back = fetch(reply["media_id"])
        assert (back.status_code, back.content, back.headers["content-type"]) == (200, content, told)
        assert "%E5%9B%BE%E7%89%87" in back.headers["content-disposition"]

    @pytest.mark.parametrize(
        ("kind", "content", "code"),
        [
            ("image", b"x" * 10, 40004),
            ("image", amr(), 40004),
            ("image", png(size=10 * MB + 1), 40009),
            ("voice", png(), 301017),
            ("voice", amr(61), 301016),
            ("voice", amr().ljust(2 * MB + 1, b"\x04"), 45001),
            ("video", png(), 40004),
            ("video", mp4().ljust(10 * MB + 1, b"x"), 45001),
            ("file", b"x" * (20 * MB + 1), 45001),
            ("file", b"x" * (25 * MB), 45001),
            ("file", b"12345", 40006),
            ("file", b"", 44001),
            ("sticker", png(), 40005),
            ("", png(), 40005),
        ],
    )
    def test_wrong_files(self, send, kind, content, code):
        assert send("upload", content, type=kind)["errcode"] == code

    @pytest.mark.parametrize(
        ("kind", "content"),
        [("image", png(size=10 * MB)), ("voice", amr(60)), ("file", b"123456"), ("file", b"x" * (20 * MB))],
    )
    def test_at_the_bound_files_are_taken(self, send, kind, content):
        assert send("upload", content, type=kind)["errcode"] == 0

    def test_the_part_is_called_media(self, send):
        assert send("upload", png(), part="file", type="image")["errcode"] == 44001

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"{}", "application/json"),
            (b"", "multipart/form-data; boundary=b"),
            (b"nonsense", "multipart/form-data; boundary=b"),
            (b"--b\r\nnonsense\r\n\r\nx", "multipart/form-data; boundary=b"),
            (b'--b\r\nContent-Disposition: form-data; name="media"\r\n\r\nvalue\r\n--b--\r\n', "multipart/form-data"),
            (
                b'--b\r\nContent-Disposition: form-data; name="media"\r\n\r\nvalue\r\n--b--\r\n',
                "multipart/form-data; boundary=b",
            ),
            (
                b'--b\r\nContent-Disposition: form-data; name="media"; filename="f"\r\n\r\nlost',
                "multipart/form-data; boundary=b",
            ),
        ],
    )
    def test_a_body_without_a_whole_file(self, vendor, body, kind):
        params, headers = {"access_token": vendor.token, "type": "file"}, {"Content-Type": kind}
        reply = vendor.request("POST", "media/upload", params=params, data=body, headers=headers)
        assert reply.json()["errcode"] == 44001

    def test_names_are_raw_utf8_and_extended_ones_are_not_understood(self, vendor, fetch):
        disposition = 'form-data; name="media"; filename="报价.pdf"; filename*=UTF-8\'\'other.pdf'
        body = f"--b\r\nContent-Disposition: {disposition}\r\n\r\n123456789\r\n--b--\r\n".encode()
        params, headers = (
            {"access_token": vendor.token, "type": "file"},
            {"Content-Type": "multipart/form-data; boundary=b"},
        )
        reply = vendor.request("POST", "media/upload", params=params, data=body, headers=headers).json()
        assert "%E6%8A%A5%E4%BB%B7.pdf" in fetch(reply["media_id"]).headers["content-disposition"]

    def test_every_app_may_read_a_file_for_three_days(self, send, fetch, vendor_as, sandbox, control):
        media_id = send("upload", png(), type="image", app=vendor_as(sandbox.credentials.other_secret))["media_id"]
        control.ok("POST", "clock", {"advance_seconds": 3 * 86400 - 60})
        assert fetch(media_id).content == png()
        control.ok("POST", "clock", {"advance_seconds": 61})
        assert fetch(media_id).json()["errcode"] == 40007

    def test_unknown_ids(self, vendor, sandbox):
        unknown = sandbox.company.ids.media.encode(99)
        assert [vendor.get("media/get", media_id=text)["errcode"] for text in ("", "nothing", unknown)] == [40007] * 3


class TestRanges:
    @pytest.mark.parametrize(
        ("wanted", "start", "stop"),
        [("bytes=0-9", 0, 10), ("bytes=190-", 190, 200), ("bytes=-5", 195, 200), ("bytes=150-999", 150, 200)],
    )
    def test_part_of_a_file(self, send, fetch, wanted, start, stop):
        content = bytes(range(200))
        back = fetch(send("upload", content, type="file")["media_id"], wanted)
        assert (back.status_code, back.content) == (206, content[start:stop])
        assert back.headers["content-range"] == f"bytes {start}-{stop - 1}/200"

    @pytest.mark.parametrize("wanted", ["bytes=200-", "bytes=9-5", "bytes=-", "lines=1-2", "bytes=0-1,4-5"])
    def test_ranges_that_give_nothing(self, send, fetch, wanted):
        back = fetch(send("upload", b"x" * 200, type="file")["media_id"], wanted)
        assert (back.status_code, back.json()["errcode"]) == (200, 40146)

    def test_some_files_want_lengths_of_whole_blocks(self, send, fetch, control):
        media_id = send("upload", b"x" * 200, type="file")["media_id"]
        control.switch(media_range_multiple=16)
        assert fetch(media_id, "bytes=0-9").json()["errcode"] == 40146
        assert fetch(media_id, "bytes=0-31").status_code == 206


class TestAttachments:
    @pytest.mark.parametrize("content", [png(1080, 10_800), png(10_800, 1080), jpg(1080, 1080)])
    def test_pictures_for_moments(self, send, content):
        reply = send("upload_attachment", content, media_type="image", attachment_type=1)
        assert (reply["errcode"], reply["type"], type(reply["created_at"])) == (0, "image", int)

    @pytest.mark.parametrize(
        ("content", "query", "code"),
        [
            (png(1081, 1081), {"media_type": "image", "attachment_type": 1}, 41081),
            (png(10_801, 10), {"media_type": "image", "attachment_type": 1}, 41081),
            (jpg(1081, 1081), {"media_type": "image", "attachment_type": 1}, 41081),
            (png(1081, 1081), {"media_type": "image", "attachment_type": 2}, 0),
            (mp4(30), {"media_type": "video", "attachment_type": 1}, 0),
            (mp4(31), {"media_type": "video", "attachment_type": 1}, 41082),
            (mp4(31, wide=True), {"media_type": "video", "attachment_type": 1}, 41082),
            (mp4(5), {"media_type": "video", "attachment_type": 2}, 41072),
            (png(), {"media_type": "video", "attachment_type": 1}, 41090),
            (mp4(5), {"media_type": "image", "attachment_type": 1}, 40004),
            (b"x" * 100, {"media_type": "file", "attachment_type": 1}, 41072),
            (png(size=10 * MB + 1), {"media_type": "image", "attachment_type": 1}, 41080),
            (b"x", {"media_type": "image", "attachment_type": 1}, 44001),
            (png(), {"media_type": "image", "attachment_type": 3}, 41072),
            (png(), {"media_type": "image"}, 41072),
            (png(), {"attachment_type": 1}, 41072),
        ],
    )
    def test_what_fits(self, send, content, query, code):
        assert send("upload_attachment", content, **query)["errcode"] == code

    def test_only_customer_contact_hands_in_attachments(self, send, vendor_as, sandbox):
        plain = vendor_as(next(app.secret for app in sandbox.company.apps if not app.roles))
        assert send("upload", png(), type="image", app=plain)["errcode"] == 0
        assert send("upload_attachment", png(), media_type="image", attachment_type=1, app=plain)["errcode"] == 48002


class TestPictures:
    def test_a_picture_is_shown_by_its_address_for_ever(self, send, control):
        url = send("uploadimg", png(), part="fieldNameHere")["url"]
        control.ok("POST", "clock", {"advance_seconds": 400 * 86400})
        shown = requests.get(url, timeout=5)
        assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, png(), "image/png")
        assert requests.get(url.replace("/0", "x/0"), timeout=5).status_code == 404

    def test_its_address_holds_no_media_id(self, send, fetch):
        url = send("uploadimg", png())["url"]
        assert fetch(url.split("/")[-2]).json()["errcode"] == 40007

    @pytest.mark.parametrize(
        ("content", "code"),
        [(png(size=2 * MB), 0), (png(size=2 * MB + 1), 45001), (mp4(), 40009), (b"x", 40009), (b"", 44001)],
    )
    def test_what_is_a_picture(self, send, content, code):
        assert send("uploadimg", content)["errcode"] == code

    def test_so_many_a_day_and_a_month(self, send, control, vendor_as, sandbox):
        def codes(count):
            app = vendor_as(sandbox.credentials.secret)
            return [send("uploadimg", png(), app=app)["errcode"] for _ in range(count)]

        control.switch(pictures_per_day=2, pictures_per_month=3)
        now = datetime.fromtimestamp(sandbox.clock.time(), BEIJING)
        evening = (now.replace(day=28) + timedelta(days=14)).replace(day=10, hour=23, minute=50)
        sandbox.clock.advance((evening - now).total_seconds())
        assert codes(3) == [0, 0, 45009]
        sandbox.clock.advance(1200)
        assert codes(2) == [0, 45009]
        sandbox.clock.advance(40 * 86400)
        assert codes(3) == [0, 0, 45009]


class TestFetchedByAddress:
    BODY = {  # noqa: RUF012 - never changed
        "scene": 1,
        "type": "video",
        "filename": "片.mp4",
        "url": "https://example.invalid/a.mp4",
        "md5": hashlib.md5(b"", usedforsecurity=False).hexdigest(),
    }

    def result(self, vendor, jobid):
        return vendor.post("media/get_upload_by_url_result", jobid=jobid)

    def test_a_job_is_done_after_a_while_and_forgotten_after_an_hour(self, vendor, control, fetch):
        jobid = vendor.post("media/upload_by_url", **self.BODY)["jobid"]
        assert self.result(vendor, jobid)["status"] == 1
        control.ok("POST", "clock", {"advance_seconds": 5})
        done = [self.result(vendor, jobid) for _ in range(2)]
        assert [reply["status"] for reply in done] == [2, 2]
        assert done[0]["detail"] == done[1]["detail"]
        assert isinstance(done[0]["detail"]["created_at"], str)
        assert len(fetch(done[0]["detail"]["media_id"]).content) == MB
        control.ok("POST", "clock", {"advance_seconds": 3600})
        assert self.result(vendor, jobid)["errcode"] == 40088

    @pytest.mark.parametrize("code", [830001, 830003, 45001, 301019])
    def test_a_job_fails_by_switch(self, vendor, control, code):
        control.switch(media_job_result=str(code), media_job_seconds=0)
        reply = self.result(vendor, vendor.post("media/upload_by_url", **self.BODY)["jobid"])
        assert (reply["errcode"], reply["status"], reply["detail"]["errcode"]) == (0, 3, code)
        assert "media_id" not in reply["detail"]

    @pytest.mark.parametrize(("size", "code"), [(200 * MB, 0), (200 * MB + 1, 45001)])
    def test_a_file_has_200_mb_at_most(self, vendor, control, size, code):
        control.switch(media_job_bytes=size, media_job_seconds=0)
        reply = self.result(vendor, vendor.post("media/upload_by_url", **self.BODY)["jobid"])
        assert reply["detail"]["errcode"] == code

    def test_large_files_are_read_in_ranges_that_fit_together(self, vendor, control, fetch):
        control.switch(media_job_bytes=30 * MB, media_job_seconds=0)
        jobid = vendor.post("media/upload_by_url", **self.BODY)["jobid"]
        media_id = self.result(vendor, jobid)["detail"]["media_id"]
        assert fetch(media_id).json()["errcode"] == 830002
        assert fetch(media_id, f"bytes=0-{20 * MB}").json()["errcode"] == 830002
        whole = fetch(media_id, f"bytes=0-{20 * MB - 1}").content
        assert len(whole) == 20 * MB
        assert fetch(media_id, "bytes=1000-1099").content == whole[1000:1100]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"scene": 2}, 40058),
            ({"scene": None}, 40063),
            ({"type": "image"}, 40005),
            ({"filename": "长" * 43}, 40058),
            ({"url": ""}, 40063),
            ({"url": "https://e.invalid/" + "a" * 1024}, 40058),
            ({"md5": "0" * 33}, 40058),
        ],
    )
    def test_wrong_jobs(self, vendor, wrong, code):
        assert vendor.post("media/upload_by_url", **{**self.BODY, **wrong})["errcode"] == code

    def test_an_address_that_is_none_fails_the_job(self, vendor, control):
        control.switch(media_job_seconds=0)
        jobid = vendor.post("media/upload_by_url", **{**self.BODY, "url": "ftp://example.invalid"})["jobid"]
        assert self.result(vendor, jobid)["detail"]["errcode"] == 830001
        assert self.result(vendor, "nothing")["errcode"] == 40088


class TestBook:
    def test_more_than_its_bound_is_never_held(self):
        book = MediaBook()
        block = b"x" * (100 * MB)
        numbers = [book.keep("file", Purpose.MESSAGES, "f", block, at=0).number for _ in range(3)]
        assert [book.find(number) is not None for number in numbers] == [False, True, True]

    def test_invented_bytes_are_the_same_wherever_reading_begins(self):
        book = MediaBook()
        number = book.download("file", "f", 1000, 0, at=0).number
        file = book.fetched(number, at=5)
        whole = file.read()
        assert len(whole) == 1000
        assert all(file.read(a, b) == whole[a:b] for a, b in [(0, 64), (63, 65), (64, 128), (999, 2000), (5, 5)])
        assert book.fetched(number, at=9) == file
