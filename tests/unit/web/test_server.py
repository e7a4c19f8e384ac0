"""Our own server, over real sockets: what slow, greedy and odd clients get."""

import asyncio
import logging
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from privcrm.web import AsgiApp, Reply, ServerLimits, WebhookServer

from .conftest import FakeHandle, post, wait_until

SECRET = "5ec7e7"


def test_a_request_reaches_the_handler_as_it_was_sent(serve, clients):
    handle = FakeHandle()
    server = serve(handle)
    client = clients(server.port).send(post(b"<xml/>", "/we%20com/%E4%BC%81?a=%2B&b=%FF%00&a", b"X-Two: 2\r\n"))
    assert client.read_replies(1) == [(200, b"success")]
    method, query, headers, body, path = handle.asked[0]
    assert (method, query, body, path) == ("POST", "a=%2B&b=%FF%00&a", b"<xml/>", "/we com/企")
    assert headers["x-two"] == "2"


def test_requests_share_a_connection_and_may_be_pipelined(serve, clients):
    handle = FakeHandle()
    client = clients(serve(handle).port)
    assert client.send(post(b"1")).read_replies(1) == [(200, b"success")]
    assert client.send(post(b"2") + post(b"3"), post(b"4")).read_replies(3) == [(200, b"success")] * 3
    assert [asked[3] for asked in handle.asked] == [b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_every_method_is_the_handlers_to_answer(serve, clients, method):
    handle = FakeHandle(Reply(405, (("Allow", "GET, POST"),), b"no"))
    client = clients(serve(handle).port).send(
        f"{method} /wecom HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode()
    )
    answer = client.read_all()
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"allow: GET, POST" in answer
    assert answer.endswith(b"\r\n\r\n" if method == "HEAD" else b"\r\n\r\nno")
    assert handle.asked[0][0] == method


def test_a_chunked_body_is_put_together(serve, clients):
    handle = FakeHandle()
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"
    assert clients(serve(handle).port).send(head, chunks).read_replies(1) == [(200, b"success")]
    assert handle.asked[0][3] == b"abcde"
    assert "x-trailer" not in handle.asked[0][2]


def test_an_abort_sends_not_one_byte(serve, clients):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    server = serve(FakeHandle(Reply(503, abort=True)), sleep=sleep)
    assert clients(server.port).send(post()).read_all() == b""
    # Held first: over loopback it is a proxy that is at the other end, as far as anybody can tell.
    assert slept == [pytest.approx(6.0, abs=1)]


def test_a_handler_that_raises_is_an_abort_without_its_text_in_the_log(serve, clients, caplog):
    server = serve(FakeHandle(RuntimeError("the text of a message")))
    assert clients(server.port).send(post()).read_all() == b""
    assert "RuntimeError in " in caplog.text
    assert "the text of a message" not in caplog.text


def test_an_application_that_raises_answers_nothing(serve, clients, caplog):
    async def broken(scope, receive, send):
        raise RuntimeError(SECRET)

    assert clients(serve(broken, asgi=True).port).send(post()).read_all() == b""
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_an_abort_resets_the_connection(serve, clients):
    client = clients(serve(FakeHandle(Reply(503, abort=True))).port).send(post())
    with pytest.raises(ConnectionResetError):
        client.socket.recv(1)


def test_a_vendor_that_gives_up_while_it_is_held_is_no_error(serve, clients, caplog):
    async def sleep(seconds):
        client.socket.close()
        connections = server._server.server_state.connections
        while connections:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
            await asyncio.sleep(0.001)

    server = serve(FakeHandle(Reply(503, abort=True)), sleep=sleep)
    client = clients(server.port)
    wait_until(lambda: server._server.server_state.connections)
    client.send(post())
    wait_until(lambda: not server._server.server_state.connections)
    wait_until(lambda: not server._server.server_state.tasks)
    assert caplog.text == ""


def test_a_pipelined_abort_leaves_nothing_behind(serve, clients):
    server = serve(FakeHandle(Reply(503, abort=True)))
    assert clients(server.port).send(post() + post()).read_all() == b""
    wait_until(lambda: not server._server.server_state.tasks)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: h", id="half a header"),
        pytest.param(b"\r\n", id="an empty line"),
    ],
)
def test_slow_headers_are_cut_off(serve, clients, start):
    server = serve(FakeHandle(), limits=ServerLimits(head_seconds=0.05))
    assert clients(server.port).send(start).read_all() == b""


