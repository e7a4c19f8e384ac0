"""Uploads and downloads on the path of every call."""

import socket
import time
import traceback

import pytest
import responses

from privcrm.clock import ManualClock
from privcrm.errors import AnswerLost, NotFound, UnsupportedCapability, WriteForbidden
from privcrm.provider import Effect, Endpoint, LimitTable, ProviderContext, ReadOnly, Repeat
from privcrm.transport import Blob, File, Params, Transport
from privcrm.transport.files import blob_of, form_of, seconds_for
from privcrm.transport.session import Fault, HttpSession
from tests.unit.transport.doubles import Dialect, OneToken

HOST = "https://api.vendor.example"
UPLOAD = Endpoint("upload", "POST", "/files", "any", Effect.READ, Repeat.SAFE, "")
WRITE = Endpoint("write", "POST", "/files", "any", Effect.WRITE, Repeat.SAFE, "")
GET = Endpoint("get", "GET", "/files", "any", Effect.READ, Repeat.SAFE, "")
PICTURE = File(b"\x89PNG\r\n\x1a\nabc", '张"三.png', "image/png")
ATTACHED = {"Content-Disposition": 'attachment; filename="a.png"', "Content-Type": "image/png"}


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def transport(clock):
    def make(host: str = HOST, **settings) -> Transport:
        context = ProviderContext(clock=clock, **settings)
        return Transport(Dialect(), context, base_url=host, company="c1", limits=LimitTable([]))

    return make


def test_a_form_holds_one_part_with_name_filename_and_length():
    body, content_type = form_of(PICTURE)
    boundary = content_type.removeprefix("multipart/form-data; boundary=")
    head, _, rest = body.partition(b"\r\n\r\n")
    assert head.decode() == (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="media"; filename="张%22三.png"; filelength=11\r\n'
        "Content-Type: image/png"
    )
    assert rest == PICTURE.content + f"\r\n--{boundary}--\r\n".encode()


def test_boundaries_are_never_the_same():
    assert form_of(PICTURE)[1] != form_of(PICTURE)[1]


def test_an_upload_puts_parameters_into_the_query_and_keeps_the_token(mock, transport):
    mock.post(f"{HOST}/files", json={"ok": True, "id": "m"})
    answer = transport().call(UPLOAD, Params({"type": "image"}), tokens=OneToken(), file=PICTURE)
    request = mock.calls[0].request
    assert answer["id"] == "m"
    assert request.url == f"{HOST}/files?type=image"
    assert request.headers["Authorization"] == "Bearer TOP"
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert int(request.headers["Content-Length"]) == len(request.body)
    assert PICTURE.content in request.body


def test_a_lost_upload_is_repeated_with_the_same_body(mock, transport):
    mock.post(f"{HOST}/files", status=502, body="<html>")
    mock.post(f"{HOST}/files", json={"ok": True})
    transport().call(UPLOAD, Params({}), file=PICTURE)
    assert mock.calls[0].request.body == mock.calls[1].request.body


def test_guards_hold_for_uploads_and_retired_names_for_downloads(mock, transport):
    with pytest.raises(WriteForbidden):
        transport(guards=(ReadOnly(),)).call(WRITE, Params({}), file=PICTURE)
    retired = Endpoint("old", "GET", "/old", "any", Effect.READ, Repeat.SAFE, "", replaced_by="new")
    with pytest.raises(UnsupportedCapability, match="new"):
        transport().download(retired, Params({}), most=10)
    assert len(mock.calls) == 0


def test_the_deadline_grows_with_the_file(mock, transport, monkeypatch):
    given: list[float] = []
    exchange = HttpSession.exchange

    def watched(self, *args, timeout, **options):
        given.append(timeout)
        return exchange(self, *args, timeout=timeout, **options)

    monkeypatch.setattr(HttpSession, "exchange", watched)
    mock.post(f"{HOST}/files", json={"ok": True})
    mock.get(f"{HOST}/files", body=b"abc", headers=ATTACHED)
    transport(timeout=3.0).call(UPLOAD, Params({}), file=File(bytes(1024 * 1024), "a"))
    transport(timeout=3.0).download(GET, Params({}), most=2 * 1024 * 1024)
    transport(timeout=3.0).call(UPLOAD, Params({}))
    assert given == [pytest.approx(7.0, abs=0.1), pytest.approx(3.0 + seconds_for(2 * 1024 * 1024)), 3.0]


