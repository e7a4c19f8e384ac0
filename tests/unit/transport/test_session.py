"""The wire: one deadline, bounded replies, faults as values that hold no URL."""

import socket
import struct
import threading
import time
from pathlib import Path

import certifi
import pytest
import requests
import responses

from privcrm.errors import ConfigurationError
from privcrm.transport.session import MAX_REPLY_BYTES, Fault, HttpSession, Reply
from tests.unit.transport.conftest import whole_request

LATE = 10.0  # seconds: these servers would take longer for ever, and a busy machine may take a few
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"errcode":0}'
TARGET = "/x?access_token=TOPSECRET"


def drip(head: bytes, piece: bytes):
    def script(client: socket.socket) -> None:
        client.sendall(head)
        while True:
            client.sendall(piece)
            threading.Event().wait(0.2)  # a hundred headers, of which no more are read, take longer than LATE

    return script


def send(url: str, *, timeout: float = 10.0, **options: object):
    return HttpSession(url).exchange("POST", TARGET, {}, b"{}", timeout=timeout, **options)


def test_a_reply_comes_back_whole(serve):
    reply = send(serve(lambda client: client.sendall(OK)).url)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body) == (200, b'{"errcode":0}')


def test_the_body_is_sent_with_its_length_and_as_json(serve):
    server = serve(lambda client: client.sendall(OK))
    send(server.url)
    request = server.requests[0]
    assert request.startswith(b"POST /x?access_token=TOPSECRET HTTP/1.1\r\n")
    assert b"Content-Length: 2\r\n" in request
    assert b"Content-Type: application/json\r\n" in request
    assert request.endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    ],
    ids=["headers", "body", "status line", "chunks"],
)
def test_one_deadline_holds_over_a_dripping_answer(serve, head, piece):
    started = time.monotonic()
    outcome = send(serve(drip(head, piece)).url, timeout=0.4)
    assert isinstance(outcome, Fault)
    assert outcome.sent
    assert time.monotonic() - started < LATE


def test_a_server_that_says_nothing_is_given_up_in_time(serve):
    server = serve(lambda client: server.stopped.wait(30))
    started = time.monotonic()
    outcome = send(server.url, timeout=0.3)
    assert outcome == Fault("no answer within 0.3 s", sent=True)
    assert time.monotonic() - started < LATE


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.mark.parametrize(
    "script",
    [
        reset,
        lambda client: None,
        lambda client: client.sendall(b"HTTP/1.1 2"),
        lambda client: client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
        lambda client: client.sendall(b"SSH-2.0-OpenSSH\r\n"),
        lambda client: client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ],
    ids=["reset", "hang-up", "half a status line", "short body", "not http", "bad chunk"],
)
def test_what_breaks_after_sending_counts_as_sent(serve, script):
    outcome = send(serve(script).url)
    assert isinstance(outcome, Fault)
    assert outcome.sent
    assert "TOPSECRET" not in repr(outcome)


def test_a_refused_connection_counts_as_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}") == Fault("host could not be reached", sent=False)


def test_a_peer_that_speaks_no_tls_counts_as_not_sent(serve):
    server = serve(lambda client: client.sendall(OK))
    outcome = send(server.url.replace("http:", "https:"))
    assert outcome == Fault("TLS handshake failed", sent=False, final=True)
    assert b"TOPSECRET" not in b"".join(server.requests)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_REPLY_BYTES + 1),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ],
    ids=["announced", "unannounced"],
)
def test_a_reply_above_the_limit_is_cut(serve, head):
    def flood(client: socket.socket) -> None:
        client.sendall(head)
        for _ in range(10 * 1024):
            client.sendall(b" " * 1024)

    assert send(serve(flood).url, timeout=10) == Fault("reply longer than 8 MiB", sent=True)


def test_connections_are_kept_unless_the_call_must_not_meet_a_stale_one(serve):
    def answer_for_ever(client: socket.socket) -> None:
        client.sendall(OK)
        while whole_request(client):
            client.sendall(OK)

    server = serve(answer_for_ever)
    session = HttpSession(server.url)
    for _ in range(3):
        session.exchange("POST", TARGET, {}, b"{}", timeout=10)
    assert len(server.requests) == 1
    for _ in range(2):
        session.exchange("POST", TARGET, {}, b"{}", timeout=10, fresh=True)
    assert len(server.requests) == 3


