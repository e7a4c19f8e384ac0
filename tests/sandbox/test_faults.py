import http.client
import json

import pytest
import requests

from privcrm.sandbox.wecom.errors import TEXTS

MARK = "/cgi-bin/externalcontact/mark_tag"


@pytest.fixture
def vip(vendor):
    return vendor.tags()["客户等级/VIP"]


@pytest.fixture
def untagged(vendor, relation, vip):
    """A relation without the tag, so that a test can see whether an operation happened."""
    vendor.mark(relation, remove=[vip])
    return relation


@pytest.fixture
def raw(vendor, untagged, vip):
    """Sends one mark_tag call and returns the reply as requests sees it."""
    body = {"userid": untagged.userid, "external_userid": untagged.external_userid, "add_tag": [vip]}

    def send(timeout=5):
        url = f"{vendor.sandbox.base_url}{MARK}"
        with requests.Session() as session:
            return session.post(url, params={"access_token": vendor.token}, json=body, timeout=timeout)

    return send


def order(control, kind, **more):
    return control.ok("POST", "faults", {"path": "*/mark_tag", "kind": kind, **more})["id"]


BROKEN = {
    "reset": (requests.exceptions.ConnectionError, "reset"),
    "hang": (requests.exceptions.ReadTimeout, "timed out"),
    "half_status_line": (requests.exceptions.ConnectionError, "BadStatusLine"),
    "truncated": (requests.exceptions.ChunkedEncodingError, "IncompleteRead"),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", BROKEN)
def test_broken_connections(raw, control, vip, untagged, *, caplog, kind, when):
    order(control, kind, when=when, delay_s=30)
    error, words = BROKEN[kind]
    with pytest.raises(error, match=words):
        raw(timeout=0.3)
    assert (vip in control.tags_on(untagged)) is (when == "after")
    assert raw().json()["errcode"] == 0
    assert caplog.records == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("kind", "more", "status"), [("http_status", {"http_status": 502}, 502), ("html", {}, 200), ("bad_utf8", {}, 200)]
)
def test_replies_that_are_no_json(raw, control, vip, untagged, *, kind, more, status, when):
    order(control, kind, when=when, **more)
    reply = raw()
    assert reply.status_code == status
    with pytest.raises(ValueError, match=r"decode|Expecting|line 1"):
        reply.content.decode() if kind == "bad_utf8" else reply.json()
    assert (vip in control.tags_on(untagged)) is (when == "after")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", [-1, 45033, 99999])
def test_any_errcode(raw, control, vip, untagged, *, when, code):
    order(control, "errcode", errcode=code, when=when)
    reply = raw()
    assert reply.json()["errcode"] == code
    assert reply.headers["Error-Code"] == str(code)
    assert TEXTS.get(code, "error") in reply.json()["errmsg"]
    assert (vip in control.tags_on(untagged)) is (when == "after")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["slow_headers", "slow_body"])
def test_slow_replies_are_whole_for_the_patient(raw, control, vip, untagged, *, kind, when):
    order(control, kind, when=when, delay_s=0.2)
    reply = raw()
    assert reply.json()["errcode"] == 0
    assert vip in control.tags_on(untagged)


@pytest.mark.parametrize("kind", ["slow_headers", "slow_body"])
def test_slow_replies_outlast_a_timeout_between_bytes(raw, control, kind):
    order(control, kind, delay_s=0.5)
    assert raw(timeout=0.2).elapsed.total_seconds() < 5


@pytest.mark.parametrize("kind", ["slow_headers", "slow_body"])
def test_nothing_is_done_for_who_leaves_during_a_slow_reply(vendor, control, vip, untagged, kind):
    order(control, kind, delay_s=0.2)
    connection = http.client.HTTPConnection(vendor.sandbox.base_url.removeprefix("http://"), timeout=5)
    body = json.dumps({"userid": untagged.userid, "external_userid": untagged.external_userid, "add_tag": [vip]})
    connection.request("POST", f"{MARK}?access_token={vendor.token}", body=body)
    connection.sock.recv(1)
    connection.close()
    seen = []
    while not seen:
        seen = control.ok("GET", "calls", path="*/mark_tag", since=vendor.sandbox.clock.time() - 10)["items"][1:]
    assert (seen[0]["fault"], seen[0]["status"]) == (kind, 0)
    assert vip not in control.tags_on(untagged)


