"""Tokens: one fetch for all, ahead of time, and no second try of a wrong secret."""

import threading
import time
from random import Random

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import CredentialRejected, NotSent
from privcrm.provider import MemoryBreakerState, MemoryTokenStore, Secret, Token
from privcrm.transport import CachedTokens, Grant, token_key

KEY = "wecom:ww1:main:abcdef"


class Vendor:
    """Hands out T1, T2, … and counts; ``error`` is raised instead if set."""

    def __init__(self, lifetime: float = 7200.0, delay: float = 0.0) -> None:
        self.fetches = 0
        self.error: Exception | None = None
        self.lifetime = lifetime
        self.delay = delay

    def __call__(self) -> Grant:
        self.fetches += 1
        if self.delay:
            time.sleep(self.delay)
        if self.error is not None:
            raise self.error
        return Grant(f"T{self.fetches}", self.lifetime)


def source(vendor: Vendor, clock=None, store=None, breakers=None, seed=1) -> CachedTokens:
    return CachedTokens(
        KEY,
        vendor,
        store=store or MemoryTokenStore(),
        breakers=breakers or MemoryBreakerState(),
        clock=clock or ManualClock(),
        random=Random(seed),
    )


def refused() -> CredentialRejected:
    return CredentialRejected("invalid credential", provider="wecom", operation="gettoken", code=40001)


def unreachable() -> NotSent:
    return NotSent("host could not be reached", provider="wecom", operation="gettoken")


def in_threads(count: int, work) -> list[object]:
    results: list[object] = [None] * count
    start = threading.Barrier(count)

    def run(index: int) -> None:
        start.wait()
        try:
            results[index] = work()
        except Exception as error:  # noqa: BLE001 - the main thread looks at it
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return results


@pytest.mark.parametrize("lifetime", [7200.0, 100.0])
def test_64_threads_on_a_cold_cache_fetch_once(lifetime):
    vendor = Vendor(lifetime, delay=0.05)
    tokens = source(vendor)
    assert {token.value for token in in_threads(64, tokens.get)} == {"T1"}
    assert vendor.fetches == 1


def test_64_threads_share_one_failure():
    vendor = Vendor(delay=0.2)
    vendor.error = unreachable()
    results = in_threads(64, source(vendor).get)
    assert all(isinstance(result, NotSent) for result in results)
    assert vendor.fetches <= 2  # a thread that comes after the failure may ask once more


def test_64_threads_that_reject_the_same_token_fetch_once():
    vendor = Vendor(delay=0.02)
    tokens = source(vendor)
    stale = tokens.get()

    def replace() -> Token:
        tokens.reject(stale)
        return tokens.get()

    assert {token.value for token in in_threads(64, replace)} == {"T2"}
    assert vendor.fetches == 2


def test_a_late_rejection_leaves_the_newer_token():
    vendor = Vendor()
    tokens = source(vendor)
    stale = tokens.get()
    tokens.reject(stale)
    newer = tokens.get()
    tokens.reject(stale)
    assert tokens.get() is newer


def test_a_replacement_that_never_worked_is_not_worth_another():
    vendor = Vendor()
    tokens = source(vendor)
    assert tokens.reject(tokens.get())
    replacement = tokens.get()
    assert not tokens.reject(replacement)
    assert not tokens.reject(replacement)


def test_workers_on_their_way_to_a_newer_token_meet_the_rejected_replacement_instead_of_fetching():
    clock, vendor = ManualClock(), Vendor()
    tokens = source(vendor, clock)
    first = tokens.get()
    assert tokens.reject(first)
    assert tokens.reject(first), "a second worker was refused at the same moment"
    second = tokens.get()
    assert not tokens.reject(second)
    assert tokens.get() is second, "the second worker comes only now"
    assert not tokens.reject(second)
    assert vendor.fetches == 2
    clock.advance(30)
    assert tokens.get().value == "T3"


def test_a_replacement_that_worked_is_replaced_like_any_other():
    tokens = source(Vendor())
    tokens.reject(tokens.get())
    tokens.accept(tokens.get())
    assert tokens.reject(tokens.get())


def renewed_after(seed: int) -> float:
    clock, vendor = ManualClock(), Vendor()
    tokens, start = source(vendor, clock, seed=seed), clock.time()
    while tokens.get().value == "T1":
        clock.advance(1)
    return clock.time() - start


def test_renewal_comes_ahead_of_time_at_a_moment_that_differs_between_processes():
    moments = [renewed_after(seed) for seed in range(8)]
    assert all(7200 - 361 <= moment <= 7200 - 299 for moment in moments)
    assert len(set(moments)) > 4