def test_a_download_brings_bytes_type_and_name(mock, transport):
    headers = {"Content-Disposition": 'attachment; filename="../../etc/报价.pdf"', "Content-Type": "application/pdf"}
    mock.get(f"{HOST}/files", body=b"%PDF", headers={n: v.encode().decode("latin-1") for n, v in headers.items()})
    blob = transport().download(GET, Params({"id": "m"}), most=100, tokens=OneToken())
    assert blob == Blob(b"%PDF", "application/pdf", "报价.pdf", 0, 4)
    assert mock.calls[0].request.headers["Accept"] == "*/*"
    assert mock.calls[0].request.headers["Authorization"] == "Bearer TOP"
    assert "Range" not in mock.calls[0].request.headers


def test_a_part_is_asked_for_and_says_where_it_lies(mock, transport):
    mock.get(f"{HOST}/files", body=b"efgh", status=206, headers=ATTACHED | {"Content-Range": "bytes 4-7/10"})
    blob = transport().download(GET, Params({}), most=4, first=4)
    assert (blob.content, blob.first, blob.total) == (b"efgh", 4, 10)
    assert mock.calls[0].request.headers["Range"] == "bytes=4-7"


@pytest.mark.parametrize(
    "span",
    ["", "bytes 0-1/10", "bytes */10", "bytes 4-7/*", "bytes 4-7/7", "bytes 0-3/" + "9" * 5_000, "bytes ٤-٧/10"],
)
def test_a_part_without_a_plain_place_is_no_file(mock, transport, span):
    mock.get(f"{HOST}/files", body=b"efgh", status=206, headers=ATTACHED | {"Content-Range": span})
    with pytest.raises(AnswerLost, match="no file"):
        transport().download(GET, Params({}), most=4, first=4)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain; charset=utf-8"])
def test_json_in_place_of_a_file_is_a_refusal(mock, transport, content_type):
    mock.get(f"{HOST}/files", json={"ok": False}, content_type=content_type)
    with pytest.raises(NotFound, match="nothing there"):
        transport().download(GET, Params({}), most=100)


def test_a_json_document_that_was_attached_is_a_file(mock, transport):
    headers = {"Content-Disposition": 'attachment; filename="a.json"'}
    mock.get(f"{HOST}/files", body=b'{"ok":false}', content_type="application/json", headers=headers)
    assert transport().download(GET, Params({}), most=100).content == b'{"ok":false}'


@pytest.mark.parametrize(
    ("status", "body"), [(200, "<html>portal</html>"), (200, '{"ok":true}'), (502, "x"), (302, "")]
)
def test_a_gateways_page_is_no_file(mock, transport, status, body):
    mock.get(f"{HOST}/files", body=body, status=status, content_type="text/html")
    with pytest.raises(AnswerLost):
        transport().download(GET, Params({}), most=100)


def test_a_refusal_with_a_status_stays_a_refusal(mock, transport):
    mock.get(f"{HOST}/files", json={"ok": False}, status=404)
    with pytest.raises(NotFound):
        transport().download(GET, Params({}), most=100)


def test_a_file_beyond_what_the_caller_takes_is_given_up_at_once(serve, transport, clock):
    head = b"HTTP/1.1 200 OK\r\nContent-Disposition: attachment\r\nContent-Length: 65537\r\n\r\n"
    server = serve(lambda client: client.sendall(head + b"x" * 65537))
    with pytest.raises(AnswerLost, match=r"longer than 0\.0625 MiB"):
        transport(server.url).download(GET, Params({}), most=10)
    assert len(server.requests) == 1
    assert clock.slept == []


