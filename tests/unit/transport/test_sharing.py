"""Provider objects of one company share its limits: the strictest hold, and each keeps its own ledger and breakers."""

import re
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import responses

from privcrm.clock import ManualClock
from privcrm.errors import RateLimited
from privcrm.provider import (
    PER_ADDRESS,
    Confidence,
    Effect,
    Endpoint,
    Limit,
    LimitTable,
    MemoryBreakerState,
    MemoryQuotaLedger,
    ProviderContext,
    Repeat,
    Unit,
)
from privcrm.transport import Params, Transport
from tests.unit.transport.test_transport import HOST, Dialect


def row(name: str, value: int, unit: Unit, scope: str = "company and endpoint") -> Limit:
    return Limit(name, value, unit, scope, "docs", "2026-01", Confidence.HIGH)


TABLE = LimitTable(
    [
        row("minute", 120, Unit.CALLS_PER_MINUTE),
        row("hour", 10, Unit.CALLS_PER_HOUR),
        row("flight", 8, Unit.IN_FLIGHT),
        row("address_minute", 180, Unit.CALLS_PER_MINUTE, PER_ADDRESS),
        row("address_hour", 3, Unit.CALLS_PER_HOUR, PER_ADDRESS),
    ]
)


def reading(*limits: str) -> Endpoint:
    return Endpoint("read", "GET", f"/things/{'-'.join(limits)}", "any", Effect.READ, Repeat.SAFE, "", limits=limits)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(autouse=True)
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(re.compile(f"{HOST}/things/.*"), json={"ok": True})
        yield mock


@pytest.fixture
def transport(clock):
    def make(company: str = "c1", share: float = 1.0, limits: dict[str, int] | None = None, **state: Any) -> Transport:
        context = ProviderContext(clock=clock, random=Random(1), limits_share=share, **state)
        table = TABLE.override(limits or {})
        return Transport(Dialect(), context, base_url=HOST, company=company, limits=table)

    return make


def steps(clock: ManualClock, endpoint: Endpoint, *callers: Transport) -> list[float]:
    """Return the seconds between calls that the callers make in turn."""
    moments: list[float] = []
    for caller in callers:
        caller.call(endpoint, Params({}))
        moments.append(clock.monotonic())
    return [round(later - earlier, 2) for earlier, later in pairwise(moments)]


def test_the_strictest_share_holds_for_all_until_it_is_closed(transport, clock):
    wide = transport()
    assert steps(clock, reading("minute"), wide, wide, wide) == [0.5, 0.5]
    strict = transport(share=0.25)
    clock.advance(60)
    assert steps(clock, reading("minute"), wide, strict, wide) == [2.0, 2.0]
    strict.close()
    clock.advance(60)
    assert steps(clock, reading("minute"), wide, wide) == [0.5]


def test_the_strictest_figure_holds_for_all(transport, clock):
    strict, wide = transport(limits={"minute": 60}), transport()
    assert steps(clock, reading("minute"), wide, strict, wide) == [1.0, 1.0]


def test_the_strictest_width_holds_for_all(transport):
    wide = transport()
    wide.call(reading("flight"), Params({}))
    gate = wide._budgets.of(reading("flight")).gate
    assert gate.width == 8
    strict = transport(limits={"flight": 2})
    assert gate.width == 2
    strict.close()
    assert gate.width == 8


def test_an_hour_is_shared_in_the_process_whatever_ledgers_there_are(transport):
    callers = [transport(quotas=MemoryQuotaLedger()) for _ in range(2)]
    for caller in callers * 5:
        caller.call(reading("hour"), Params({}))
    for caller in callers:
        with pytest.raises(RateLimited):
            caller.call(reading("hour"), Params({}))


class Closable(MemoryQuotaLedger):
    """A ledger in a database that may be closed."""

    closed = False

    def spend(self, key: str, window_start: int, amount: int, limit: int) -> bool:
        assert not self.closed, "a ledger was used after it was closed"
        return super().spend(key, window_start, amount, limit)


def test_each_counts_in_its_own_ledger_and_needs_no_others(transport, clock):
    first, second = Closable(), Closable()
    one, two = transport(quotas=first), transport(quotas=second)
    one.call(reading("hour"), Params({}))
    one.close()
    first.closed = True
    for _ in range(3):
        two.call(reading("hour"), Params({}))
    (start, spent) = second._spent[f"ours:{HOST.removeprefix('https://')}:c1:/things/hour:calls/hour"]
    assert (start, spent) == (int(clock.time() // 3600 * 3600), 3)


def test_a_block_is_known_to_all_at_once_and_kept_by_the_breakers_of_the_one_who_met_it(transport):
    breakers = MemoryBreakerState()
    met, other = transport(breakers=breakers), transport()
    for caller in (met, other):
        caller.call(reading(), Params({}))
    until = met._budgets.of(reading()).close()
    with pytest.raises(RateLimited) as caught:
        other.call(reading(), Params({}))
    assert caught.value.retry_at == until
    assert list(breakers._until.values()) == [until]


def test_companies_have_a_pace_of_their_own_and_share_that_of_the_address(transport, clock):
    one, two = transport("c1"), transport("c2")
    assert steps(clock, reading("minute"), one, two, one, two) == [0.0, 0.5, 0.0]
    assert steps(clock, reading("address_minute"), one, two, one) == [0.33, 0.33]


def test_an_hour_of_the_address_is_shared_by_companies(transport):
    callers = [transport("c1"), transport("c2"), transport("c3")]
    for caller in callers:
        caller.call(reading("address_hour"), Params({}))
    with pytest.raises(RateLimited):
        callers[0].call(reading("address_hour"), Params({}))
