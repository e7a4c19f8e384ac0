"""Media: what is taken, what is sent, and what comes of the answers."""

import re
import struct
import traceback
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from privcrm.clock import ManualClock
from privcrm.errors import (
    AnswerLost,
    InputError,
    InvalidArgument,
    NotFound,
    PrivcrmError,
    QuotaExhausted,
    WriteForbidden,
    WrongApp,
)
from privcrm.models import Download, MediaJobState, MediaKind, MediaPurpose
from privcrm.provider import KillSwitch, ReadOnly, Secret
from privcrm.transport.session import HttpSession
from privcrm_wecom import WeComApp
from privcrm_wecom.api.pictures import content_type_of, size_of

MB = 1024 * 1024
UPLOAD, ATTACHMENT, IMAGE = "media/upload", "media/upload_attachment", "media/uploadimg"
FETCH, FETCHED, GET = "media/upload_by_url", "media/get_upload_by_url_result", "media/get"
MD5 = "0123456789abcdef0123456789ABCDEF"


def png(width: int = 8, height: int = 8) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(5)


def jpeg(width: int, height: int) -> bytes:
    extra = b"\xff\xe0" + struct.pack(">H", 6) + b"JFIF"
    return b"\xff\xd8" + extra + b"\xff\xff\xc2" + struct.pack(">HBHH", 17, 8, height, width) + bytes(12)


AMR, MP4 = b"#!AMR\n" + bytes(20), bytes(4) + b"ftypisom" + bytes(20)
GIVEN = {"errcode": 0, "errmsg": "", "type": "image", "media_id": "M1", "created_at": "1735700000", "new": 1}


def query(request):
    return {name: one for name, (one,) in parse_qs(urlsplit(request.url).query).items() if name != "access_token"}


@pytest.mark.parametrize(
    ("kind", "content", "content_type"),
    [
        (MediaKind.IMAGE, png(), "image/png"),
        (MediaKind.IMAGE, jpeg(3, 4), "image/jpeg"),
        (MediaKind.VOICE, AMR, "audio/amr"),
        (MediaKind.VIDEO, MP4, "video/mp4"),
        (MediaKind.FILE, b"anything", "application/octet-stream"),
    ],
)
def test_files_for_messages_are_uploaded_with_their_kind(vendor, company, kind, content, content_type):
    vendor.answers(UPLOAD, GIVEN)
    made = company().media.upload(content, "报价.bin", kind)
    (request,) = vendor.asked(UPLOAD)
    assert query(request) == {"type": str(kind)}
    head = f'name="media"; filename="报价.bin"; filelength={len(content)}\r\nContent-Type: {content_type}\r\n\r\n'
    assert head.encode() + content + b"\r\n--" in request.body
    assert (made.media_id, made.kind, made.purpose) == ("M1", kind, MediaPurpose.MESSAGE)
    assert (made.created_at, made.expires_at) == (1735700000, 1735700000 + 3 * 86400)
    assert made.raw["new"] == 1


@pytest.mark.parametrize("guard", [ReadOnly(), KillSwitch(lambda: True)])
def test_what_stays_and_what_is_fetched_are_writes_and_what_expires_is_not(vendor, company, guard):
    vendor.answers(UPLOAD, GIVEN)
    vendor.answers(ATTACHMENT, GIVEN)
    media = company(guards=(guard,)).media
    with pytest.raises(WriteForbidden):
        media.upload_image(png(), "a.png")
    with pytest.raises(WriteForbidden):
        media.fetch("https://cdn.example/a.mp4", "a.mp4", MediaKind.VIDEO, MD5)
    assert not vendor.mock.calls
    for purpose in (MediaPurpose.MESSAGE, MediaPurpose.MOMENT):
        assert media.upload(png(), "a.png", MediaKind.IMAGE, purpose).media_id == "M1"


@pytest.mark.parametrize(("purpose", "number"), [(MediaPurpose.MOMENT, "1"), (MediaPurpose.PRODUCT, "2")])
def test_attachments_are_uploaded_elsewhere_and_dated_as_numbers(vendor, company, purpose, number):
    vendor.answers(ATTACHMENT, GIVEN | {"created_at": 1735700000})
    made = company().media.upload(png(), "a.png", MediaKind.IMAGE, purpose)
    assert query(vendor.asked(ATTACHMENT)[0]) == {"media_type": "image", "attachment_type": number}
    assert (made.purpose, made.expires_at) == (purpose, 1735700000 + 3 * 86400)


def test_an_upload_that_is_not_dated_expires_nobody_knows_when(vendor, company):
    vendor.answers(UPLOAD, {"errcode": 0, "media_id": "M1"})
    made = company().media.upload(b"anything", "a", MediaKind.FILE)
    assert (made.created_at, made.expires_at) == (None, None)