def test_more_than_other_replies_may_have_is_taken_if_the_caller_says_so(serve, transport):
    size = 9 * 1024 * 1024
    head = f"HTTP/1.1 200 OK\r\nContent-Disposition: attachment\r\nContent-Length: {size}\r\n\r\n".encode()
    server = serve(lambda client: client.sendall(head + bytes(size)))
    assert len(transport(server.url).download(GET, Params({}), most=size).content) == size


def test_a_server_that_takes_a_large_body_slowly_is_given_up_in_time():
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    started = time.monotonic()
    with listener:
        outcome = HttpSession(url).exchange("POST", "/x", {}, bytes(32 * 1024 * 1024), timeout=0.5)
    assert isinstance(outcome, Fault)
    assert outcome.sent
    assert time.monotonic() - started < 10


def test_nothing_shows_what_a_file_holds(mock, transport):
    secret = File(b"SECRET-CONTENT", "SECRET-NAME.txt")
    mock.post(f"{HOST}/files", json={"ok": False})
    with pytest.raises(NotFound) as caught:
        transport().call(UPLOAD, Params({}), file=secret)
    error = caught.value
    error.__traceback__ = error.__traceback__.tb_next  # this test's own frame holds it
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "SECRET" not in shown + repr(secret) + repr(Blob(b"SECRET", filename="SECRET"))


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a.png"', "a.png"),
        ("attachment; filename*=UTF-8''%E5%BC%A0.png", "张.png"),
        ('attachment; filename="C:\\x\\b.png"', "b.png"),
        ('attachment; filename="a\tb\x00.png"', "ab.png"),
        ("attachment; filename=\"%E5%BC%A0.png\"; filename*=UTF-8''%E5%BC%A0.png", "张.png"),
        ("attachment; FileName=a.png", "a.png"),
        ("attachment; filename*=nonsense''%FF", "ÿ"),
        ("attachment", ""),
        (";;;", ""),
        ('attachment; filename=".."', ""),
        ('attachment; filename="."', ""),
        ('attachment; filename="a/..\\.. "', ""),
        ('attachment; filename=".bashrc. "', "bashrc"),
        ('attachment; filename="C:evil.exe"', "evil.exe"),
        ('attachment; filename="a.txt:hidden.exe"', "a.txt_hidden.exe"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("attachment; filename*=UTF-8''a%E2%80%AEgpj.exe", "agpj.exe"),
        ('attachment; filename="a%\xe2\x80\xaegpj.exe"', "a%gpj.exe"),
        ("attachment; filename*=UTF-8''a%E2%80%A8b%EF%BB%BF%E2%81%A6.png", "ab.png"),
        ("attachment; filename*=UTF-8''%ED%A0%80a", "\ufffd\ufffd\ufffda"),
        ("attachment; filename*=gbk''%D5%C5.png", "张.png"),
        ('attachment; filename="a;b=\\"c\\".png"; filename*=UTF-8', 'a;b="c".png'),
        ('attachment; filename="never closed', "never closed"),
        ('attachment; filename*0="a/"; filename*1="../b"', ""),
        ("attachment; filename*" + "9" * 5_000 + '="a"', ""),
        ('attachment; filename="' + "x" * 100_000, "x" * (4_096 - 22)),
    ],
)
def test_the_name_of_a_file_leads_nowhere_else(disposition, name):
    blob = blob_of({"Content-Disposition": disposition}, b"x", 200)
    assert blob is not None
    assert blob.filename == name


@pytest.mark.parametrize("charset", ["idna", "punycode", "utf-7", "utf-16", "undefined", "hex", "rot13", "x\x80", ""])
def test_no_name_of_a_charset_is_believed_but_few(charset):
    told = {"Content-Disposition": f"attachment; filename*={charset}''a%ff-b"}
    blob = blob_of(told, b"x", 200)
    assert blob is not None
    assert blob.filename == "aÿ-b"
