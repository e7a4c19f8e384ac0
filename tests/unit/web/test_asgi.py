"""Any ASGI server."""

import asyncio
import threading

import pytest

from privcrm.web import AsgiApp, Reply

from .conftest import FakeHandle, no_sleep, wait_until


def scope(**more):
    return {
        "type": "http",
        "method": "POST",
        "path": "/wecom",
        "root_path": "",
        "query_string": b"a=1",
        "headers": [(b"content-type", b"text/xml")],
        "client": ("101.226.103.1", 4711),
        **more,
    }


class Exchange:
    """Hands out messages and keeps those that are sent."""

    def __init__(self, *messages):
        self._messages = list(messages)
        self.sent = []

    async def receive(self):
        return self._messages.pop(0)

    async def send(self, message):
        self.sent.append(message)

    @property
    def types(self):
        return [message["type"] for message in self.sent]


def body(*parts):
    last = len(parts) - 1
    return [{"type": "http.request", "body": part, "more_body": at < last} for at, part in enumerate(parts)]


def run(app, messages=None, **more):
    exchange = Exchange(*(messages or body(b"<xml/>")))
    asyncio.run(app(scope(**more), exchange.receive, exchange.send))
    return exchange


def test_a_request_reaches_the_handler_as_it_was_sent():
    handle = FakeHandle()
    exchange = run(AsgiApp(handle), body(b"<x", b"ml/>"), query_string=b"a=%2B&b=\xff")
    assert handle.asked == [("POST", "a=%2B&b=\xff", {"content-type": "text/xml"}, b"<xml/>", "/wecom")]
    start, end = exchange.sent
    assert start["status"] == 200
    assert start["headers"] == [(b"content-type", b"text/plain"), (b"content-length", b"7")]
    assert end["body"] == b"success"


def test_head_has_the_headers_of_a_body_and_none():
    exchange = run(AsgiApp(FakeHandle(Reply(405, body=b"no"))), method="HEAD")
    assert exchange.sent[0]["headers"] == [(b"content-length", b"2")]
    assert exchange.sent[1]["body"] == b""


@pytest.mark.parametrize(
    ("root", "path", "seen"),
    [
        ("", "/wecom", "/wecom"),
        ("/crm", "/crm/wecom", "/crm/wecom"),
        ("/crm", "/wecom", "/crm/wecom"),
        ("/crm/", "/crm", "/crm"),
        ("/crm", "/crmx", "/crm/crmx"),
    ],
)
def test_the_path_begins_with_the_root(root, path, seen):
    handle = FakeHandle()
    run(AsgiApp(handle), root_path=root, path=path)
    assert handle.asked[0][4] == seen


def test_the_body_is_capped_while_it_is_read():
    handle = FakeHandle()
    exchange = run(AsgiApp(handle, max_body=10), body(b"x" * 6, b"x" * 6, b"never fetched"))
    assert exchange.sent[0]["status"] == 413
    assert len(exchange._messages) == 1
    assert handle.asked == []


@pytest.mark.parametrize(("length", "status"), [(b"11", 413), (b"9" * 5000, 413), (b"-1", 400), (b"", 400)])
def test_a_declared_length_is_judged_before_anything_is_read(length, status):
    exchange = run(AsgiApp(FakeHandle(), max_body=10), headers=[(b"content-length", length)])
    assert exchange.sent[0]["status"] == status
    assert len(exchange._messages) == 1


def test_a_client_that_goes_away_while_sending_is_not_a_request():
    handle = FakeHandle()
    exchange = run(AsgiApp(handle), [*body(b"<x", b"")[:1], {"type": "http.disconnect"}])
    assert (handle.asked, exchange.sent) == ([], [])


def test_an_abort_is_held_and_then_answered_503():
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    app = AsgiApp(FakeHandle(Reply(200, abort=True)), sleep=sleep, monotonic=iter([100.0, 104.0]).__next__)
    assert run(app).sent[0]["status"] == 503
    assert slept == [2.0]


