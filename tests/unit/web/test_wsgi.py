"""Any WSGI server, and those that let a socket be closed."""

import io
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.serving import make_server

from privcrm.web import Reply, WsgiApp

from .conftest import FakeHandle, post


def environ(body=b"<xml/>", **more):
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/wecom",
        "QUERY_STRING": "a=1",
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "101.226.103.1",
        "wsgi.input": io.BytesIO(body),
        **more,
    }


def call(app, request):
    answer = {}

    def start_response(status, headers):
        answer.update(status=status, headers=dict(headers))

    body = b"".join(app(request, start_response))
    return answer["status"], answer["headers"], body


class Endless(io.RawIOBase):
    """A body without end that counts what is taken of it."""

    def __init__(self):
        self.taken = 0

    def read(self, size=-1):
        assert size > 0, "never all of it"
        self.taken += size
        return b"x" * size


def test_a_request_reaches_the_handler_as_it_was_sent():
    handle = FakeHandle()
    request = environ(
        SCRIPT_NAME="/crm",
        PATH_INFO="/企/".encode().decode("latin-1"),
        QUERY_STRING="a=%2B&b=\xff&a",
        CONTENT_TYPE="text/xml",
        HTTP_X_TWO="2",
    )
    status, headers, body = call(WsgiApp(handle), request)
    assert (status, headers["Content-Length"], body) == ("200 OK", "7", b"success")
    expected = {"content-type": "text/xml", "content-length": "6", "x-two": "2"}
    assert handle.asked == [("POST", "a=%2B&b=\xff&a", expected, b"<xml/>", "/crm/企/")]


def test_a_path_that_is_no_utf_8_is_handed_on():
    handle = FakeHandle()
    call(WsgiApp(handle), environ(PATH_INFO="/\xff"))
    assert handle.asked[0][4] == "/�"


def test_head_has_the_headers_of_a_body_and_none():
    status, headers, body = call(WsgiApp(FakeHandle(Reply(405, body=b"no"))), environ(b"", REQUEST_METHOD="HEAD"))
    assert (status, headers["Content-Length"], body) == ("405 Method Not Allowed", "2", b"")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        pytest.param({"CONTENT_LENGTH": "1048577"}, "413", id="declared too large"),
        pytest.param({"CONTENT_LENGTH": "9" * 5000}, "413", id="declared absurdly large"),
        pytest.param({"CONTENT_LENGTH": "-1"}, "400", id="negative"),
        pytest.param({"CONTENT_LENGTH": "٣"}, "400", id="other digits"),
        pytest.param({"CONTENT_LENGTH": "7"}, "400", id="longer than the body"),
        pytest.param({"CONTENT_LENGTH": "3", "wsgi.input_terminated": True}, "400", id="shorter than the body"),
        pytest.param(
            {"CONTENT_LENGTH": "", "wsgi.input": Endless(), "wsgi.input_terminated": True}, "413", id="endless"
        ),
    ],
)
def test_a_body_that_is_too_large_or_not_what_was_declared_is_refused(more, status):
    handle = FakeHandle()
    assert call(WsgiApp(handle), environ(**more))[0].startswith(status)
    assert handle.asked == []


def test_an_endless_body_is_read_to_the_bound_only():
    stream = Endless()
    call(
        WsgiApp(FakeHandle(), max_body=1000),
        environ(CONTENT_LENGTH="", **{"wsgi.input": stream, "wsgi.input_terminated": True}),
    )
    assert stream.taken == 1001


def test_without_a_length_nothing_is_read():
    handle, stream = FakeHandle(), Endless()
    call(WsgiApp(handle), environ(CONTENT_LENGTH="", **{"wsgi.input": stream}))
    assert (handle.asked[0][3], stream.taken) == (b"", 0)


def test_a_client_that_goes_away_is_not_a_request():
    class Gone:
        def read(self, size):
            raise ConnectionResetError

    handle = FakeHandle()
    assert call(WsgiApp(handle), environ(**{"wsgi.input": Gone()}))[0].startswith("400")
    assert handle.asked == []


@pytest.mark.parametrize("name", ["gunicorn.socket", "werkzeug.socket"])
def test_an_abort_ends_the_connection_at_once_where_the_vendor_is_at_its_other_end(name):
    slept = []
    ours, theirs = socket.socketpair()
    with ours, theirs:
        call(WsgiApp(FakeHandle(Reply(503, abort=True)), sleep=slept.append), environ(**{name: ours}))
        assert theirs.recv(1) == b""
        with pytest.raises(BrokenPipeError):
            ours.send(b"HTTP/1.1 503")
    assert slept == []


@pytest.mark.parametrize(
    "more", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "101.226.103.1"}, {"HTTP_VIA": "1.1 p"}]
)
def test_behind_a_proxy_the_connection_is_held_before_it_ends(more):
    open_while_sleeping = []
    ours, theirs = socket.socketpair()

    def sleep(seconds):
        theirs.setblocking(False)
        with pytest.raises(BlockingIOError):
            theirs.recv(1)
        open_while_sleeping.append(seconds)

    with ours, theirs:
        request = environ(**more, **{"gunicorn.socket": ours})
        call(WsgiApp(FakeHandle(Reply(503, abort=True)), sleep=sleep, monotonic=iter([100.0, 104.0]).__next__), request)
        assert theirs.recv(1) == b""
    assert open_while_sleeping == [2.0]


def test_elsewhere_an_abort_is_held_and_then_answered_503():
    slept = []
    status, _, body = call(WsgiApp(FakeHandle(Reply(200, abort=True)), sleep=slept.append), environ())
    assert status == "503 Service Unavailable"
    assert body == b""
    assert slept == [pytest.approx(6.0, abs=0.5)]


def test_a_handler_that_raises_is_an_abort():
    slept = []
    assert call(WsgiApp(FakeHandle(ValueError()), sleep=slept.append), environ())[0].startswith("503")
    assert len(slept) == 1


def test_held_answers_are_bounded_and_the_next_is_an_error_in_the_log(caplog):
    held, release = threading.Semaphore(0), threading.Event()
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if seconds:
            held.release()
            release.wait(10)

    app = WsgiApp(FakeHandle(Reply(503, abort=True)), most_held=2, sleep=sleep)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(call, app, environ()) for _ in range(2)]
        assert held.acquire(timeout=5)
        assert held.acquire(timeout=5)
        assert call(app, environ())[0].startswith("503")
        assert "an event may be lost" in caplog.text
        release.set()
        assert [done.result()[0][:3] for done in waiting] == ["503", "503"]
    caplog.clear()
    call(app, environ())
    assert caplog.text == ""
    assert [bool(seconds) for seconds in slept] == [True, True, False, True]


@pytest.fixture
def werkzeug():
    """Serve by the server of Werkzeug, which is Flask's."""
    servers = []

    def start(app):
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return server.server_port

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def test_werkzeug_sends_not_one_byte_of_an_aborted_request(werkzeug, clients):
    port = werkzeug(WsgiApp(FakeHandle(Reply(503, abort=True)), sleep=lambda seconds: None))
    assert clients(port).send(post()).read_all() == b""


def test_werkzeug_hands_on_chunks(werkzeug, clients):
    handle = FakeHandle()
    request = b"POST /wecom?q HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert b"success" in clients(werkzeug(WsgiApp(handle))).send(request).read_all()
    assert handle.asked[0][3] == b"abcde"
