"""What the health page tells, and to whom."""

import asyncio
import json
import threading

import pytest

from privcrm.web import HealthApp

FACTS = {"status": "ok", "company": "ww1", "pending": 3, "refused": {"signature": 2}, "last_event_at": 1767225600}


async def behind(scope, receive, send):
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"behind"})


def scope(*, path="/healthz", accept="*/*", client="127.0.0.1", host="localhost", method="GET", version="1.1", **extra):
    headers = {"host": host, "accept": accept, **extra}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "http_version": version,
        "client": (client, 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }


async def ask(app, **request):
    sent = []

    async def send(message):
        sent.append(message)

    await app(scope(**request), None, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"].decode()


def answer(facts=FACTS, **request):
    return asyncio.run(ask(HealthApp(behind, lambda: facts), **request))


def test_a_program_on_this_machine_is_told_everything():
    status, headers, body = answer()
    assert status == 200
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert json.loads(body) == FACTS


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "127.0.0.1"])
def test_every_loopback_name_is_this_machine(host):
    assert json.loads(answer(client="::1", host=host)[2]) == FACTS


@pytest.mark.parametrize(
    "request_of_a_stranger",
    [
        {"client": "203.0.113.9"},
        {"client": "10.0.0.7"},
        {"x-forwarded-for": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
        {"x-real-ip": "203.0.113.9"},
        {"host": "crm.example"},
        {"host": "[::1"},
        {"version": "1.0"},
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_stranger_is_told_one_word(request_of_a_stranger, accept):
    for status, code, word in (("ok", 200, "ok"), ("store_unreachable", 503, "not_ok")):
        got, _, body = answer({**FACTS, "status": status}, accept=accept, **request_of_a_stranger)
        assert got == code
        assert word in body
        assert not [secret for secret in ("ww1", "pending", "signature", "unreachable", "1767225600") if secret in body]


def test_what_is_not_well_is_503():
    status, _, body = answer({"status": "backlog", "pending": 90000})
    assert status == 503
    assert json.loads(body)["status"] == "backlog"


def test_people_get_a_page_without_scripts_or_things_from_elsewhere():
    status, headers, body = answer({**FACTS, "company": "<script>alert(1)</script>"}, accept="text/html,*/*;q=0.8")
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "<script" not in body
    assert "://" not in body
    assert "&lt;script&gt;" in body
    assert "<dt>待处理<small>Pending</small></dt><dd>3</dd>" in body
    assert "<dd><time>2026-01-01 08:00:00</time></dd>" in body


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "—"), ({}, "—"), (12345, "12,345"), (True, "是 yes"), ({"a": 1, "b": 2}, "a 1<br>b 2")]
)
def test_values_are_shown_as_people_write_them(value, shown):
    assert f"<dt>other</dt><dd>{shown}</dd>" in answer({"status": "ok", "other": value}, accept="text/html")[2]


def test_head_has_no_body_and_other_methods_are_refused():
    status, headers, body = answer(method="HEAD")
    assert (status, body) == (200, "")
    assert int(headers["content-length"]) > 0
    assert answer(method="POST")[:2] == (405, {"allow": "GET, HEAD", "content-length": "0"})


def test_everything_else_goes_to_the_application():
    assert answer(path="/wecom")[::2] == (299, "behind")


def test_facts_that_raise_are_not_well_and_their_text_stays_here(caplog):
    def facts():
        raise RuntimeError("postgresql://user:password@host")

    status, _, body = asyncio.run(ask(HealthApp(behind, facts)))
    assert status == 503
    assert json.loads(body) == {"status": "no_answer"}
    assert "RuntimeError" in caplog.text
    assert "password" not in caplog.text


def test_facts_that_never_come_are_not_well_and_asked_for_once():
    release, asked = threading.Event(), []

    def facts():
        asked.append(1)
        release.wait(10)
        return FACTS

    async def trial():
        app = HealthApp(behind, facts, patience=0.02, max_age=0)
        try:
            assert [status for status, _, _ in await asyncio.gather(ask(app), ask(app))] == [503, 503]
            assert (await ask(app))[0] == 503
            assert len(asked) == 1
        finally:
            release.set()
        await app._asked
        assert (await ask(app))[0] == 200

    asyncio.run(trial())


def test_facts_are_asked_for_once_in_a_while_whoever_asks():
    now, asked = [100.0], []

    def facts():
        asked.append(1)
        return FACTS

    async def trial():
        app = HealthApp(behind, facts, monotonic=lambda: now[0])
        await asyncio.gather(*(ask(app) for _ in range(10)))
        await ask(app)
        assert len(asked) == 1
        now[0] += 1.0
        await ask(app)
        assert len(asked) == 2

    asyncio.run(trial())
