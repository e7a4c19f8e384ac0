import multiprocessing
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from privcrm.clock import ManualClock
from privcrm.errors import StoreError
from privcrm.store import Store, open_store
from privcrm.store.database import MOST_CONNECTIONS, PATIENCE


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    def half() -> None:
        with store.database.transaction() as connection:
            connection.run("INSERT INTO privcrm_breaker (company, key, until) VALUES (?, ?, ?)", "acme", "k", 1.0)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        half()
    assert store.breakers.open_until("k") == 0.0


def test_errors_of_the_driver_quote_no_values(store: Store) -> None:
    def clash() -> None:
        with store.database.transaction() as connection:
            for _ in range(2):
                connection.run(
                    "INSERT INTO privcrm_token (company, key, value) VALUES (?, ?, ?)", "acme", "13800138000", "geheim"
                )

    with pytest.raises(StoreError) as caught:
        clash()
    assert "13800138000" not in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_durable_transactions_of_sqlite_wait_for_the_disk(
    tmp_path: Path, clock: ManualClock, durable: bool, level: int
) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db", clock=clock) as store:
        for other in (not durable, durable):  # whatever the last user of the connection wanted
            with store.database.transaction(durable=other) as connection:
                found = connection.one("PRAGMA synchronous")
        assert found == (level,)
        assert connection_mode(store) == ("wal",)


def connection_mode(store: Store) -> tuple[str, ...] | None:
    with store.database.connect() as connection:
        return connection.one("PRAGMA journal_mode")


def test_writers_wait_for_one_another(store: Store) -> None:
    def spend() -> None:
        for _ in range(10):
            with store.database.transaction() as connection:
                row = connection.one("SELECT until FROM privcrm_breaker WHERE key = ? AND company = ?", "n", "acme")
                assert row is not None
                connection.run("UPDATE privcrm_breaker SET until = until + 1 WHERE key = ?", "n")

    store.breakers.open("n", 1.0)
    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.breakers.open_until("n") == 41.0


def open_ten_times(store: Store) -> None:
    for number in range(10):
        store.breakers.open("child", float(number))


def test_a_forked_child_has_connections_of_its_own(store: Store) -> None:
    store.breakers.open("parent", 1.0)
    child = multiprocessing.get_context("fork").Process(target=open_ten_times, args=(store,))
    child.start()
    while child.is_alive():
        assert store.breakers.open_until("parent") == 1.0
    child.join(30)
    assert child.exitcode == 0
    assert store.breakers.open_until("child") == 9.0


def test_who_finds_every_connection_in_use_is_told_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privcrm.store.database.PATIENCE", 0.01)
    with ExitStack() as stack:
        for _ in range(MOST_CONNECTIONS):
            stack.enter_context(store.database.connect())
        with pytest.raises(StoreError, match="no free connection"):
            stack.enter_context(store.database.connect())
    assert store.breakers.open_until("k") == 0.0


def test_who_has_less_patience_waits_no_longer_for_a_connection_either(store: Store) -> None:
    with ExitStack() as stack:
        for _ in range(MOST_CONNECTIONS):
            stack.enter_context(store.database.connect())
        began = time.monotonic()
        with pytest.raises(StoreError, match="no free connection"), store.database.transaction(patience=0.01):
            pass
    assert time.monotonic() - began < PATIENCE / 2