def test_our_own_server_breaks_off_at_once_where_the_vendor_is_at_the_other_end():
    broken, slept = [], []

    async def sleep(seconds):
        slept.append(seconds)

    app = AsgiApp(FakeHandle(Reply(503, abort=True)), sleep=sleep)
    assert run(app, **{"privcrm.break_off": lambda: broken.append(True)}).sent == []
    assert (broken, slept) == ([True], [])


@pytest.mark.parametrize(
    "more",
    [
        {"client": ("127.0.0.1", 1)},
        {"client": None},
        {"headers": [(b"X-Forwarded-For", b"101.226.103.1")]},
        {"headers": [(b"forwarded", b"for=101.226.103.1")]},
    ],
)
def test_our_own_server_holds_before_it_breaks_off_behind_a_proxy(more):
    happened = []

    async def sleep(seconds):
        happened.append("slept")

    app = AsgiApp(FakeHandle(Reply(503, abort=True)), sleep=sleep)
    run(app, **more, **{"privcrm.break_off": lambda: happened.append("broke off")})
    assert happened == ["slept", "broke off"]


def test_held_answers_are_bounded_and_the_next_is_an_error_in_the_log(caplog):
    async def trial():
        release = asyncio.Event()
        slept = []

        async def sleep(seconds):
            slept.append(seconds)
            if seconds:
                await release.wait()

        app = AsgiApp(FakeHandle(Reply(503, abort=True)), most_held=2, sleep=sleep)
        exchanges = [Exchange(*body(b"")) for _ in range(3)]
        waiting = [asyncio.create_task(app(scope(), each.receive, each.send)) for each in exchanges]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == 1
        assert "an event may be lost" in caplog.text
        release.set()
        await asyncio.gather(*waiting)
        assert sorted(bool(seconds) for seconds in slept) == [False, True, True]
        assert [each.sent[0]["status"] for each in exchanges] == [503] * 3

    asyncio.run(trial())


def test_a_handler_never_runs_in_the_thread_of_the_loop_and_threads_are_bounded():
    threads = set()

    def handle(method, query, headers, body, path=""):
        threads.add(threading.get_ident())
        return Reply()

    async def trial():
        app = AsgiApp(handle, threads=2)
        exchanges = [Exchange(*body(b"")) for _ in range(20)]
        await asyncio.gather(*(app(scope(), each.receive, each.send) for each in exchanges))

    asyncio.run(trial())
    assert threading.get_ident() not in threads
    assert len(threads) <= 2


def test_threads_end_with_the_lifespan_and_come_again_when_needed():
    app = AsgiApp(FakeHandle())
    run(app)
    exchange = Exchange({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    asyncio.run(app({"type": "lifespan"}, exchange.receive, exchange.send))
    assert exchange.types == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    wait_until(
        lambda: (
            not any(
                thread.name.startswith("privcrm-webhook_") and thread.is_alive() for thread in threading.enumerate()
            )
        )
    )
    assert run(app).sent[0]["status"] == 200


def test_a_forked_child_starts_threads_of_its_own():
    app = AsgiApp(FakeHandle())
    run(app)
    app.reset()  # what `privcrm.forks` calls
    assert run(app).sent[0]["status"] == 200


def test_a_websocket_is_refused():
    exchange = Exchange({"type": "websocket.connect"})
    asyncio.run(AsgiApp(FakeHandle())({"type": "websocket"}, exchange.receive, exchange.send))
    assert exchange.types == ["websocket.close"]


def test_an_unknown_scope_is_an_error():
    exchange = Exchange()
    with pytest.raises(ValueError, match="carrier pigeon"):
        asyncio.run(AsgiApp(FakeHandle(), sleep=no_sleep)({"type": "carrier pigeon"}, exchange.receive, exchange.send))