def test_processes_that_share_a_store_renew_once_and_do_not_come_for_it_at_the_same_time():
    clock, vendor, store = ManualClock(), Vendor(), MemoryTokenStore()
    processes = [source(vendor, clock, store, seed=seed) for seed in range(20)]
    assert {tokens.get().value for tokens in processes} == {"T1"}
    clock.advance(7200 - 400)
    changed: dict[int, float] = {}
    while len(changed) < len(processes):
        for index, tokens in enumerate(processes):
            if tokens.get().value == "T2":
                changed.setdefault(index, clock.time())
        clock.advance(1)
    assert vendor.fetches == 2
    assert len(set(changed.values())) > 10


def test_while_one_thread_renews_the_others_go_on_with_the_old_token():
    clock, vendor = ManualClock(), Vendor()
    tokens = source(vendor, clock)
    tokens.get()
    clock.advance(7200 - 200)
    vendor.delay = 0.2
    values = [token.value for token in in_threads(16, tokens.get)]
    assert vendor.fetches == 2
    assert values.count("T1") >= 14


def test_a_failed_renewal_serves_the_valid_token_and_waits_a_little():
    clock, vendor = ManualClock(), Vendor()
    tokens = source(vendor, clock)
    tokens.get()
    clock.advance(7200 - 200)
    vendor.error = unreachable()
    assert [tokens.get().value for _ in range(5)] == ["T1"] * 5
    assert vendor.fetches == 2
    clock.advance(31)
    tokens.get()
    assert vendor.fetches == 3


def test_a_token_about_to_end_is_not_served():
    clock, vendor = ManualClock(), Vendor()
    tokens = source(vendor, clock)
    tokens.get()
    clock.advance(7200 - 59)
    vendor.error = unreachable()
    with pytest.raises(NotSent):
        tokens.get()


def test_a_wrong_secret_is_tried_once_then_twice_as_rarely_each_time():
    clock, vendor = ManualClock(), Vendor()
    vendor.error = refused()
    tokens = source(vendor, clock)
    for pause in (600, 1200, 2400):
        with pytest.raises(CredentialRejected, match="invalid credential"):
            tokens.get()
        fetched = vendor.fetches
        clock.advance(pause - 1)
        with pytest.raises(CredentialRejected, match="not tried again"):
            tokens.get()
        assert vendor.fetches == fetched
        clock.advance(1)


def test_a_secret_that_was_changed_does_not_take_the_valid_token_away():
    clock, vendor = ManualClock(), Vendor()
    tokens = source(vendor, clock)
    tokens.get()
    clock.advance(7200 - 200)
    vendor.error = refused()
    assert tokens.get().value == "T1"
    clock.advance(60)
    assert tokens.get().value == "T1"
    assert vendor.fetches == 2  # the breaker holds back the second try
    clock.advance(100)
    with pytest.raises(CredentialRejected, match="not tried again"):
        tokens.get()


def test_the_breaker_is_shared_through_its_state_and_falls_with_a_new_secret():
    breakers, vendor = MemoryBreakerState(), Vendor()
    vendor.error = refused()
    clock = ManualClock()
    with pytest.raises(CredentialRejected):
        source(vendor, clock, breakers=breakers).get()
    with pytest.raises(CredentialRejected, match="not tried again"):
        source(vendor, clock, breakers=breakers).get()
    assert vendor.fetches == 1
    old, new = (token_key("wecom", "ww1", "main", Secret(secret)) for secret in ("old" * 15, "new" * 15))
    assert old != new
    assert "old" * 15 not in old


def test_a_token_in_the_store_is_adopted():
    store, vendor, clock = MemoryTokenStore(), Vendor(), ManualClock()
    source(vendor, clock, store).get()
    assert source(vendor, clock, store).get().value == "T1"
    assert vendor.fetches == 1


def test_a_token_that_is_about_to_end_in_the_store_is_not_adopted():
    store, vendor, clock = MemoryTokenStore(), Vendor(), ManualClock()
    store.save(KEY, Token("old", clock.time() + 200))
    assert source(vendor, clock, store).get().value == "T1"


@pytest.mark.parametrize("lifetime", [0, -5, 1e12, float("inf"), float("nan")])
def test_an_absurd_lifetime_means_once(lifetime):
    store, vendor = MemoryTokenStore(), Vendor(lifetime)
    tokens = source(vendor, store=store)
    assert [tokens.get().value, tokens.get().value] == ["T1", "T2"]
    assert store.load(KEY) is None


def test_nothing_shows_a_token():
    assert "T1" not in repr(Grant("T1", 1.0))
    assert "T1" not in repr(source(Vendor()).get())
