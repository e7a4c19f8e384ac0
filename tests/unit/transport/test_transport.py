"""The transport with a vendor of our own that takes its token in a header: nothing in it knows WeCom."""

import threading
from random import Random
from typing import Any

import pytest
import responses

from privcrm.clock import ManualClock
from privcrm.errors import NotFound, NotSent, OutcomeUnknown, RateLimited, Refused, WriteForbidden
from privcrm.provider import (
    Confidence,
    Effect,
    Endpoint,
    Intent,
    KillSwitch,
    Limit,
    LimitTable,
    ProviderContext,
    Repeat,
    Token,
    Unit,
)
from privcrm.transport import Params, Transport
from tests.unit.transport.doubles import Dialect, OneToken

HOST = "https://api.vendor.example"
READ = Endpoint("read", "GET", "/things", "any", Effect.READ, Repeat.SAFE, "", limits=("hourly",))
SEND = Endpoint("send", "POST", "/send", "any", Effect.REACHES_CUSTOMERS, Repeat.NEVER, "")
LIMITS = LimitTable([Limit("hourly", 2, Unit.CALLS_PER_HOUR, "company", "docs", "2026-01", Confidence.HIGH)])


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def transport(clock):
    def make(company: str = "c1", host: str = HOST, **settings: Any) -> Transport:
        context = ProviderContext(clock=clock, random=Random(1), limits_share=1.0, **settings)
        return Transport(Dialect(), context, base_url=host, company=company, limits=LIMITS)

    return make


def test_a_token_can_travel_in_a_header(mock, transport):
    mock.get(f"{HOST}/things", json={"ok": True, "x": 1})
    answer = transport().call(READ, Params({"a": "张", "none": None, "many": [1, 2]}), tokens=OneToken())
    assert answer == {"ok": True, "x": 1}
    request = mock.calls[0].request
    assert request.headers["Authorization"] == "Bearer TOP"
    assert request.url == f"{HOST}/things?a=%E5%BC%A0&many=1&many=2"
    assert request.body is None


def test_refusals_are_the_dialects(mock, transport):
    mock.get(f"{HOST}/things", json={"ok": False}, status=404)
    with pytest.raises(NotFound, match="nothing there"):
        transport().call(READ, Params({}))


def test_what_never_left_may_be_repeated_whatever_it_is(transport, clock):
    with pytest.raises(NotSent) as caught:
        transport(host="http://127.0.0.1:1").call(SEND, Params({"to": "a"}), intent=Intent("k", "", 0.0))
    assert caught.value.attempt == 4
    assert len(clock.slept) == 3


def test_an_intent_comes_back_with_a_lost_answer(mock, transport):
    mock.post(f"{HOST}/send", body="<html>", status=200)
    intent = Intent("k", "marker", 0.0)
    with pytest.raises(OutcomeUnknown) as caught:
        transport().call(SEND, Params({"to": "a"}), intent=intent)
    assert caught.value.intent is intent
    assert len(mock.calls) == 1


def test_companies_and_hosts_have_budgets_of_their_own(mock, transport):
    mock.get(f"{HOST}/things", json={"ok": True})
    mock.get("https://other.example/things", json={"ok": True})
    first, same = transport(), transport()
    others = [transport("c2"), transport(host="https://other.example")]
    for caller in (first, same, *others, *others):
        caller.call(READ, Params({}))
    for caller in (first, same, *others):
        with pytest.raises(RateLimited):
            caller.call(READ, Params({}))


def test_budgets_live_as_long_as_somebody_uses_them(mock, transport):
    mock.get(f"{HOST}/things", json={"ok": True})
    kept = transport("c3")
    kept.call(READ, Params({}))
    assert transport("c3")._budgets.company is kept._budgets.company


def test_a_forked_budget_is_another(transport, monkeypatch):
    before = transport("c4")
    monkeypatch.setattr("privcrm.transport.sharing.os.getpid", lambda: -1)
    assert transport("c4")._budgets.company is not before._budgets.company
    before.reset()
    assert transport("c4")._budgets.company is before._budgets.company


def test_guards_are_asked_after_the_wait_for_a_place(mock, transport):
    mock.post(f"{HOST}/write", json={"ok": True})
    stopped: list[bool] = []
    busy = transport("c5", guards=(KillSwitch(lambda: bool(stopped)),))
    write = Endpoint("write", "POST", "/write", "any", Effect.WRITE, Repeat.SAFE, "", record=("who",))
    budget, outcome = busy._budgets.of(write), []
    queued, lock = threading.Event(), busy._budgets.records.take(("a",))

    def call() -> None:
        try:
            busy.call(write, Params({"who": "a"}), tokens=Announcing(queued))
        except WriteForbidden as error:
            outcome.append(error)

    for _ in range(4):
        budget.gate.enter()
    waiting = threading.Thread(target=call)
    waiting.start()
    busy._budgets.records.give(("a",), lock)
    queued.wait(5)  # allowed once, token taken, about to wait for one of the four places
    stopped.append(True)
    budget.gate.leave()
    waiting.join(5)
    assert len(outcome) == 1
    assert len(mock.calls) == 0


class Announcing(OneToken):
    def __init__(self, asked: threading.Event) -> None:
        self._asked = asked

    def get(self) -> Token:
        self._asked.set()
        return super().get()


def test_the_token_call_may_take_long_enough_for_the_switch_to_be_thrown(mock, transport):
    mock.post(f"{HOST}/send", json={"ok": True})
    asked = threading.Event()
    with pytest.raises(WriteForbidden):
        transport("c6", guards=(KillSwitch(asked.is_set),)).call(SEND, Params({}), tokens=Announcing(asked))
    assert len(mock.calls) == 0


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_refusal_without_the_vendors_code_points_at_proxy_and_firewall(mock, transport, status):
    mock.get(f"{HOST}/things", body="<html>Forbidden</html>", status=status)
    with pytest.raises(Refused) as caught:
        transport("c7").call(READ, Params({}))
    assert caught.value.code is None
    assert "PRIVCRM_PROXY" in caught.value.advice
    assert "firewall" in caught.value.advice