@pytest.mark.parametrize(("when", "first"), [("before", 40014), ("after", 0)])
def test_a_token_is_revoked(raw, control, when, first):
    order(control, "token_revoked", when=when)
    assert [raw().json()["errcode"] for _ in range(2)] == [first, 40014]


def test_a_revoked_token_is_replaced_by_the_next_gettoken(raw, control, vendor):
    order(control, "token_revoked")
    old = vendor.token
    raw()
    assert vendor.gettoken()["access_token"] != old


def test_a_fault_happens_once_unless_told_otherwise(raw, control):
    order(control, "errcode", errcode=-1)
    assert [raw().json()["errcode"] for _ in range(2)] == [-1, 0]
    order(control, "errcode", errcode=-1, times=2)
    assert [raw().json()["errcode"] for _ in range(3)] == [-1, -1, 0]


def test_probability_is_decided_by_the_seed(raw, control):
    def run():
        control.ok("POST", "reset")
        order(control, "errcode", errcode=-1, probability=0.5)
        return [raw().json()["errcode"] == -1 for _ in range(20)]

    first = run()
    assert first == run()
    assert 3 < sum(first) < 17


def test_only_matching_paths_fail(vendor, control):
    control.ok("POST", "faults", {"path": "*/user/*", "kind": "errcode", "errcode": -1, "times": 100})
    assert vendor.get("getcallbackip")["errcode"] == 0
    assert vendor.get("user/simplelist", department_id=1)["errcode"] == -1


def test_orders_are_listed_and_withdrawn(raw, control):
    first, second = order(control, "reset"), order(control, "errcode", errcode=-1, when="after", times=3)
    assert [row["id"] for row in control.ok("GET", "faults")["items"]] == [first, second]
    control.ok("DELETE", f"faults/{first}")
    raw()
    row = control.ok("GET", f"faults/{second}")
    assert (row["kind"], row["when"], row["hits"], row["times_left"]) == ("errcode", "after", 1, 2)
    control.ok("DELETE", "faults")
    assert raw().json()["errcode"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"path": "*"},
        {"path": "*", "kind": "storm"},
        {"path": "*", "kind": "errcode"},
        {"path": "*", "kind": "http_status", "http_status": 200},
        {"path": "*", "kind": "reset", "when": "during"},
        {"path": "*", "kind": "reset", "times": 1, "probability": 0.1},
        {"path": "*", "kind": "reset", "times": -1},
        {"path": "*", "kind": "reset", "times": "many"},
        {"path": "*", "kind": "reset", "probability": 2},
        {"path": "*", "kind": "reset", "delay_s": "long"},
        {"path": 5, "kind": "reset"},
        {"path": "*", "kind": "reset", "unknown": 1},
    ],
)
def test_wrong_orders_are_refused(control, body):
    reply = control("POST", "faults", body)
    assert reply.status_code == 400
    assert reply.json()["error"]


def test_the_record_tells_what_a_fault_did(raw, control):
    for when in ("before", "after"):
        order(control, "reset", when=when)
        with pytest.raises(requests.exceptions.ConnectionError):
            raw()
    calls = control.ok("GET", "calls", path="*/mark_tag")["items"][-2:]
    assert [(c["fault"], c["status"], bool(c["userid"])) for c in calls] == [("reset", 0, False), ("reset", 0, True)]


def test_half_a_status_line_is_what_arrives(control, vendor):
    order(control, "half_status_line")
    connection = http.client.HTTPConnection(vendor.sandbox.base_url.removeprefix("http://"), timeout=5)
    connection.request("POST", f"{MARK}?access_token={vendor.token}", body=b"{}")
    assert connection.sock.recv(100) == b"HTTP/1.1 2"
    assert connection.sock.recv(100) == b""
    connection.close()
