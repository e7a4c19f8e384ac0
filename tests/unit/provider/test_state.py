import threading

from privcrm.provider import MemoryBreakerState, MemoryQuotaLedger, MemoryTokenStore, Token


def test_a_token_shows_when_it_ends_and_not_what_it_is():
    assert "s3cr3t" not in repr(Token("s3cr3t", 5.0))


def test_a_token_is_discarded_only_if_it_is_still_the_one():
    store = MemoryTokenStore()
    store.save("key", Token("new", 5.0))
    store.discard("key", Token("old", 5.0))
    assert store.load("key") == Token("new", 5.0)
    store.discard("key", Token("new", 9.0))
    assert store.load("key") is None
    store.discard("other", Token("anything", 5.0))


def test_one_refresh_at_a_time_for_each_key():
    store, inside, most, guard = MemoryTokenStore(), [0], [0], threading.Lock()
    start = threading.Barrier(16)

    def refresh():
        start.wait()
        with store.refreshing("key"):
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with guard:
                inside[0] -= 1

    threads = [threading.Thread(target=refresh) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_keys_do_not_wait_for_one_another():
    store = MemoryTokenStore()
    with store.refreshing("a"), store.refreshing("b"):
        pass


def test_a_quota_is_never_passed_by_many_threads():
    ledger, granted = MemoryQuotaLedger(), []

    def spend():
        granted.extend(ledger.spend("day", 0, 1, 100) for _ in range(50))

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert granted.count(True) == 100
    assert ledger.spent("day", 0) == 100


def test_what_would_pass_the_limit_is_not_counted_at_all():
    ledger = MemoryQuotaLedger()
    assert ledger.spend("day", 0, 90, 100)
    assert not ledger.spend("day", 0, 11, 100)
    assert ledger.spend("day", 0, 10, 100)


def test_a_new_window_begins_at_nothing():
    ledger = MemoryQuotaLedger()
    ledger.spend("day", 0, 100, 100)
    assert ledger.spent("day", 86_400) == 0
    assert ledger.spend("day", 86_400, 1, 100)


def test_a_breaker_keeps_the_later_time():
    breakers = MemoryBreakerState()
    assert breakers.open_until("key") == 0.0
    breakers.open("key", 20.0)
    breakers.open("key", 10.0)
    assert breakers.open_until("key") == 20.0
    breakers.close("key")
    breakers.close("key")
    assert breakers.open_until("key") == 0.0