def test_headers_that_trickle_are_cut_off(serve, clients):
    server = serve(FakeHandle(), limits=ServerLimits(head_seconds=0.1))
    client = clients(server.port).send(b"POST / HTTP/1.1\r\n")
    tick = threading.Event()
    with pytest.raises(OSError):  # noqa: PT011, PT012 - reset or broken pipe
        for number in range(1000):
            tick.wait(0.01)
            client.send(f"X-{number}: 1\r\n".encode())


def test_a_slow_body_is_cut_off_and_the_handler_never_asked(serve, clients):
    handle = FakeHandle()
    server = serve(handle, limits=ServerLimits(body_seconds=0.05))
    assert clients(server.port).send(post(b"12345")[:-1]).read_all() == b""
    assert handle.asked == []


def test_a_slow_second_request_is_cut_off_too(serve, clients):
    server = serve(FakeHandle(), limits=ServerLimits(head_seconds=0.05, idle_seconds=30))
    client = clients(server.port).send(post())
    assert client.read_replies(1) == [(200, b"success")]
    assert client.send(b"\r\n").read_all() == b""


def test_an_idle_connection_is_closed(serve, clients):
    server = serve(FakeHandle(), limits=ServerLimits(idle_seconds=0.05))
    client = clients(server.port).send(post())
    assert client.read_replies(1) == [(200, b"success")]
    assert client.read_all() == b""


def test_a_slow_handler_is_given_its_time(serve, clients):
    released = threading.Event()

    def handle(method, query, headers, body, path=""):
        released.wait(5)
        return Reply(200)

    server = serve(handle, limits=ServerLimits(head_seconds=0.05, body_seconds=0.05, idle_seconds=0.05))
    client = clients(server.port).send(post())
    client.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        client.socket.recv(1)
    client.socket.settimeout(10)
    released.set()
    assert client.read_replies(1) == [(200, b"")]


def test_one_connection_too_many_is_closed_without_a_status(serve, clients):
    released = threading.Event()
    asked = []

    def handle(method, query, headers, body, path=""):
        asked.append(path)
        released.wait(10)
        return Reply(200)

    server = serve(handle, limits=ServerLimits(most_connections=2))
    busy = [clients(server.port).send(post()) for _ in range(2)]
    wait_until(lambda: len(asked) == 2)
    assert clients(server.port).read_all() == b""
    released.set()
    assert [each.read_replies(1) for each in busy] == [[(200, b"")]] * 2


@pytest.mark.parametrize(
    "start", [b"", b"GET / HT", post(b"12345")[:-1], post()], ids=["silent", "half_head", "half_body", "idle"]
)
def test_who_only_holds_a_connection_makes_room_for_who_asks(serve, clients, start):
    """Found by attacking: 600 connections that asked for nothing kept everybody else out, for as long as they came."""
    handle = FakeHandle()
    server = serve(handle, limits=ServerLimits(most_connections=2))
    holding = [clients(server.port).send(start) for _ in range(2)]
    if start == post():
        assert [each.read_replies(1) for each in holding] == [[(200, b"success")]] * 2
    wait_until(lambda: len(server._server.server_state.connections) == 2)
    assert clients(server.port).send(post()).read_replies(1) == [(200, b"success")]
    assert holding[0].read_all() == b""
    assert len(server._server.server_state.connections) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_who_holds_most_makes_room_before_one_slow_phone_does(serve, clients):
    """Found by attacking: whoever opened connections fast enough had every other cut off that was still asking."""
    server = serve(FakeHandle(), limits=ServerLimits(most_connections=4))
    first, *rest = (post()[:20], post()[20:-1], post()[-1:])
    slow = clients(server.port, "127.0.0.2").send(first)
    for part in rest:
        many = [clients(server.port) for _ in range(10)]
        assert [each.read_all() for each in many[:-3]] == [b""] * 7
        slow.send(part)
    assert slow.read_replies(1) == [(200, b"success")]