@pytest.mark.parametrize(
    ("kind", "content", "purpose", "words"),
    [
        (MediaKind.IMAGE, b"12345", MediaPurpose.MESSAGE, "content has 5 bytes and must have more than 5"),
        (MediaKind.IMAGE, png() + bytes(10 * MB), MediaPurpose.MESSAGE, "at most 10,485,760 are taken"),
        (MediaKind.VOICE, AMR + bytes(2 * MB), MediaPurpose.MESSAGE, "at most 2,097,152 are taken"),
        (MediaKind.VIDEO, MP4 + bytes(10 * MB), MediaPurpose.MOMENT, "at most 10,485,760 are taken"),
        (MediaKind.FILE, bytes(20 * MB + 1), MediaPurpose.MESSAGE, "content has 20,971,521 bytes"),
        (MediaKind.IMAGE, b"GIF89a....", MediaPurpose.MESSAGE, "image/png or image/jpeg"),
        (MediaKind.VOICE, MP4, MediaPurpose.MESSAGE, "audio/amr"),
        (MediaKind.VIDEO, png(), MediaPurpose.MOMENT, "video/mp4"),
        (MediaKind.VOICE, AMR, MediaPurpose.MOMENT, "no voice is taken for the purpose moment"),
        (MediaKind.FILE, bytes(9), MediaPurpose.MOMENT, "no file is taken"),
        (MediaKind.VIDEO, MP4, MediaPurpose.PRODUCT, "no video is taken for the purpose product"),
        (MediaKind.IMAGE, png(10801, 10), MediaPurpose.MOMENT, "long side of the picture is 10,801"),
        (MediaKind.IMAGE, jpeg(1081, 1081), MediaPurpose.MOMENT, "short side of the picture is 1,081"),
    ],
)
def test_what_the_vendor_would_refuse_is_not_sent(vendor, company, *, kind, content, purpose, words):
    with pytest.raises(InputError, match=words) as caught:
        company().media.upload(content, "a", kind, purpose)
    assert "path/9" in str(caught.value)
    assert len(vendor.mock.calls) == 0


def test_a_file_needs_a_name(vendor, company):
    for work in (
        lambda media: media.upload(png(), "", MediaKind.IMAGE),
        lambda media: media.upload_image(png(), ""),
        lambda media: media.fetch("https://h/a", "", MediaKind.FILE, MD5),
    ):
        with pytest.raises(InputError, match="filename is empty"):
            work(company().media)
    assert len(vendor.mock.calls) == 0


def test_the_largest_pictures_for_moments_are_taken(vendor, company):
    vendor.answers(ATTACHMENT, GIVEN)
    for picture in (png(10800, 1080), jpeg(1080, 10800), b"\xff\xd8\xff\xd9 no frame"):
        company().media.upload(picture, "a", MediaKind.IMAGE, MediaPurpose.MOMENT)
    assert len(vendor.asked(ATTACHMENT)) == 3


def test_a_lost_upload_is_sent_again(vendor, company):
    vendor.answers(UPLOAD, requests.ConnectionError("x"), {"errcode": -1}, GIVEN)
    assert company().media.upload(png(), "a", MediaKind.IMAGE).media_id == "M1"
    assert len(vendor.asked(UPLOAD)) == 3


@pytest.mark.parametrize(
    ("path", "work"),
    [
        (UPLOAD, lambda media: media.upload(png(), "a", MediaKind.IMAGE)),
        (IMAGE, lambda media: media.upload_image(png(), "a")),
        (FETCH, lambda media: media.fetch("https://h/a", "a", MediaKind.FILE, MD5)),
    ],
)
def test_an_answer_without_what_was_asked_for_is_none(vendor, company, path, work):
    vendor.answers(path, 0)
    with pytest.raises(AnswerLost, match="tells no"):
        work(company().media)


def test_pictures_that_stay_are_few_a_day(vendor, company):
    vendor.answers(IMAGE, {"errcode": 0, "url": "https://wework.qpic.cn/x"})
    media = company(limits={"permanent_images_per_day": 2}, limits_share=1.0).media
    assert media.upload_image(png(), "a.png") == "https://wework.qpic.cn/x"
    assert query(vendor.asked(IMAGE)[0]) == {}
    media.upload_image(png(), "a.png")
    with pytest.raises(QuotaExhausted):
        media.upload_image(png(), "a.png")
    with pytest.raises(InputError, match="2,097,152"):
        media.upload_image(bytes(2 * MB + 1), "a.png")
    with pytest.raises(InputError, match="more than 5"):
        media.upload_image(b"", "a.png")
    assert len(vendor.asked(IMAGE)) == 2


