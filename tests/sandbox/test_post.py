"""One request to a receiver, whatever the receiver answers with."""

import asyncio
import contextlib

import pytest

from privcrm.sandbox.wecom.callbacks.post import Outgoing, send


def post(answer, *, within=5.0, pause=0.0, path="/p?x=1", **how):
    """Post to a server that answers with these bytes, one by one if there is a *pause*; return outcome and request."""
    asked, done = [], asyncio.Event()

    async def serve(reader, writer):
        try:
            asked.append(await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(4))
            for piece in [answer[n : n + 1] for n in range(len(answer))] if pause else [answer]:
                writer.write(piece)
                await asyncio.sleep(pause)
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            done.set()

    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            outcome = await send(Outgoing("POST", f"http://127.0.0.1:{port}{path}", b"body"), within=within, **how)
            await done.wait()
            return outcome

    return asyncio.run(run()), asked


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, b"until the end"),
        (b"HTTP/1.0 500 Oops\r\n\r\n", 500, b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, b"ok"),
    ],
)
def test_answers_are_read_to_their_end(answer, status, body):
    outcome, _ = post(answer)
    assert (outcome.status, outcome.body, outcome.error) == (status, body, "")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 2",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2_000_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_counts_as_a_broken_connection(answer):
    outcome, _ = post(answer)
    assert (outcome.status, outcome.body) == (0, b"")
    assert outcome.error.startswith("broken")


def test_who_drips_has_no_more_time_than_others():
    outcome, _ = post(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", within=0.1, pause=0.02)
    assert (outcome.status, outcome.error) == (0, "timed out")
    assert outcome.seconds > 0.09


def test_the_request_is_what_a_server_expects():
    _, (request,) = post(b"HTTP/1.1 200 OK\r\n\r\n")
    first, *headers = request.decode().split("\r\n")
    assert first == "POST /p?x=1 HTTP/1.1"
    assert {"Content-Length: 4", "Connection: close", "Content-Type: text/xml; charset=utf-8"} < set(headers)
    assert headers[0].startswith("Host: 127.0.0.1:")
    assert headers[-1] == "body"


def test_who_hangs_up_is_heard_and_sees_no_answer():
    outcome, asked = post(b"HTTP/1.1 200 OK\r\n\r\n", hang_up=True)
    assert (outcome.status, outcome.error) == (0, "cut")
    assert asked[0].endswith(b"body")


def test_nobody_listening_is_refused():
    outcome = asyncio.run(send(Outgoing("GET", "http://127.0.0.1:9/"), within=1.0))
    assert (outcome.status, outcome.error) == (0, "refused")