def test_a_request_on_a_connection_that_was_idle_is_no_longer_idle(serve, clients):
    """Found by attacking: the one that was used before made room first, in the middle of its next request."""
    server = serve(FakeHandle(), limits=ServerLimits(most_connections=3))
    used = clients(server.port).send(post())
    assert used.read_replies(1) == [(200, b"success")]
    silent = [clients(server.port) for _ in range(2)]
    wait_until(lambda: len(server._server.server_state.connections) == 3)
    used.send(post(b"12345")[:-1])
    wait_until(lambda: any(each._received for each in server._server.server_state.connections))
    clients(server.port)
    assert silent[0].read_all() == b""
    assert used.send(b"5").read_replies(1) == [(200, b"success")]


def test_who_does_not_fetch_his_reply_makes_room_after_those_who_ask_for_nothing(serve, clients):
    whole = 10_000_000
    server = serve(FakeHandle(Reply(200, (), b"x" * whole)), limits=ServerLimits(most_connections=2))

    def unfetched():
        return sum(1 for each in server._server.server_state.connections if each.transport.get_write_buffer_size())

    slow = clients(server.port).send(post())
    wait_until(lambda: unfetched() == 1)
    silent = clients(server.port)
    wait_until(lambda: len(server._server.server_state.connections) == 2)
    second = clients(server.port).send(post())
    wait_until(lambda: unfetched() == 2)
    assert silent.read_all() == b""
    assert len(clients(server.port).send(post()).read_replies(1)[0][1]) == whole
    assert len(slow.read_all()) < whole
    assert len(second.read_replies(1)[0][1]) == whole


def test_headers_without_end_are_cut_off(serve, clients):
    server = serve(FakeHandle(), limits=ServerLimits(most_head=4096))
    with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe
        clients(server.port).send(b"POST / HTTP/1.1\r\nX: ", *[b"x" * 65536] * 400)


def test_a_declared_body_that_is_too_large_is_refused_before_it_is_read(serve, clients):
    handle = FakeHandle()
    client = clients(serve(handle).port).send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 25165824\r\n\r\n")
    assert client.read_all().startswith(b"HTTP/1.1 413 ")
    assert handle.asked == []


def test_a_chunked_body_of_24_mib_is_neither_kept_nor_read(serve, clients):
    handle = FakeHandle()
    server = serve(handle)
    client = clients(server.port).send(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    sent = 0
    with pytest.raises(OSError):  # noqa: PT011, PT012 - reset or broken pipe
        for _ in range(24 * 16):
            client.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536
    assert sent < 20 * 1024 * 1024  # what the sockets' buffers take is not read
    assert handle.asked == []
    wait_until(lambda: not server._server.server_state.connections)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost h\r\n\r\n",
        b"CONNECT crm.example:443 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /?b=\xff HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /?b=\x00 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10,
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    ],
)
def test_what_is_no_http_is_refused_and_closed(serve, clients, request_bytes):
    handle = FakeHandle()
    answer = clients(serve(handle).port).send(request_bytes).read_all()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert handle.asked == []


def test_an_upgrade_is_not_taken_up(serve, clients):
    request = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    assert clients(serve(FakeHandle()).port).send(request).read_replies(1) == [(200, b"success")]


def test_64_clients_at_a_time_are_all_answered(serve, clients):
    barrier = threading.Barrier(64)

    def handle(method, query, headers, body, path=""):
        barrier.wait(10)  # nobody is answered before all have come
        return Reply(200, body=body)

    server = serve(handle)
    connections = [clients(server.port) for _ in range(64)]
    with ThreadPoolExecutor(64) as pool:
        replies = pool.map(lambda pair: pair[1].send(post(b"%d" % pair[0])).read_replies(1), enumerate(connections))
        assert [reply for (reply,) in replies] == [(200, b"%d" % number) for number in range(64)]


def test_stopping_finishes_what_is_in_flight(clients):
    entered, released = threading.Event(), threading.Event()

    def handle(method, query, headers, body, path=""):
        entered.set()
        released.wait(10)
        return Reply(200, body=b"stored")

    server = WebhookServer(AsgiApp(handle))
    server.start()
    client = clients(server.port).send(post())
    assert entered.wait(5)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    wait_until(lambda: server._server is None or not server._server.servers[0].is_serving())
    released.set()
    assert client.read_all().endswith(b"stored")
    stopping.join(10)
    assert not stopping.is_alive()
    server.stop()  # and once more, for nothing