def test_redirects_are_handed_back_and_not_followed(serve):
    elsewhere = serve(lambda client: client.sendall(OK))
    location = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}/\r\nContent-Length: 0\r\n\r\n".encode()
    reply = send(serve(lambda client: client.sendall(location)).url)
    assert isinstance(reply, Reply)
    assert reply.status == 302
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://qyapi.weixin.qq.com",
        "ftp://qyapi.weixin.qq.com",
        "https://qyapi.weixin.qq.com/cgi-bin",
        "https://user@qyapi.weixin.qq.com",
        "https://",
        "qyapi.weixin.qq.com",
        "https://host:port",
        "http://127.0.0.1.example.com",
        "",
    ],
)
def test_an_address_that_secrets_must_not_go_to_is_refused(url):
    with pytest.raises(ConfigurationError):
        HttpSession(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:99", "https://h.example/"]
)
def test_loopback_and_https_are_accepted(url):
    assert HttpSession(url).base_url == url.rstrip("/")


def test_a_missing_ca_bundle_is_a_configuration_error():
    with pytest.raises(ConfigurationError, match="CA bundle"):
        HttpSession("https://qyapi.weixin.qq.com", ca_bundle="/no/such/file")


def test_certificates_are_read_once_for_all_sessions_and_again_when_their_file_is_another_one(tmp_path):
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(Path(certifi.where()).read_bytes())

    def context():
        return HttpSession("https://qyapi.weixin.qq.com", ca_bundle=str(bundle))._context

    first = context()
    assert context() is first
    with bundle.open("ab") as file:
        file.write(b"\n")
    assert context() is not first
    bundle.write_bytes(b"no certificates")
    with pytest.raises(ConfigurationError, match="CA bundle"):
        context()


def test_proxy_variables_are_not_read(serve, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert isinstance(send(serve(lambda client: client.sendall(OK)).url), Reply)


def test_https_through_a_proxy_uses_a_tunnel_and_its_password(serve):
    proxy = serve(lambda client: client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"))
    session = HttpSession("https://qyapi.weixin.qq.com", proxy=proxy.url.replace("//", "//me:pw@"))
    outcome = session.exchange("POST", TARGET, {}, b"{}", timeout=10)
    assert isinstance(outcome, Fault)
    assert not outcome.sent
    assert proxy.requests[0].startswith(b"CONNECT qyapi.weixin.qq.com:443 ")
    assert b"bWU6cHc=" in proxy.requests[0]
    assert b"TOPSECRET" not in b"".join(proxy.requests)


@responses.activate
def test_doubles_of_requests_find_the_adapter():
    responses.post("https://qyapi.weixin.qq.com/x", json={"errcode": 0}, headers={"Retry-After": "3"})
    reply = send("https://qyapi.weixin.qq.com")
    assert isinstance(reply, Reply)
    assert reply.headers["retry-after"] == "3"
    responses.post("https://qyapi.weixin.qq.com/y", body=requests.ConnectionError("https://h/x?access_token=TOPSECRET"))
    session = HttpSession("https://qyapi.weixin.qq.com")
    outcome = session.exchange("POST", "/y", {}, None, timeout=10)
    assert outcome == Fault("connection broken", sent=True)


def test_a_proxy_that_drips_its_answer_to_connect_is_given_up_in_time(serve):
    proxy = serve(drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"))
    started = time.monotonic()
    outcome = HttpSession("https://vendor.example", proxy=proxy.url).exchange("GET", TARGET, {}, None, timeout=0.4)
    assert isinstance(outcome, Fault)
    assert not outcome.sent
    assert time.monotonic() - started < LATE
    assert b"TOPSECRET" not in b"".join(proxy.requests)


def test_all_addresses_of_a_host_share_one_deadline(monkeypatch):
    offered: list[float] = []

    def unreachable(address: tuple[str, int], timeout: float, *_: object) -> socket.socket:
        offered.append(timeout)
        threading.Event().wait(timeout)
        raise TimeoutError

    row = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443))
    monkeypatch.setattr("privcrm.transport.deadline.socket.getaddrinfo", lambda *_, **__: [row] * 3)
    monkeypatch.setattr("privcrm.transport.deadline.create_connection", unreachable)
    assert send("https://vendor.example", timeout=0.3) == Fault("no connection in time", sent=False)
    assert len(offered) == 3
    assert sum(offered) < 0.5
