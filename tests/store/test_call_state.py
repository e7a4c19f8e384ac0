import gc
import multiprocessing
import random
import threading
import weakref
from pathlib import Path

import pytest

from privcrm.clock import ManualClock, SystemClock
from privcrm.errors import NotSent
from privcrm.provider.state import (
    BreakerState,
    MemoryBreakerState,
    MemoryQuotaLedger,
    MemoryTokenStore,
    QuotaLedger,
    Token,
    TokenStore,
)
from privcrm.store import Store, open_store
from privcrm.store.leases import is_alive, is_gone, new_holder
from privcrm.store.tokens import PATIENCE_SECONDS, REFRESH_SECONDS
from tests.store.databases import gone_holder

fork = multiprocessing.get_context("fork")


@pytest.fixture(params=["memory", "store"])
def tokens(request: pytest.FixtureRequest, store: Store) -> TokenStore:
    return MemoryTokenStore() if request.param == "memory" else store.tokens


@pytest.fixture(params=["memory", "store"])
def quotas(request: pytest.FixtureRequest, store: Store) -> QuotaLedger:
    return MemoryQuotaLedger() if request.param == "memory" else store.quotas


@pytest.fixture(params=["memory", "store"])
def breakers(request: pytest.FixtureRequest, store: Store) -> BreakerState:
    return MemoryBreakerState() if request.param == "memory" else store.breakers


def test_a_token_is_discarded_only_while_it_is_the_current_one(tokens: TokenStore) -> None:
    assert tokens.load("app") is None
    tokens.save("app", Token("old", 10.0))
    tokens.save("app", Token("new", 20.0))
    tokens.discard("app", Token("old", 10.0))
    assert tokens.load("app") == Token("new", 20.0)
    tokens.discard("app", Token("new", 30.0))
    assert tokens.load("app") is None


def test_calls_are_counted_up_to_the_limit_of_their_window(quotas: QuotaLedger) -> None:
    assert [quotas.spend("day", 100, 3, 7) for _ in range(3)] == [True, True, False]
    assert quotas.spent("day", 100) == 6
    assert quotas.spend("day", 200, 3, 7)
    assert quotas.spent("day", 200) == 3
    assert not quotas.spend("hour", 100, 8, 7)


def test_a_late_clock_does_not_empty_the_newer_window(store: Store) -> None:
    store.quotas.spend("day", 200, 5, 7)
    assert not store.quotas.spend("day", 100, 3, 7)
    assert store.quotas.spent("day", 200) == 5


def test_the_limit_is_exact_when_many_spend_at_once(store: Store) -> None:
    granted: list[bool] = []
    threads = [
        threading.Thread(target=lambda: granted.extend(store.quotas.spend("day", 1, 1, 30) for _ in range(10)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 30
    assert store.quotas.spent("day", 1) == 30


def test_a_breaker_keeps_the_later_time(breakers: BreakerState) -> None:
    assert breakers.open_until("secret") == 0.0
    breakers.open("secret", 50.0)
    breakers.open("secret", 20.0)
    assert breakers.open_until("secret") == 50.0
    breakers.close("secret")
    assert breakers.open_until("secret") == 0.0


def refresh_if_missing(url: str, log: Path) -> None:
    with open_store(url, clock=SystemClock(), company="acme") as store, store.tokens.refreshing("app"):
        if store.tokens.load("app") is None:
            with log.open("a") as lines:
                lines.write("refreshed\n")
            store.tokens.save("app", Token("t", 1.0))


def test_one_process_refreshes_and_the_others_find_the_token(url: str, store: Store, tmp_path: Path) -> None:
    log = tmp_path / "log"
    crowd = [fork.Process(target=refresh_if_missing, args=(url, log)) for _ in range(4)]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join(30)
    assert [process.exitcode for process in crowd] == [0] * 4
    assert log.read_text() == "refreshed\n"


def test_the_right_of_a_killed_refresher_runs_out(store: Store, clock: ManualClock) -> None:
    other = store.tokens.refreshing("app")
    other.__enter__()  # and never left, as by a killed process
    began = clock.time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.tokens._leases, "_locks", {})  # another process has locks of its own
        with pytest.raises(NotSent, match="another process"), store.tokens.refreshing("app"):
            raise AssertionError
        assert PATIENCE_SECONDS <= clock.time() - began < PATIENCE_SECONDS + 1
        clock.advance(REFRESH_SECONDS - PATIENCE_SECONDS)
        with store.tokens.refreshing("app"):
            assert clock.time() - began < REFRESH_SECONDS + 2


def put_lease(store: Store, holder: str, until: float) -> None:
    with store.database.connect() as connection:
        connection.run(
            "INSERT INTO privcrm_lease (company, name, holder, until) VALUES (?, ?, ?, ?)",
            store.company,
            "token app",
            holder,
            until,
        )


def test_a_right_from_the_future_is_a_clock_that_was_set_back(store: Store, clock: ManualClock) -> None:
    put_lease(store, "elsewhere 1 x", clock.time() + 86400)
    began = clock.time()
    with store.tokens.refreshing("app"):
        assert clock.time() - began < 1


def test_a_holder_whose_clock_is_a_little_ahead_keeps_its_right(store: Store, clock: ManualClock) -> None:
    put_lease(store, "elsewhere 1 x", clock.time() + REFRESH_SECONDS + 5)
    with pytest.raises(NotSent), store.tokens.refreshing("app"):
        raise AssertionError


def test_the_right_of_a_process_that_is_gone_is_given_up_at_once(store: Store, clock: ManualClock) -> None:
    put_lease(store, gone_holder(), clock.time() + REFRESH_SECONDS)
    began = clock.time()
    with store.tokens.refreshing("app"):
        assert clock.time() - began < 1


def enter_and_leave(store: Store) -> None:
    with store.tokens.refreshing("app"):
        pass


def test_a_child_forked_while_a_thread_refreshes_does_not_hang(store: Store) -> None:
    entered, leave = threading.Event(), threading.Event()

    def refresh() -> None:
        with store.tokens.refreshing("app"):
            entered.set()
            leave.wait(30)

    thread = threading.Thread(target=refresh)
    thread.start()
    assert entered.wait(30)
    child = fork.Process(target=enter_and_leave, args=(store,))
    child.start()
    leave.set()
    thread.join(30)
    child.join(30)
    if child.is_alive():
        child.kill()
    assert child.exitcode == 0


def test_a_store_that_is_dropped_leaves_no_hook_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dropped.db'}"
    with open_store(url, clock=SystemClock()) as store:
        database = weakref.ref(store.database)
    del store
    gc.collect()
    assert database() is None


def test_only_a_process_that_is_surely_gone_is_called_gone() -> None:
    here, gone = new_holder(random.Random(1)), gone_holder()
    elsewhere = f"elsewhere {gone.partition(' ')[2]}"
    place, _, rest = gone.partition(" ")
    cloned = f"{place.rpartition('/')[0]}/another-boot {rest}"
    assert [is_gone(holder) for holder in (here, gone, elsewhere, cloned, "")] == [False, True, False, False, False]
    assert [is_alive(holder) for holder in (here, gone, elsewhere, cloned, "")] == [True, False, False, False, False]