def test_a_large_file_is_fetched_by_the_vendor(vendor, company, bodies):
    vendor.answers(FETCH, {"errcode": 0, "jobid": "J1"})
    assert company().media.fetch("https://cdn.example/a.mp4", "a.mp4", MediaKind.VIDEO, MD5) == "J1"
    wanted = {"scene": 1, "type": "video", "filename": "a.mp4", "url": "https://cdn.example/a.mp4", "md5": MD5.lower()}
    assert bodies(FETCH) == [wanted]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": MediaKind.IMAGE}, "no image is fetched"),
        ({"filename": "名" * 43}, "filename has 129 bytes, at most 128"),
        ({"url": "https://h/" + "a" * 1015}, "url has 1,025 bytes, at most 1,024"),
        ({"url": "ftp://h/a"}, "begins with https"),
        ({"md5": MD5[1:]}, "32 hexadecimal"),
        ({"md5": "g" * 32}, "32 hexadecimal"),
    ],
)
def test_a_fetch_that_cannot_work_is_not_ordered(vendor, company, changes, words):
    with pytest.raises(InputError, match=words):
        company().media.fetch(**{"url": "https://h/a", "filename": "a", "kind": MediaKind.FILE, "md5": MD5} | changes)
    assert len(vendor.mock.calls) == 0


@pytest.mark.parametrize("status", [1, "1", None, 9])
def test_a_job_that_is_not_over_is_running(vendor, company, status):
    vendor.answers(FETCHED, {"errcode": 0, "status": status, "detail": {"errcode": 0}})
    job = company().media.fetched("J1")
    assert (job.state, job.media) == (MediaJobState.RUNNING, None)


def test_jobs_end_with_a_file_or_with_a_code(vendor, company, bodies):
    detail = {"errcode": 0, "errmsg": "ok", "media_id": "M2", "created_at": "1735700000"}
    failed = {"errcode": 0, "status": "3", "detail": {"errcode": 830003, "errmsg": "download failed"}}
    vendor.answers(FETCHED, {"errcode": 0, "status": 2, "detail": detail}, failed, 40088)
    media = company().media
    done = media.fetched("J1", MediaKind.VIDEO)
    assert done.state is MediaJobState.DONE
    assert (done.media.media_id, done.media.kind, done.media.expires_at) == ("M2", MediaKind.VIDEO, 1735959200)
    failure = media.fetched("J1")
    assert (failure.state, failure.code, failure.media) == (MediaJobState.FAILED, 830003, None)
    with pytest.raises(NotFound):
        media.fetched("J1")
    assert bodies(FETCHED)[0] == {"jobid": "J1"}
    for job_id in ("", "x" * 129):
        with pytest.raises(InputError, match="job_id"):
            media.fetched(job_id)


def attached(content: bytes, status: int = 200, **headers: str):
    return (
        status,
        {"Content-Type": "image/png", "Content-Disposition": 'attachment; filename="a.png"', **headers},
        content,
    )


def test_a_file_is_downloaded_whole(vendor, company):
    vendor.answers(GET, attached(png()), method="GET")
    assert company().media.get("M1") == Download(png(), "image/png", "a.png")
    assert query(vendor.asked(GET)[0]) == {"media_id": "M1"}


def test_a_large_file_comes_in_parts_of_full_length(vendor, company):
    parts = [attached(b"x" * 16, 206, **{"Content-Range": "bytes 0-15/20"}), attached(b"yyyy", 206)]
    parts[1][1]["Content-Range"] = "bytes 16-19/20"
    vendor.answers(GET, 830002, *parts, method="GET")
    found = company(limits={"download_part": 16}).media.get("M1")
    assert found.content == b"x" * 16 + b"yyyy"
    assert [request.headers.get("Range") for request in vendor.asked(GET)] == [None, "bytes=0-15", "bytes=16-31"]


@pytest.mark.parametrize("span", ["bytes 0-3/9", "bytes 4-7/999999999"])
def test_parts_that_do_not_fit_are_no_file(vendor, company, span):
    first = attached(b"xxxx", 206, **{"Content-Range": "bytes 0-3/8"})
    vendor.answers(GET, 830002, first, attached(b"yyyy", 206, **{"Content-Range": span}), method="GET")
    with pytest.raises(AnswerLost):
        company(limits={"download_part": 4, "fetched_media": 100}).media.get("M1")


