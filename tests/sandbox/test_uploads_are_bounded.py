"""No upload keeps the others waiting, fills the memory, or speaks in the log; a slow file is still that file."""

import logging
import time

import pytest

from privcrm.sandbox.http import app
from privcrm.sandbox.http.forms import read_upload
from privcrm.sandbox.wecom.files import LARGEST_FORM
from privcrm.sandbox.world import media
from privcrm.sandbox.world.media import MediaBook, Purpose

from .test_media import png

DAY, HOUR = 86_400, 3_600
FORM = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="media"; filename="a"\r\n\r\n'


def of_parts(count: int) -> bytes:
    return (PART + b"123456789\r\n") * count + b"--b--\r\n"


def upload(vendor, token: str | None, body: bytes):
    params = {"type": "file", **({} if token is None else {"access_token": token})}
    headers = {"Content-Type": FORM}
    return vendor.request("POST", "media/upload", params=params, data=body, headers=headers).json()["errcode"]


@pytest.mark.parametrize(("token", "code"), [(None, 41001), ("nobody's", 40014)])
def test_nobody_without_a_token_has_a_form_read(vendor, monkeypatch, token, code):
    read: list[int] = []
    monkeypatch.setattr(app, "read_upload", lambda _, body: read.append(len(body)))
    assert upload(vendor, token, of_parts(1)) == code
    assert read == []
    assert upload(vendor, vendor.token, of_parts(1)) == 44001
    assert len(read) == 1


def test_a_form_has_few_parts():
    assert read_upload(FORM, of_parts(15)) is not None
    assert read_upload(FORM, of_parts(17)) is None


def test_a_body_of_nothing_but_parts_is_not_read_to_its_end(vendor):
    body = (PART + b"\r\n") * (LARGEST_FORM // len(PART + b"\r\n"))
    began = time.perf_counter()
    assert read_upload(FORM, body) is None
    assert time.perf_counter() - began < 2
    assert upload(vendor, vendor.token, body) == 44001


@pytest.mark.parametrize("wrong", [b"nonsense secret", PART + b"secret\r\n-", PART.replace(b"name", b"na\x01me"), PART])
def test_a_broken_form_says_nothing_in_the_log(caplog, wrong):
    caplog.set_level(logging.DEBUG)
    assert read_upload(FORM, wrong + b"\r\nmore") is None
    assert read_upload(FORM, of_parts(1) + b"behind the end") is not None
    assert caplog.records == []


def test_so_many_files_are_held(monkeypatch):
    monkeypatch.setattr(media, "_KEPT_FILES", 3)
    book = MediaBook()
    files = [book.keep("file", Purpose.MESSAGES, "f", b"x", at=0) for _ in range(5)]
    assert [book.find(file.number) is not None for file in files] == [False, False, True, True, True]
    renewed = book.renew(files[4], at=10 * DAY)
    assert [file.number for file in book] == [3, 4, renewed.number]


def test_downloads_are_dropped_after_their_time(monkeypatch):
    book = MediaBook()
    jobs = [book.download("file", "f", 10, 0, at=at).number for at in (0, HOUR, DAY)]
    assert [book.find_download(job) is not None for job in jobs] == [False, True, True]
    assert len(set(jobs)) == 3
    monkeypatch.setattr(media, "_KEPT_FILES", 2)
    jobs += [book.download("file", "f", 10, 0, at=DAY).number for _ in range(3)]
    assert [book.find_download(job) is not None for job in jobs] == [False] * 4 + [True] * 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["slow_headers", "slow_body"])
@pytest.mark.parametrize("wanted", [None, "bytes=0-15"])
def test_a_slow_file_has_its_own_headers(vendor, control, *, kind, when, wanted):
    headers = {"Range": wanted} if wanted else {}
    sent = vendor.request(
        "POST",
        "media/upload",
        params={"access_token": vendor.token, "type": "image"},
        files={"media": ("图.png", png())},
    ).json()
    query = {"access_token": vendor.token, "media_id": sent["media_id"]}
    plain = vendor.request("GET", "media/get", params=query, headers=headers)
    control.ok("POST", "faults", {"path": "*/media/get", "kind": kind, "when": when, "delay_s": 0.1})
    slow = vendor.request("GET", "media/get", params=query, headers=headers)
    assert slow.elapsed.total_seconds() >= 0.09 or kind == "slow_body"
    assert (slow.status_code, slow.content) == (plain.status_code, plain.content)
    own = {"content-type", "content-disposition", "content-range", "accept-ranges", "error-code"}
    assert {n: v for n, v in slow.headers.lower_items() if n in own} == {
        n: v for n, v in plain.headers.lower_items() if n in own
    }