def test_what_is_in_flight_too_long_is_left_unanswered(clients):
    async def hung(scope, receive, send):
        if scope["type"] == "http":
            await receive()
            await receive()

    server = WebhookServer(hung, graceful_seconds=0)
    server.start()
    client = clients(server.port).send(post())
    wait_until(lambda: server._server.server_state.tasks)
    server.stop()
    assert client.read_all() == b""


def test_serving_in_the_foreground_ends_with_the_event():
    server, until = WebhookServer(AsgiApp(FakeHandle())), threading.Event()
    serving = threading.Thread(target=server.serve, args=(until,))
    serving.start()
    wait_until(lambda: server.port)
    until.set()
    serving.join(10)
    assert not serving.is_alive()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_a_taken_port_is_said_at_the_start(serve):
    with pytest.raises(OSError, match="in use"):
        WebhookServer(AsgiApp(FakeHandle()), port=serve(FakeHandle()).port).start()


def test_an_application_that_does_not_start_is_said_at_the_start():
    async def refuses(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no"})

    with pytest.raises(RuntimeError, match="did not start"):
        WebhookServer(refuses).start()


def test_every_request_has_a_line_without_its_query(serve, clients, caplog):
    caplog.set_level(logging.INFO, "privcrm.web.access")
    server = serve(FakeHandle())
    client = clients(server.port).send(post(path=f"/a%20b%0A%E2%80%AE?msg_signature={SECRET}&echostr=e"))
    client.read_replies(1)
    wait_until(lambda: caplog.records)
    method, path, status, *_, client_address = caplog.records[-1].getMessage().split()
    assert (method, path, status, client_address) == ("POST", "/a%20b%0A%E2%80%AE", "200", "127.0.0.1")


def test_an_abort_has_a_line_too(serve, clients, caplog):
    caplog.set_level(logging.INFO, "privcrm.web.access")
    clients(serve(FakeHandle(Reply(503, abort=True))).port).send(post()).read_all()
    wait_until(lambda: any(record.name == "privcrm.web.access" for record in caplog.records))
    assert "POST /wecom aborted " in caplog.text


def test_no_logger_at_any_level_sees_the_query(serve, clients, caplog):
    caplog.set_level(1)
    for reply in (None, Reply(503, abort=True), RuntimeError("x")):
        server = serve(FakeHandle(reply))
        clients(server.port).send(post(extra=b"Connection: close\r\n")).read_all()
        clients(server.port).send(b"GET /wecom?msg_signature=5ec7e7 HTTP/1.1\r\nBad header\r\n\r\n").read_all()
        server.stop()
    assert caplog.records
    assert SECRET not in caplog.text


def test_a_server_of_uvicorns_own_in_this_process_keeps_its_logs(serve):
    access = logging.getLogger("uvicorn.access")
    access.addHandler(handler := logging.NullHandler())
    before = (list(access.handlers), access.propagate)
    try:
        serve(FakeHandle())
        assert (access.handlers, access.propagate) == before
    finally:
        access.removeHandler(handler)


def test_the_server_says_which_extra_it_lacks():
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from privcrm.errors import MissingExtra\n"
        "try:\n    from privcrm.web import WebhookServer\n"
        "except MissingExtra as error:\n    print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "uvicorn is not installed" in run.stdout
    assert "privcrm[serve]" in run.stdout


def test_who_asks_and_never_fetches_the_replies_is_cut_off(serve, clients):
    """Found by attacking: requests one behind another, whose replies nobody read, held a connection for ever."""
    handle = FakeHandle(Reply(200, (), b"x" * 1_000_000))
    server = serve(handle, limits=ServerLimits(reply_seconds=0.2))
    clients(server.port).send(post() * 20)
    wait_until(lambda: handle.asked)
    wait_until(lambda: not server._server.server_state.connections)


def test_who_fetches_his_replies_late_gets_them_all(serve, clients):
    server = serve(FakeHandle(Reply(200, (), b"x" * 1_000_000)), limits=ServerLimits(reply_seconds=20))
    client = clients(server.port).send(post() * 20)
    assert client.read_replies(20) == [(200, b"x" * 1_000_000)] * 20