@pytest.mark.parametrize(
    ("spans", "asked"),
    [
        (["bytes 0-1/9"], 1),  # shorter than asked for, and not the end
        (["bytes 0-3/12", "bytes 4-4/12"], 2),
        (["bytes 0-3/8", "bytes 4-7/12", "bytes 8-11/16"], 3),  # an end that runs away
    ],
)
def test_parts_that_never_come_to_an_end_are_not_waited_for(vendor, company, spans, asked):
    ends = [tuple(map(int, re.findall("[0-9]+", span))) for span in spans]
    parts = [attached(bytes(b - a + 1), 206, **{"Content-Range": s}) for s, (a, b, _) in zip(spans, ends, strict=True)]
    vendor.answers(GET, 830002, *parts, method="GET")
    with pytest.raises(AnswerLost):
        company(limits={"download_part": 4, "fetched_media": 12}).media.get("M1")
    assert len(vendor.asked(GET)) == 1 + asked


def test_a_file_of_the_largest_size_comes_in_its_parts(vendor, company):
    parts = [attached(b"xxxx", 206, **{"Content-Range": f"bytes {n}-{n + 3}/12"}) for n in (0, 4, 8)]
    vendor.answers(GET, 830002, *parts, method="GET")
    assert company(limits={"download_part": 4, "fetched_media": 12}).media.get("M1").content == b"x" * 12


def test_refused_downloads_say_why(vendor, company):
    vendor.answers(GET, 40007, 40146, method="GET")
    with pytest.raises(NotFound) as caught:
        company().media.get("M1")
    assert caught.value.code == 40007
    with pytest.raises(InvalidArgument):
        company().media.get("M1")
    with pytest.raises(InputError, match="media_id is empty"):
        company().media.get("")


def test_a_token_that_died_is_renewed_for_files_too(vendor, company):
    vendor.answers(GET, 40014, attached(png()), method="GET")
    vendor.answers(UPLOAD, 42001, GIVEN)
    media = company().media
    assert media.get("M1").content == png()
    media.upload(png(), "a", MediaKind.IMAGE)
    assert vendor.tokens == 3


def test_an_upload_is_no_write_until_something_refers_to_it(vendor, company):
    vendor.answers(UPLOAD, GIVEN)
    assert company(guards=(ReadOnly(),)).media.upload(png(), "a", MediaKind.IMAGE).media_id == "M1"


def test_roles_are_told_before_a_file_is_sent(vendor, company):
    book = (WeComApp("book", Secret("d"), roles=frozenset({"directory"})),)
    with pytest.raises(WrongApp, match="可调用接口的应用"):
        company(apps=book).media.upload(png(), "a", MediaKind.IMAGE, MediaPurpose.MOMENT)
    assert len(vendor.mock.calls) == 0


def test_a_slow_upload_has_time_for_its_size(vendor, company, monkeypatch):
    given = []
    exchange = HttpSession.exchange

    def watched(self, *args, timeout, **options):
        given.append(timeout)
        return exchange(self, *args, timeout=timeout, **options)

    monkeypatch.setattr(HttpSession, "exchange", watched)
    vendor.answers(UPLOAD, GIVEN)
    company(timeout=10.0, clock=ManualClock()).media.upload(bytes(10 * MB), "a", MediaKind.FILE)
    assert given[0] == 10.0
    assert given[-1] == pytest.approx(50.0, abs=1)


@pytest.mark.parametrize("code", [40058, -1])
@pytest.mark.parametrize(
    "work",
    [
        lambda media: media.upload(b"SECRET-CONTENT", "SECRET-NAME", MediaKind.FILE),
        lambda media: media.upload(b"SECRET-CONTENT", "SECRET-NAME", MediaKind.IMAGE),
        lambda media: media.upload_image(b"SECRET-CONTENT", "SECRET-NAME"),
        lambda media: media.fetch("https://h/?key=SECRET", "SECRET-NAME", MediaKind.FILE, MD5),
        lambda media: media.fetch("https://h/?key=SECRET", "SECRET" * 30, MediaKind.FILE, MD5),
    ],
)
def test_a_failure_shows_no_content_name_or_address(vendor, company, code, work):
    for path in (UPLOAD, IMAGE, FETCH):
        vendor.answers(path, code)
    with pytest.raises(PrivcrmError) as caught:
        work(company().media)
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    ours = [line for line in text.splitlines() if "SECRET" in line and "lambda" not in line]
    assert ours == []


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(7, 9), (7, 9)),
        (jpeg(7, 9), (7, 9)),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff", None),
        (b"\xff\xd8\xff\xc0\x00", None),
        (b"\xff\xd8\xff\xe0\xff\xff", None),
        (MP4, None),
        (b"", None),
    ],
)
def test_the_size_of_a_picture_is_in_its_first_bytes(content, size):
    assert size_of(content) == size


def test_short_contents_have_no_type():
    assert content_type_of(b"") == "application/octet-stream"
